"""What the program is called where it runs, and which version it is."""

import tomllib
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from pathlib import Path

# Above the package: the checkout, or the library that was installed with it.
HOME = Path(__file__).resolve().parents[1]
_LIBRARY = (__package__ or "").rpartition(".")[0]
# What a user types: the generator is a part of the library's command once it is installed.
COMMAND = _LIBRARY or "python -m codegen"


def version() -> str:
    """That of the installed distribution, or of the checkout that this file lies in."""
    if _LIBRARY:
        try:
            return version_of("lambdatwin")
        except PackageNotFoundError:  # the sources of a checkout, under the library's name
            pass
    text = (HOME / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])
