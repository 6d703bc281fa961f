"""The code base of a run: its files, its contexts, and the folder that its dotted names start from."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .discovery import Candidate, Files, candidates, relative
from .settings import Settings, load_settings

_IMPORTED = re.compile(rb"^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Target:
    """What to read, where to write, by which settings; templates of a custom folder come first."""

    root: Path
    out: Path
    settings: Settings
    cache: bool = True
    templates: Path | None = None


class CodeBase:
    """What stands below the root of a target, as far as finding its handlers tells."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.files = Files(target.root)
        self.candidates = candidates(target.root, target.settings.sources, target.settings.folder, _excluded(target))
        self.contexts, self.siblings = _contexts(target, self.candidates)

    def module_root(self) -> str:
        """The folder that the dotted names of handlers start from: the root, or src if imports start there."""
        settings = self.target.settings
        if settings.module_root is not None:
            return settings.module_root.strip("/.")
        for folder in settings.import_roots:
            if folder and self._starts_from(folder.strip("/")):
                return folder.strip("/")
        return ""

    def _starts_from(self, folder: str) -> bool:
        inside = [c for c in self.candidates if c.path.startswith(f"{folder}/")]
        if not inside or self.files.state(f"{folder}/__init__.py") is not None:
            return False
        first = folder.partition("/")[0].encode()
        names: set[bytes] = set()
        for candidate in inside:
            names |= set(_IMPORTED.findall(self.files.read(candidate.path) or b""))
            if first in names:
                return False
        tops = {c.path[len(folder) + 1 :].partition("/")[0].encode() for c in inside}
        return bool(names & tops)


def code_roots(root: Path) -> tuple[Path, ...]:
    """Where the modules of a code base are found, the folder that its handlers import from first.

    Raises `SettingsError`, which is a ValueError.
    """
    settings = load_settings(root)
    inner = CodeBase(Target(root, root / settings.output, settings)).module_root()
    return (root / inner, root) if inner else (root,)


def _excluded(target: Target) -> frozenset[str]:
    """Folders that are not searched, by path below the root: those of the settings, and the output."""
    found = {path.strip("/") for path in target.settings.exclude}
    with suppress(ValueError):  # the output may lie elsewhere
        found.add(relative(target.out, target.root))
    return frozenset(found - {"."})


def _contexts(target: Target, found: list[Candidate]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of contexts with handlers, and of the folders beside them, which may be contexts without."""
    settings, excluded = target.settings, _excluded(target)
    contexts = {candidate.context for candidate in found} | set(settings.contexts)
    parents: set[str] = set()
    for candidate in found:
        folder = candidate.path.partition(f"{settings.folder}/")[0].rstrip("/")
        parents.add(folder.rpartition("/")[0])
    siblings: set[str] = set()
    for parent in parents:
        try:
            folders = [e.name for e in os.scandir(target.root / parent) if e.is_dir() and e.name.isidentifier()]
        except OSError:
            continue
        siblings |= {name for name in folders if f"{parent}/{name}".lstrip("/") not in excluded and name[0] != "_"}
    return tuple(sorted(contexts)), tuple(sorted(siblings - contexts))
