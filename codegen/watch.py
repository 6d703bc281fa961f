"""Runs a generation again whenever a file that it may depend on changes."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from codegen.pipeline import TEMPLATES, Target

DEBOUNCE_MS = 80
_SUFFIXES = (".py", ".j2", ".toml")


def watch_for_changes(target: Target, generate: Callable[[], int]) -> None:
    """Until interrupted. A broken edit is told, and the next one is awaited."""
    from watchfiles import watch

    out = target.out.resolve()

    def matters(_change: object, path: str) -> bool:
        file = Path(path)
        hidden = any(
            part.startswith(".") or part == "__pycache__" for part in file.parts[len(target.root.resolve().parts) :]
        )
        return path.endswith(_SUFFIXES) and not hidden and not file.is_relative_to(out)

    _told(generate)
    folders = [folder for folder in (target.root.resolve(), TEMPLATES) if folder.is_dir()]
    with contextlib.suppress(KeyboardInterrupt):
        for _changes in watch(*folders, watch_filter=matters, debounce=DEBOUNCE_MS, step=20):
            _told(generate)


def _told(generate: Callable[[], int]) -> None:
    start = time.monotonic()
    generate()
    print(f"{(time.monotonic() - start) * 1000:.0f} ms; watching", flush=True)
