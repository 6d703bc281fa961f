"""In-memory cache that `watch` keeps between its runs. As with the cache on disk, the output never depends on it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..diagnostics import Finding, Point

if TYPE_CHECKING:
    from ..facts import Module


@dataclass(eq=False, slots=True)
class Memory:
    """Modules and places by path, each with the digest of its source; formatted texts by what they were before."""

    modules: "dict[str, tuple[str | None, Module | Finding]]" = field(default_factory=dict)
    places: dict[str, tuple[str | None, dict[int, Point]]] = field(default_factory=dict)
    formatted: dict[str, str] = field(default_factory=dict)

    def module(self, path: str, digest: str | None) -> "Module | Finding | None":
        known, module = self.modules.get(path, (None, None))
        return module if module is not None and known == digest else None

    def points(self, path: str, digest: str | None, spots: set[int]) -> dict[int, Point] | None:
        """The places of these nodes, if all of them are known."""
        known, points = self.places.get(path, (None, {}))
        return points if known == digest and spots <= points.keys() else None
