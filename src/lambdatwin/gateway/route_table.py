"""Finds the route of a method and a raw path, as API Gateway does.

Paths are compared as they were sent: `%2F` stays inside its segment and `%70roducts` is not `products`. Method and
resource are matched together: where the most specific resource does not know the method, the next one is tried, so that
beside `POST /things/copy` and `PUT /things/{id}`, `PUT /things/copy` is a request for `{id}` (recorded by LocalStack
against AWS).
"""

import re
from bisect import insort
from typing import NamedTuple

ANY = "ANY"
# The methods that ANY stands for, in both kinds of API; any other method has no route (documented).
ANY_METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
# The route of an HTTP API that takes what no other route does.
DEFAULT = "$default"

type Match[T] = tuple[T, dict[str, str]]


_SEGMENT = re.compile(r"\{([^{}+]+)(\+?)\}|[^{]*")


class RouteError(ValueError):
    """A route that cannot be served, or not beside the others; the message says why."""


class _Row[T](NamedTuple):
    """`rank` sorts routes: of those that match a path the most specific one is the first."""

    rank: tuple[object, ...]
    method: str
    pattern: re.Pattern[str]
    names: list[str]
    value: T


class RestRouteTable[T]:
    """The resources of a REST API: at every depth a static segment, then `{name}`, then the greedy `{name+}`.

    A slash at the end and doubled slashes at the beginning make no difference (recorded).
    """

    def __init__(self) -> None:
        self._rows: list[_Row[T]] = []
        self._claimed: set[tuple[str, re.Pattern[str]]] = set()

    def add(self, method: str, template: str, value: T) -> None:
        """A method ANY stands for `ANY_METHODS`. Raises `RouteError` for a template that is no path, repeats a name, or
        is already taken by another route."""
        self._insert(method, template.rstrip("/") or template[:1], value)

    def match(self, method: str, raw_path: str) -> Match[T] | None:
        """The route's value and its parameters, percent-encoded as they were sent."""
        path = self._path(raw_path)
        for row in self._rows:
            # An explicit method goes before ANY.
            if row.method == method != ANY or (row.method == ANY and method in ANY_METHODS):
                found = row.pattern.fullmatch(path)
                if found is not None:
                    return row.value, dict(zip(row.names, found.groups(), strict=True))
        return None

    def methods(self, raw_path: str) -> tuple[str, ...]:
        """The methods that have a route at this path, sorted: what a preflight may allow."""
        known = {row.method for row in self._rows if row.pattern.fullmatch(self._path(raw_path))}
        return tuple(sorted(known - {ANY} | ANY_METHODS if ANY in known else known))

    def _path(self, raw_path: str) -> str:
        return "/" + raw_path.lstrip("/").removesuffix("/") if raw_path.startswith("/") else ""

    def _insert(self, method: str, template: str, value: T, *, full_first: bool = False) -> None:
        pattern, names = _parsed(template)
        if (method, pattern) in self._claimed:
            raise RouteError(f"two routes claim {method} {template}")
        self._claimed.add((method, pattern))
        rank = (full_first and template.endswith("+}"), specificity(template), method == ANY)
        insort(self._rows, _Row(rank, method, pattern, names, value), key=lambda row: row.rank)


class HttpRouteTable[T](RestRouteTable[T]):
    """The routes of an HTTP API: full matches, then greedy ones, then `$default` (documented). Within each, a static
    segment before `{name}`. The path is compared as it is: `/pets/` is not `/pets`."""

    def __init__(self) -> None:
        super().__init__()
        self._default: dict[str, T] = {}

    def add(self, method: str, template: str, value: T) -> None:
        """As of a REST API; the template `$default` stands for every path. A method without a value of its own gets the
        first one there."""
        if template != DEFAULT:
            self._insert(method, template, value, full_first=True)
        elif self._default.keys() & {method, ANY} or (method == ANY and self._default):
            raise RouteError(f"two routes claim {DEFAULT}")
        else:
            self._default[method] = value

    def match(self, method: str, raw_path: str) -> Match[T] | None:
        found = super().match(method, raw_path)
        if found is None and self._default:
            return self._default.get(method, next(iter(self._default.values()))), {}
        return found

    def methods(self, raw_path: str) -> tuple[str, ...]:
        return tuple(sorted(ANY_METHODS)) if self._default else super().methods(raw_path)

    def _path(self, raw_path: str) -> str:
        return raw_path


type RouteTable[T] = RestRouteTable[T] | HttpRouteTable[T]


def specificity(template: str) -> list[int]:
    """Sorts templates that match one path, segment by segment: a static one, `{name}`, `{name+}`."""
    return [2 if part.endswith("+}") else int(part.startswith("{")) for part in template[1:].split("/")]


def _parsed(template: str) -> tuple[re.Pattern[str], list[str]]:
    """What the paths match, and the names of its groups."""
    if not template.startswith("/"):
        raise RouteError(f"{template!r}: a path starts with a slash")
    pattern, names = "", list[str]()
    segments = template[1:].split("/")
    for depth, segment in enumerate(segments, 1):
        found = _SEGMENT.fullmatch(segment)
        if found is None:
            raise RouteError(f"{template}: a path parameter fills its whole segment")
        name, greedy = found.groups()
        if greedy and depth < len(segments):
            raise RouteError(f"{template}: a greedy parameter is the last one")
        if name in names:
            raise RouteError(f"{template}: a path parameter stands twice")
        names += [name] if name else []
        pattern += "/" + (re.escape(segment) if not name else "(.+)" if greedy else "([^/]+)")
    return re.compile(pattern, re.DOTALL), names
