"""The names that the patterns of a match statement bind."""

from typing import Any

import libcst as cst


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
