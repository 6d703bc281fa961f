"""Finds the route of a method and a raw path, as API Gateway does.

Paths are compared as they were sent: `%2F` stays inside its segment and `%70roducts` is not `products`. Method and
resource are matched together: where the most specific resource does not know the method, the next one is tried, so that
beside `POST /things/copy` and `PUT /things/{id}`, `PUT /things/copy` is a request for `{id}` (recorded by LocalStack
against AWS).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

ANY = "ANY"
# The methods that ANY stands for, in both kinds of API; any other method has no route (documented).
ANY_METHODS = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"))
# The route of an HTTP API that takes what no other route does.
DEFAULT = "$default"

type Match[T] = tuple[T, dict[str, str]]


class _Leaf[T](NamedTuple):
    """Where a route ends: what it leads to, and the names of its parameters in the order of the path."""

    value: T
    names: tuple[str, ...]


@dataclass(slots=True)
class _Node[T]:
    """One segment of the tree; `leaves` by method are filled where a route ends."""

    static: dict[str, "_Node[T]"] = field(default_factory=dict)
    dynamic: "_Node[T] | None" = None
    greedy: "_Node[T] | None" = None
    leaves: dict[str, _Leaf[T]] = field(default_factory=dict)

    def child(self, segment: str) -> "_Node[T]":
        if not _is_parameter(segment):
            return self.static.setdefault(segment, _Node())
        if segment.endswith("+}"):
            self.greedy = self.greedy or _Node()
            return self.greedy
        self.dynamic = self.dynamic or _Node()
        return self.dynamic

    def leaf(self, method: str) -> _Leaf[T] | None:
        """An explicit method goes before ANY."""
        if method in self.leaves and method != ANY:
            return self.leaves[method]
        return self.leaves.get(ANY) if method in ANY_METHODS else None


class _Reached[T](NamedTuple):
    """A node that a path leads to, the values of its parameters, and whether the last one is greedy."""

    node: _Node[T]
    values: tuple[str, ...]
    greedy: bool


class RestRouteTable[T]:
    """The resources of a REST API: at every depth a static segment, then `{name}`, then the greedy `{name+}`.

    A slash at the end and doubled slashes at the beginning make no difference (recorded).
    """

    def __init__(self, routes: Iterable[tuple[str, str, T]] = ()) -> None:
        self._root: _Node[T] = _Node()
        for method, template, value in routes:
            self.add(method, template, value)

    def add(self, method: str, template: str, value: T) -> None:
        """A method ANY stands for `ANY_METHODS`. Raises ValueError for a template that is no path, repeats a name, or
        is already taken by another route."""
        _add(self._root, method, template.rstrip("/") or template[:1], value)

    def match(self, method: str, raw_path: str) -> Match[T] | None:
        """The route's value and its parameters, percent-encoded as they were sent."""
        return _first(self._reached(raw_path), method)

    def methods(self, raw_path: str) -> tuple[str, ...]:
        """The methods that have a route at this path, sorted: what a preflight may allow."""
        return _methods(self._reached(raw_path))

    def _reached(self, raw_path: str) -> Iterator[_Reached[T]]:
        if not raw_path.startswith("/"):
            return iter(())
        return _walk(self._root, raw_path.lstrip("/").removesuffix("/").split("/"), 0, ())


class HttpRouteTable[T]:
    """The routes of an HTTP API: full matches, then greedy ones, then `$default` (documented). Within each, a static
    segment before `{name}`. The path is compared as it is: `/pets/` is not `/pets`."""

    def __init__(self, routes: Iterable[tuple[str, str, T]] = ()) -> None:
        self._root: _Node[T] = _Node()
        self._default: dict[str, T] = {}
        for method, template, value in routes:
            self.add(method, template, value)

    def add(self, method: str, template: str, value: T) -> None:
        """As of a REST API; the template `$default` stands for every path. A method without a value of its own gets the
        first one there."""
        if template != DEFAULT:
            _add(self._root, method, template, value)
        elif self._default.keys() & {method, ANY} or (method == ANY and self._default):
            raise ValueError(f"two routes claim {DEFAULT}")
        else:
            self._default[method] = value

    def match(self, method: str, raw_path: str) -> Match[T] | None:
        """The route's value and its parameters, percent-encoded as they were sent."""
        found = _first(self._reached(raw_path), method)
        if found is None and self._default:
            return self._default.get(method, next(iter(self._default.values()))), {}
        return found

    def methods(self, raw_path: str) -> tuple[str, ...]:
        """The methods that have a route at this path, sorted: what a preflight may allow."""
        return tuple(sorted(ANY_METHODS)) if self._default else _methods(self._reached(raw_path))

    def _reached(self, raw_path: str) -> list[_Reached[T]]:
        if not raw_path.startswith("/"):
            return []
        return sorted(_walk(self._root, raw_path[1:].split("/"), 0, ()), key=lambda reached: reached.greedy)


type RouteTable[T] = RestRouteTable[T] | HttpRouteTable[T]


def _add[T](root: _Node[T], method: str, template: str, value: T) -> None:
    segments = _segments(template)
    names = tuple(_parameter_names(segments))
    if len(set(names)) != len(names):
        raise ValueError(f"{template}: a path parameter stands twice")
    node = root
    for segment in segments:
        node = node.child(segment)
    if method in node.leaves:
        raise ValueError(f"two routes claim {method} {template}")
    node.leaves[method] = _Leaf(value, names)


def _first[T](reached: Iterable[_Reached[T]], method: str) -> Match[T] | None:
    for node, values, _ in reached:
        leaf = node.leaf(method)
        if leaf is not None:
            return leaf.value, dict(zip(leaf.names, values, strict=True))
    return None


def _methods[T](reached: Iterable[_Reached[T]]) -> tuple[str, ...]:
    known = {method for node, _, _ in reached for method in node.leaves}
    return tuple(sorted(known - {ANY} | ANY_METHODS if ANY in known else known))


def _walk[T](node: _Node[T], segments: list[str], depth: int, values: tuple[str, ...]) -> Iterator[_Reached[T]]:
    """The most specific node first. None is visited twice: its path from the root is its depth."""
    if depth == len(segments):
        yield _Reached(node, values, greedy=False)
        return
    segment = segments[depth]
    static = node.static.get(segment)
    if static is not None:
        yield from _walk(static, segments, depth + 1, values)
    if segment and node.dynamic is not None:
        yield from _walk(node.dynamic, segments, depth + 1, (*values, segment))
    if node.greedy is not None and (rest := "/".join(segments[depth:])):
        yield _Reached(node.greedy, (*values, rest), greedy=True)


def _segments(template: str) -> list[str]:
    if not template.startswith("/"):
        raise ValueError(f"{template!r}: a path starts with a slash")
    segments = template[1:].split("/")
    if any("{" in part and not _is_parameter(part) for part in segments):
        raise ValueError(f"{template}: a path parameter fills its whole segment")
    if any(part.endswith("+}") for part in segments[:-1]):
        raise ValueError(f"{template}: a greedy parameter is the last one")
    return segments


def _parameter_names(segments: Iterable[str]) -> Iterator[str]:
    return (part[1:-1].removesuffix("+") for part in segments if _is_parameter(part))


def _is_parameter(segment: str) -> bool:
    return segment.startswith("{") and segment.endswith("}") and len(segment) > 2
