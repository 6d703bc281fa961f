"""The only writer: compares files in memory with a folder, and applies the difference atomically."""

import difflib
import errno
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

MANIFEST = "manifest.json"
_CONTENT = "# Content: sha256:"


class Drift(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    STALE = "stale"
    HAND_EDITED = "hand-edited"
    FOREIGN = "not generated"


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is what stands on disk, `after` what should; None for no file."""

    path: str
    drift: Drift
    before: str | None
    after: str | None

    def diff(self, folder: str) -> str:
        """A unified diff; `folder` stands before the paths."""
        old = (self.before or "").splitlines(keepends=True)
        new = (self.after or "").splitlines(keepends=True)
        source = "/dev/null" if self.before is None else f"a/{folder}/{self.path}"
        target = "/dev/null" if self.after is None else f"b/{folder}/{self.path}"
        return "".join(
            line if line.endswith("\n") else f"{line}\n" for line in difflib.unified_diff(old, new, source, target)
        )


type Digest = Callable[[str], str]
"""The hash that headers and the manifest carry."""


class UnsafePath(RuntimeError):
    """A path that would leave the output folder."""


def plan(folder: Path, files: Mapping[str, str], digest: Digest) -> tuple[Change, ...]:
    """What would have to change, sorted by path; nothing is written. `files` are the wanted texts by path."""
    known = _manifest(folder)
    changes: list[Change] = []
    for path, text in sorted(files.items()):
        before = _text(_inside(folder, path))
        if before is None:
            changes.append(Change(path, Drift.MISSING, None, text))
        elif before != text:
            changes.append(Change(path, _drift(path, before, known, digest), before, text))
    for path in sorted(set(known) - set(files)):
        before = _text(_inside(folder, path))
        if before is not None:
            drift = Drift.STALE if _is_own(path, before, known, digest) else Drift.HAND_EDITED
            changes.append(Change(path, drift, before, None))
    for path in leftovers(folder, {*files, *known}):
        before = _text(_inside(folder, path))
        if before is not None and _is_own(path, before, known, digest):
            changes.append(Change(path, Drift.STALE, before, None))
    return tuple(changes)


def leftovers(folder: Path, known: Collection[str]) -> Iterator[str]:
    """Files with the generator's header that are not among these: a merge brought them back, or the manifest is gone.

    What lies in a folder with a manifest of its own belongs to another run.
    """
    for above, folders, names in os.walk(folder):
        inner = [name for name in sorted(folders) if not os.path.lexists(Path(above, name, MANIFEST))]
        folders[:] = [name for name in inner if not name.startswith((".", "__pycache__"))]
        for name in sorted(names):
            path = Path(above, name).relative_to(folder).as_posix()
            if name.endswith(".py") and path not in known and _CONTENT in (_text(folder / path) or ""):
                yield path


def _drift(path: str, before: str, known: dict[str, str], digest: Digest) -> Drift:
    """What a file is that stands where another one should; FOREIGN: no run of the generator wrote it."""
    if _is_own(path, before, known, digest):
        return Drift.CHANGED
    return Drift.HAND_EDITED if path in known or _CONTENT in before else Drift.FOREIGN


def _is_own(path: str, text: str, known: dict[str, str], digest: Digest) -> bool:
    """Whether a file on disk is as some run of the generator wrote it."""
    if path == MANIFEST:
        return _is_manifest(text)
    head, mark, rest = text.partition(_CONTENT)
    if mark and (not head or head.endswith("\n")):
        stated, _, body = rest.partition("\n")
        return stated == digest(body)
    return known.get(path) == digest(text)


def _is_manifest(text: str) -> bool:
    """Another JSON file of that name is not the generator's; one that cannot be read is: a merge leaves such."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return True
    return isinstance(found, dict) and "files" in found


def _manifest(folder: Path) -> dict[str, str]:
    """Files that the last run wrote; only paths that stay in the folder count."""
    text = _text(folder / MANIFEST)
    try:
        files = json.loads(text or "{}").get("files", {})
    except (ValueError, AttributeError, RecursionError):  # edited by hand: nothing in it is believed
        return {}
    if not isinstance(files, dict):
        return {}
    pairs = {str(p): str(h) for p, h in files.items() if p != MANIFEST}
    return {path: value for path, value in pairs.items() if _is_inside(folder, path)}


def _text(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def _is_inside(folder: Path, path: str) -> bool:
    try:
        _inside(folder, path)
    except (UnsafePath, OSError, ValueError):
        return False
    return True


def _inside(folder: Path, path: str) -> Path:
    """The file, if it and the folders above it really lie in the output folder."""
    target = folder / path
    real = Path(os.path.realpath(folder))
    if not Path(os.path.realpath(target.parent)).is_relative_to(real) or target.name in ("", ".", ".."):
        raise UnsafePath(f"{path} does not lie in {folder}")
    if Path(path).is_absolute() or ".." in Path(path).parts:
        raise UnsafePath(f"{path} does not lie in {folder}")
    return target


def apply(folder: Path, changes: Iterable[Change]) -> None:
    """Writes and removes; each file is replaced in one step, the manifest last: a broken run can be repeated.

    Raises OSError before anything is written where that can be known, UnsafePath for a path that leaves the folder.
    """
    ordered = sorted(changes, key=lambda change: (change.path == MANIFEST, change.path))
    for change in ordered:
        _check(_inside(folder, change.path))
    for change in ordered:
        target = _inside(folder, change.path)
        if change.after is None:
            target.unlink(missing_ok=True)
            _remove_empty(target.parent, folder)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            _inside(folder, change.path)
            _replace(target, change.after)


def _check(target: Path) -> None:
    """Raises OSError if the file cannot be written or removed."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "a folder stands where a file is to be written", str(target))
    above = next(parent for parent in target.parents if os.path.lexists(parent))
    if not above.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is no folder", str(above))
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "the folder is read-only", str(above))


def _replace(target: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _remove_empty(folder: Path, top: Path) -> None:
    """Folders in which nothing is left but compiled bytecode of removed files."""
    while folder != top and folder.is_dir() and not any(e.name != "__pycache__" for e in folder.iterdir()):
        for stale in (folder / "__pycache__").glob("*.pyc"):
            stale.unlink(missing_ok=True)
        if (folder / "__pycache__").is_dir():
            (folder / "__pycache__").rmdir()
        folder.rmdir()
        folder = folder.parent
