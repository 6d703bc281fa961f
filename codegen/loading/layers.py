"""Packages of which several layers have a part each: Lambda puts layers together in one folder, here each is one of its
own on the path."""

from collections.abc import Iterable, Iterator
from itertools import combinations

from ..declarations import Handler, Route
from ..diagnostics import Finding
from ..discovery import Files


def split_packages(files: Files, routes: Iterable[Route]) -> Iterator[Finding]:
    """CG256: of a package with an `__init__`, Python imports what stands in its own folder."""
    seen: set[tuple[str, ...]] = set()
    for handler in (route.handler for route in routes if isinstance(route.handler, Handler)):
        if handler.layers in seen:
            continue
        seen.add(handler.layers)
        for one, other in combinations(handler.layers, 2):
            for name in sorted(set(files.names(one)) & set(files.names(other))):
                # Of a folder without one Python looks for the parts in all of the path.
                both = [f"{layer}/{name}" for layer in (one, other)]
                regular = [folder for folder in both if files.state(f"{folder}/__init__.py") is not None]
                apart = [folder for folder in both if folder not in regular[:1]]
                lost = next(_beside(files, regular[0], apart[0]), None) if regular else None
                if lost is not None:
                    message = f"the layers {one} and {other} have a part each of {name}: {lost} is not found here"
                    hint = "Lambda puts layers together: here the package has to stand in one of them"
                    yield handler.place.finding("CG256", message, hint)


def _beside(files: Files, folder: str, other: str) -> Iterator[str]:
    """Modules below another folder that the folder itself has not."""
    for name in files.names(other):
        inner, own = f"{other}/{name}", f"{folder}/{name}"
        if files.is_folder(inner):
            yield from _beside(files, own, inner)
        elif name.endswith(".py") and files.state(own) is None:
            yield inner
