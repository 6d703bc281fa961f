"""From places in a module to lines and columns."""

from collections.abc import Iterable

from .diagnostics import Finding, Point, Spot
from .discovery import Files
from .memory import Memory


def located(files: Files, findings: Iterable[Finding], memory: Memory) -> tuple[Finding, ...]:
    """Findings with lines and columns, in the order of the files."""
    wanted: dict[str, set[int]] = {}
    for finding in findings:
        for spot in (finding.spot if finding.point is None else None, finding.other):
            if spot is not None and spot.at >= 0:
                wanted.setdefault(spot.path, set()).add(spot.at)
    points: dict[Spot, Point] = {}
    for path, places in wanted.items():
        from .scan.module import points_of

        source = files.read(path)
        known = memory.points(path, files.digests[path], places)
        if known is None and source is not None:
            known = points_of(source, frozenset(places))
            memory.places[path] = (files.digests[path], known)
        points |= {Spot(path, at): point for at, point in (known or {}).items()}
    return tuple(sorted((finding.located(points) for finding in findings), key=_place))


def _place(finding: Finding) -> tuple[str, int, int, str, str]:
    point = finding.point or Point(1, 1, 1)
    return (finding.spot.path, point.line, point.column, finding.code, finding.message)
