"""Runs a generation again whenever a file that it may depend on changes."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..codebase import Target
from ..discovery import is_searched
from ..loading.memory import Memory
from ..pipeline import Pipeline, template_folders
from ..program import COMMAND
from ..settings import SettingsError

STEP_MS, DEBOUNCE_MS, IDLE_MS = 15, 60, 200
WARMING_SECONDS = 0.1
_SUFFIXES = (".py", ".j2", ".toml", ".yaml", ".yml")

type Generate = Callable[[Target], int]


@dataclass(frozen=True, slots=True)
class Top:
    """What lies directly in a root: folders, which are watched, and the state of files, which are compared."""

    folders: tuple[str, ...]
    files: tuple[tuple[str, int, int], ...]

    @staticmethod
    def of(target: Target) -> "Top":
        folders: list[str] = []
        files: list[tuple[str, int, int]] = []
        out = os.path.realpath(target.out)
        with os.scandir(target.root) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir():
                    folders += [entry.name] if is_searched(entry) and os.path.realpath(entry.path) != out else []
                elif entry.name.endswith(_SUFFIXES):
                    with suppress(OSError):  # removed meanwhile, or a link that leads nowhere
                        state = entry.stat()
                        files.append((entry.name, state.st_mtime_ns, state.st_size))
        return Top(tuple(folders), tuple(files))


def watch_for_changes(target: Target, settle: Callable[[], Target], generate: Generate, memory: Memory) -> None:
    """Until interrupted. A broken edit is told, and the next one is awaited; `settle` reads the settings again."""
    try:
        while True:
            target = _until_folders_change(target, settle, generate, memory)
    except KeyboardInterrupt:
        return


def _until_folders_change(target: Target, settle: Callable[[], Target], generate: Generate, memory: Memory) -> Target:
    """Watching starts before the first run, so that no edit falls between the two."""
    from watchfiles import watch

    top = Top.of(target)
    warming: Iterator[None] = iter(())
    wanted = (*(target.root / name for name in top.folders), *template_folders(target))
    folders = [folder for folder in wanted if folder.is_dir()]
    started = False
    for changes in watch(
        *folders,
        watch_filter=_filter(target),
        debounce=DEBOUNCE_MS,
        step=STEP_MS,
        rust_timeout=IDLE_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    ):
        now = Top.of(target)
        if changes or now != top or not started:
            target = _resettled(target, settle)
            _told(generate, target)
            started, warming = True, Pipeline(target, memory=memory).warm()
            if now.folders != top.folders:
                return target
            top = now
        else:
            _warmed(warming)
    return target


def _filter(target: Target) -> Callable[[object, str], bool]:
    root, out = Path(os.path.realpath(target.root)), Path(os.path.realpath(target.out))

    def matters(_change: object, path: str) -> bool:
        file = Path(os.path.realpath(path))
        inner = file.parts[len(root.parts) :] if file.is_relative_to(root) else file.parts[-1:]
        hidden = any(part.startswith(".") or part == "__pycache__" for part in inner)
        return not hidden and not file.is_relative_to(out) and (path.endswith(_SUFFIXES) or "." not in file.name)

    return matters


def _resettled(target: Target, settle: Callable[[], Target]) -> Target:
    """The settings as they stand now; those from before while pyproject.toml is broken."""
    try:
        return settle()
    except SettingsError as error:
        print(f"{COMMAND}: {error}", flush=True)
        return target


def _warmed(warming: Iterator[None]) -> None:
    """A little work for the next run while nothing else is to be done."""
    deadline = time.monotonic() + WARMING_SECONDS
    while time.monotonic() < deadline and next(warming, _END) is None:
        pass


_END = object()


def _told(generate: Generate, target: Target) -> None:
    start = time.monotonic()
    try:
        generate(target)
    # The boundary between one edit and the next: a broken template raises whatever Jinja, ruff or Python raise.
    except Exception as error:
        print(f"{COMMAND}: nothing was written: {type(error).__name__}: {error}")
    print(f"{(time.monotonic() - start) * 1000:.0f} ms; watching", flush=True)
