"""From a method and a raw path to a route, as API Gateway walks its tree of resources.

The path is compared as it was sent: `%2F` stays inside its segment and `%70roducts` is not `products`. At every depth a
static segment goes before `{name}`, and that before the greedy `{name+}`. The gateway picks the resource by its path
alone and asks for the method afterwards: `PUT /recipes/copy` finds nothing where `/recipes/copy` only knows POST, even
though `PUT /recipes/{id}` exists.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

type Match[T] = tuple[T, dict[str, str]]


@dataclass(slots=True)
class _Node[T]:
    """One segment of the tree; `leaves` are filled where a route ends: method -> (value, names of its parameters)."""

    static: dict[str, "_Node[T]"] = field(default_factory=dict)
    dynamic: "_Node[T] | None" = None
    greedy: "_Node[T] | None" = None
    leaves: dict[str, tuple[T, tuple[str, ...]]] = field(default_factory=dict)

    def child(self, segment: str) -> "_Node[T]":
        if not _is_parameter(segment):
            return self.static.setdefault(segment, _Node())
        if segment.endswith("+}"):
            self.greedy = self.greedy or _Node()
            return self.greedy
        self.dynamic = self.dynamic or _Node()
        return self.dynamic


class RouteTable[T]:
    """Routes added as `(method, template, value)`; a method `ANY` stands for every method that is not named."""

    def __init__(self, routes: Iterable[tuple[str, str, T]] = ()) -> None:
        self._root: _Node[T] = _Node()
        self._static: dict[str, _Node[T]] = {}
        for method, template, value in routes:
            self.add(method, template, value)

    def add(self, method: str, template: str, value: T) -> None:
        """Raises ValueError for a template that is no path, repeats a name, or is already taken by another route."""
        segments = _segments(template)
        names = tuple(_parameter_names(segments))
        if len(set(names)) != len(names):
            raise ValueError(f"{template}: a path parameter stands twice")
        node = self._root
        for segment in segments:
            node = node.child(segment)
        if method in node.leaves:
            raise ValueError(f"two routes claim {method} {template}")
        node.leaves[method] = (value, names)
        if not names:
            self._static[template] = node

    def match(self, method: str, raw_path: str) -> Match[T] | None:
        """The route's value and its parameters, percent-encoded as they were sent."""
        found = self._find(raw_path)
        if found is None:
            return None
        leaves, values = found
        leaf = leaves.get(method) or leaves.get("ANY")
        return (leaf[0], dict(zip(leaf[1], values, strict=True))) if leaf else None

    def methods(self, raw_path: str) -> tuple[str, ...]:
        """Methods of the resource that stands at this path, sorted: what a preflight may allow."""
        found = self._find(raw_path)
        return tuple(sorted(found[0])) if found else ()

    def _find(self, raw_path: str) -> tuple[dict[str, tuple[T, tuple[str, ...]]], list[str]] | None:
        node = self._static.get(raw_path)
        if node is not None:
            return node.leaves, []
        if not raw_path.startswith("/"):
            return None
        values: list[str] = []
        found = _walk(self._root, raw_path[1:].split("/"), 0, values)
        return (found.leaves, values) if found else None


def _walk[T](node: _Node[T], segments: list[str], depth: int, values: list[str]) -> _Node[T] | None:
    """Most specific branch first, back to the next one when it ends in nothing. No node is visited twice: its path
    from the root is its depth."""
    if depth == len(segments):
        return node if node.leaves else None
    segment = segments[depth]
    static = node.static.get(segment)
    if static and (found := _walk(static, segments, depth + 1, values)):
        return found
    if segment and node.dynamic:
        values.append(segment)
        if found := _walk(node.dynamic, segments, depth + 1, values):
            return found
        values.pop()
    rest = "/".join(segments[depth:])
    if rest and node.greedy:
        values.append(rest)
        return node.greedy
    return None


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
