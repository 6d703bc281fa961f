"""The routers that the development server serves: those of the repository, or others that only it has.

A repository without routers of its own is left as it is: what is generated for it lies in a folder that git ignores.
"""

import importlib
import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ..project import GENERATOR, UNCOMMITTED, ProjectError, find_modules_in, has_generator, routers_package
from ..settings import LOCAL_FOLDER

_PRIVATE = LOCAL_FOLDER / "routers"
_FILES = ("manifest.json", "registry.py")
# Of editors, tools and environments: what changes there is no source of the backend.
_UNWATCHED = re.compile(r"(^|/)(\.[^/.][^/]*|__pycache__|node_modules|site-packages)(/|$)")


@dataclass(frozen=True, slots=True)
class Routers:
    """Generated routers below a root. `sources` counts their routes by what declares them."""

    folder: Path
    committed: bool
    sources: dict[str, int] = field(default_factory=dict)
    handlers: int = 0

    @property
    def found(self) -> str:
        counts = ", ".join(f"{count} of {source}" for source, count in self.sources.items())
        return f"{sum(self.sources.values())} routes ({counts}), {self.handlers} handlers, in {self.folder}"


def find_routers(root: Path = Path()) -> Routers:
    """Those that the repository has, else those of the development server. Raises `ProjectError`."""
    folder = Path(*routers_package(root).split("."))
    own = all((root / folder / name).is_file() for name in _FILES)
    folder = folder if own else _PRIVATE / UNCOMMITTED
    try:
        manifest = json.loads((root / folder / _FILES[0]).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = {}
    return Routers(folder, own, manifest.get("routes", {}), manifest.get("handlers", 0))


def prepare() -> None:
    """Let the routers be found, and say what is missing for generating them anew.

    Raises `ProjectError` where there are none, and no generator either.
    """
    routers = find_routers()
    if not has_generator():
        how = "pip install 'lambdatwin[codegen]'"
        if not routers.committed:
            raise ProjectError(f"No routers are committed, and the generator is not installed: {how}")
        print(f"The routers in {routers.folder} are served as they are; to have them follow the handlers, {how}")
    (LOCAL_FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
    if not routers.committed:
        _PRIVATE.mkdir(exist_ok=True)
        find_modules_in(_PRIVATE)


def generate() -> int:
    """Bring the routers up to date, if the generator is installed; the generator's exit code."""
    if has_generator():
        out = find_routers().folder
        try:
            importlib.import_module(f"{GENERATOR}.cli").main(["generate", "--out", str(out)])
        except SystemExit as ended:
            return int(ended.code or 0)
    return 0


def is_watched(path: str) -> bool:
    """Whether a file, by its path below the root, may be one of the backend's sources."""
    return not _UNWATCHED.search(path) and not Path(path).is_relative_to(_generated())


@cache
def _generated() -> Path:
    return find_routers().folder
