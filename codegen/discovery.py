"""Files of a code base: which may be handlers, and what stands in them."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_SKIPPED = frozenset(("node_modules", "__pycache__", "site-packages"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A module below `<context>/aws_lambda/`, by its path below the root.

    Where that folder lies in the root, the context has the folder's own name: a clone may be called anything.
    """

    path: str
    context: str


def candidates(
    root: Path, sources: tuple[str, ...], folder: str, exclude: frozenset[str], refused: dict[str, str]
) -> list[Candidate]:
    """Every Python file below a folder of that name, sorted; links to folders are not followed.

    Notes in `refused` why a folder below it cannot be listed, and which folders of that name lie behind a link.
    """
    found: dict[str, Candidate] = {}
    searched = [str(root / source) for source in sources]
    for source in sources:
        start = os.path.normpath(source)
        prefix = "" if start == "." else f"{start}/"
        context_of = _context_of(prefix, folder)
        for path, context in _walk(str(root / start), prefix, folder, exclude, context_of, refused, searched):
            found[path] = Candidate(path, context)
    return [found[path] for path in sorted(found)]


def _context_of(prefix: str, folder: str) -> str | None:
    """The context of a source that itself lies in an `aws_lambda` folder."""
    parts = [folder, *prefix.strip("/").split("/")]
    return parts[parts.index(folder, 1) - 1] if folder in parts[1:] else None


def _walk(
    at: str,
    prefix: str,
    folder: str,
    exclude: frozenset[str],
    context: str | None,
    refused: dict[str, str],
    searched: list[str],
) -> Iterator[tuple[str, str]]:
    waiting = [(at, prefix, context)]
    while waiting:
        at, prefix, context = waiting.pop()
        try:
            entries = list(os.scandir(at))
        except OSError as error:  # a folder that is gone meanwhile holds nothing; nor does one of another kind
            if context is not None and isinstance(error, PermissionError):
                refused[prefix] = error.strerror or str(error)
            continue
        if any(entry.name == "pyvenv.cfg" for entry in entries):
            continue
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if _is_passed_over(name) or f"{prefix}{name}" in exclude:
                    continue
                inner = context
                if name == folder:
                    inner = prefix.rstrip("/").rpartition("/")[2] or folder
                waiting.append((entry.path, f"{prefix}{name}/", inner))
            elif context is not None and _is_module(name) and _is_file(entry):
                yield f"{prefix}{name}", context
            elif f"{prefix}{name}" not in exclude and _leads_out(searched, entry, folder):
                refused[f"{prefix}{name}/"] = "it is a link out of `sources`; name it in `exclude` to leave it out"


def _leads_out(searched: list[str], entry: os.DirEntry[str], folder: str) -> bool:
    """Whether an entry is a link to a folder of handlers, or to a context, that is nowhere below what is searched."""
    if not entry.is_symlink() or _is_passed_over(entry.name):
        return False
    if not os.path.isdir(entry.path if entry.name == folder else os.path.join(entry.path, folder)):
        return False
    real = Path(os.path.realpath(entry.path))
    return not any(real.is_relative_to(os.path.realpath(place)) for place in searched)


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED


def _is_module(name: str) -> bool:
    """Not what an editor or a file system leaves beside a module: `.#get.py`, `._get.py`."""
    return name.endswith(".py") and not name.startswith(".")


def is_searched(folder: os.DirEntry[str]) -> bool:
    """Whether handlers may lie in a folder; a virtual environment holds none."""
    return not _is_passed_over(folder.name) and not os.path.lexists(os.path.join(folder.path, "pyvenv.cfg"))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads nowhere, or to itself
        return False


def relative(path: Path, root: Path) -> str:
    """A path as seen from the root. Raises ValueError where it lies elsewhere; a link to itself is as it is written."""
    return Path(os.path.realpath(path)).relative_to(os.path.realpath(root)).as_posix()


def shown(path: Path, root: Path) -> str:
    """A path as findings name it: from the root, or as it was given where it lies elsewhere."""
    try:
        return relative(path, root)
    except ValueError:
        return path.as_posix()


@dataclass(eq=False, slots=True)
class Files:
    """Reads each file once a run, so that all of it sees the same text; None for nothing.

    `refused` says why a file, or a folder of handlers ("name/"), that is there cannot be read.
    """

    root: Path
    sources: dict[str, bytes | None] = field(default_factory=dict)
    digests: dict[str, str | None] = field(default_factory=dict)
    folders: dict[str, bool] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        if path not in self.sources:
            source = self.sources[path] = self._content(path)
            self.digests[path] = None if source is None else hashlib.blake2b(source, digest_size=16).hexdigest()
        return self.sources[path]

    def _content(self, path: str) -> bytes | None:
        whole = os.path.join(self.root, path)
        if not os.path.isfile(whole):  # opening a pipe would wait for its other end
            return None
        try:
            with open(whole, "rb") as file:
                return file.read()
        except FileNotFoundError:  # gone meanwhile
            return None
        except (OSError, ValueError) as error:
            self.refused[path] = getattr(error, "strerror", None) or str(error)
            return None

    def is_folder(self, path: str) -> bool:
        if path not in self.folders:
            self.folders[path] = os.path.isdir(self.root / path) if path else True
        return self.folders[path]

    def names(self, folder: str) -> tuple[str, ...]:
        """What lies in a folder, sorted; nothing if there is none."""
        try:
            return tuple(sorted(os.listdir(self.root / folder)))
        except (OSError, ValueError):
            return ()

    def state(self, key: str) -> str | None:
        """A digest of a file, or for a key that ends in "/" whether there is such a folder."""
        if key.endswith("/"):
            return "folder" if self.is_folder(key[:-1]) else None
        self.read(key)
        return self.digests[key]
