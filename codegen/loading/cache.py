"""A cache of what was read, keyed by content. It may be deleted at any time; the output never depends on it.

Entries are pickles, read by an unpickler that knows the generator's own value classes and nothing else: a planted file
can at most be ignored. Files are replaced in one step, so that runs at the same time never see half of one.
"""

import functools
import hashlib
import io
import os
import pickle
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(".local", "cache", "codegen")
_GENERATOR = __name__.rpartition(".loading.")[0]
_CLASSES = {
    f"{_GENERATOR}.model": None,
    f"{_GENERATOR}.diagnostics": frozenset(("Finding", "Spot", "Point", "Severity")),
    f"{_GENERATOR}.link.endpoint": frozenset(("Reading",)),
    f"{__package__}.records": frozenset(("Remembered", "RunRecord")),
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module in _CLASSES:
            allowed = _CLASSES[module]
            if (allowed is None and name[:1].isupper() and "." not in name) or (
                allowed is not None and name in allowed
            ):
                return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} has no place in the cache")


@dataclass(frozen=True, slots=True)
class Cache:
    """One code base's entries; `folder` None is no cache at all."""

    folder: Path | None

    @staticmethod
    def below(root: Path | None) -> "Cache":
        """The cache of a code base lies in it, where git does not see it."""
        return Cache(None if root is None else root / FOLDER)

    def load(self, name: str) -> Any:
        """An entry, or None if there is none that can be read."""
        if self.folder is None:
            return None
        try:
            data = (self.folder / name).read_bytes()
            return _Unpickler(io.BytesIO(data)).load()
        except FileNotFoundError:
            return None
        # Whatever a broken or foreign file does to pickle, it is no more than a missing entry.
        except Exception:
            return None

    def store(self, name: str, value: object) -> None:
        if self.folder is None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / ".gitignore").write_text("*\n", encoding="utf-8")
            handle, temporary = tempfile.mkstemp(prefix=".tmp-", dir=self.folder)
            with os.fdopen(handle, "wb") as file:
                pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
            os.replace(temporary, self.folder / name)
        except (OSError, RecursionError):  # a read-only checkout, or a full disk: work goes on without
            return


def version(templates: tuple[Path, ...]) -> str:
    """Changes with the generator's own code, its templates, its libraries and the interpreter."""
    digest = hashlib.blake2b(_program(), digest_size=16)
    for path in (path for folder in templates for path in sorted(folder.glob("*.j2"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@functools.cache
def _program() -> bytes:
    """Once a process: a watching one goes on with the code that it was started with, whatever is edited since."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(sys.version.encode())
    for name in sorted(_distributions()):
        digest.update(name.encode())
    return digest.digest()


def _distributions() -> list[str]:
    """Folder names of the installed libraries that shape the output: they carry the version."""
    wanted = ("ruff-", "jinja2-", "libcst-")
    found: list[str] = []
    for folder in sys.path:
        if folder.endswith("site-packages"):
            try:
                names = os.listdir(folder)
            except OSError:
                continue
            found += [n for n in names if n.lower().startswith(wanted) and n.endswith(".dist-info")]
    return found
