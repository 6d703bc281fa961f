"""Code that the code base carries and did not write: packages that an installer put into a code root or a layer."""

from dataclasses import dataclass, field

from ..discovery import Files


@dataclass(eq=False, slots=True)
class Installed:
    """What installers say that they wrote, read once a folder."""

    files: Files
    _found: dict[str, frozenset[str]] = field(default_factory=dict)

    def has(self, folder: str, file: str) -> bool:
        """Whether an installer lists a file of the folder among those that it wrote."""
        if folder not in self._found:
            self._found[folder] = frozenset(self._listed(folder))
        return file in self._found[folder]

    def _listed(self, folder: str) -> set[str]:
        prefix, found = f"{folder}/" if folder else "", set[str]()
        for name in self.files.names(folder):
            if name.endswith(".dist-info"):
                text = (self.files.read(f"{prefix}{name}/RECORD") or b"").decode("utf-8", "replace")
                found |= {line.rsplit(",", 2)[0].strip('"') for line in text.splitlines()}  # path, digest, size
        return found
