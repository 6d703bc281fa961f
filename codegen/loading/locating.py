"""From places in a module to lines and columns."""

from collections.abc import Iterable

from ..diagnostics import Finding, Point, Spot
from ..discovery import Files
from .memory import Memory


def located(files: Files, findings: Iterable[Finding], memory: Memory) -> tuple[Finding, ...]:
    """Findings with lines and columns, in the order of the files."""
    found = tuple(findings)
    spots = [spot for f in found for spot in (f.spot if f.point is None else None, f.other) if spot is not None]
    points = points_of_spots(files, spots, memory)
    return tuple(sorted((finding.located(points) for finding in found), key=_place))


def points_of_spots(files: Files, spots: Iterable[Spot], memory: Memory) -> dict[Spot, Point]:
    """Lines and columns of nodes, as far as their files can be read."""
    wanted: dict[str, set[int]] = {}
    for spot in spots:
        if spot.at >= 0:
            wanted.setdefault(spot.path, set()).add(spot.at)
    points: dict[Spot, Point] = {}
    for path, places in wanted.items():
        from ..scan.module import points_of

        source = files.read(path)
        known = memory.points(path, files.digests[path], places)
        if known is None and source is not None:
            known = points_of(source, frozenset(places))
            memory.places[path] = (files.digests[path], known)
        points |= {Spot(path, at): point for at, point in (known or {}).items()}
    return points


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    return (finding.spot.path, finding.at.line, finding.at.column, finding.code, finding.message)
