"""Handlers of another repository: its folder becomes importable beside this one."""

import importlib
import sys
from pathlib import Path

# Packages that this repository has too. Theirs are looked through after ours, so that the runtime stays ours.
_SHARED_PACKAGES = ("src", "src.contexts", "src.contexts.shared_kernel", "generated")


def make_importable(root: Path) -> None:
    """Modules below `root` can be imported under their dotted names. Changes `sys.path` of the process."""
    folder = root.resolve()
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    for name in _SHARED_PACKAGES:
        theirs = folder.joinpath(*name.split("."))
        if theirs.is_dir():
            _extend(name, str(theirs))


def _extend(name: str, folder: str) -> None:
    try:
        path = importlib.import_module(name).__path__
    except ImportError:
        return
    if folder not in path:
        path.append(folder)
