"""A run on another repository: a process of its own, whose path has that root and the library, and nothing else."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

INSTALLED_NAME = "lambdatwin"
_LIBRARY = Path(__file__).absolute().parents[1]
_IN_CHECKOUT = not (__package__ or "").startswith(f"{INSTALLED_NAME}.")


def is_elsewhere(root: Path) -> bool:
    """Whether a root is another folder than the working directory."""
    return root.resolve() != Path.cwd().resolve()


def run_in(root: Path, arguments: Sequence[str]) -> int:
    """The same command in the root, with its exit code; relative paths still begin in the working directory."""
    with _library_folder() as folder:
        # `-m` puts the working directory of the process, the root, in front of the path.
        paths = ["--root", ".", "--base", str(Path.cwd())]
        command = [sys.executable, "-m", f"{INSTALLED_NAME}.parity", *arguments, *paths]
        environment = {**os.environ, "PYTHONPATH": _path(folder)}
        return subprocess.run(command, cwd=root, env=environment, check=False).returncode


def generator() -> str:
    """The name of the generator's package beside this library."""
    return "codegen" if _IN_CHECKOUT else f"{INSTALLED_NAME}.codegen"


def _path(folder: Path | None) -> str:
    """The given PYTHONPATH with the library in front; of a checkout, which has a package `src`, nothing is kept."""
    given = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    kept = [entry for entry in given if not (_IN_CHECKOUT and Path(entry).resolve() in _LIBRARY.resolve().parents)]
    return os.pathsep.join([str(folder), *kept] if folder else kept)


@contextmanager
def _library_folder() -> Iterator[Path | None]:
    """A folder with the library under its installed name; None where it is installed, and found by that name."""
    if not _IN_CHECKOUT:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / INSTALLED_NAME
        library.mkdir()
        checkout = _LIBRARY.parents[1]
        for entry in (*_LIBRARY.iterdir(), checkout / "codegen", checkout / "templates"):
            if entry.name != "__pycache__":
                (library / entry.name).symlink_to(entry)
        yield Path(folder)
