"""A run on another repository: a process whose path has that root and the library, and nothing else."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

INSTALLED_NAME = "lambdatwin"
_LIBRARY = Path(__file__).resolve().parents[1]
_IN_CHECKOUT = not (__package__ or "").startswith(f"{INSTALLED_NAME}.")
# The generator's package beside this library.
GENERATOR = "codegen" if _IN_CHECKOUT else f"{INSTALLED_NAME}.codegen"


def is_elsewhere(root: Path) -> bool:
    """Whether a root is another folder than the working directory."""
    return root.resolve() != Path.cwd().resolve()


def run_in(root: Path, arguments: Sequence[str]) -> NoReturn:
    """Become the same command in the root; relative paths still begin in the working directory."""
    # `-m` puts the working directory of the process, the root, in front of the path.
    paths = ["--root", ".", "--base", str(Path.cwd())]
    command = [sys.executable, "-m", f"{INSTALLED_NAME}.parity", *arguments, *paths]
    os.chdir(root)
    os.execve(sys.executable, command, installed_environment())  # noqa: S606


def installed_environment() -> dict[str, str]:
    """The variables of a process that finds the library under the name that it has once it is installed.

    Another repository may have packages that are called as those of a checkout, `src` above all, so that none of these
    is found there.
    """
    if not _IN_CHECKOUT:
        return dict(os.environ)
    checkout = _LIBRARY.parents[1]
    installed = checkout / ".local" / "installed" / INSTALLED_NAME
    installed.mkdir(parents=True, exist_ok=True)
    for entry in (*_LIBRARY.iterdir(), checkout / "codegen", checkout / "templates"):
        with suppress(FileExistsError):
            (installed / entry.name).symlink_to(entry)
    given = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    path = [str(installed.parent), *(folder for folder in given if Path(folder).resolve() != checkout)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
