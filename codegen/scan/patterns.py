"""The patterns of a match statement: the names that they bind, and the parts of the subject that they look at."""

from collections.abc import Iterator
from typing import Any

import libcst as cst

from .. import facts
from .expressions import Walk


def names_in(pattern: Any) -> tuple[str, ...]:
    """The names that a pattern binds."""
    names: list[str] = []
    _captured(pattern, names)
    return tuple(names)


def _captured(pattern: Any, names: list[str]) -> None:
    """The names that a pattern binds."""
    name, rest = getattr(pattern, "name", None), getattr(pattern, "rest", None)
    names.extend(n.value for n in (name, rest) if isinstance(n, cst.Name))
    inner: list[Any] = [getattr(pattern, "pattern", None)]
    for field in ("patterns", "elements", "kwds"):
        inner += getattr(pattern, field, ())
    for part in inner:
        nested = getattr(part, "value", None) if isinstance(part, cst.MatchSequenceElement) else part
        nested = part.pattern if isinstance(part, cst.MatchMappingElement | cst.MatchKeywordElement) else nested
        nested = part.pattern if isinstance(part, cst.MatchOrElement) else nested
        if nested is not None:
            _captured(nested, names)


def parts_of(walk: Walk, pattern: Any, keys: tuple[facts.Expr, ...]) -> Iterator[facts.Captured]:
    """Items of mappings and sequences that a pattern looks at."""
    match pattern:
        case cst.MatchMapping():
            for element in pattern.elements:
                yield from parts_of(walk, element.pattern, (*keys, walk.expr(element.key)))
            if pattern.rest is not None:
                yield facts.Captured(keys, pattern.rest.value)
        case cst.MatchOr():
            for choice in pattern.patterns:
                yield from parts_of(walk, choice.pattern, keys)
        case cst.MatchAs(pattern=inner, name=name):
            if keys:
                yield facts.Captured(keys, None if name is None else name.value)
            if inner is not None:
                yield from parts_of(walk, inner, keys)
        case _ if keys:
            yield facts.Captured(keys, None)
