"""Objects of the domain from what this backend has stored."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any


def rebuilt[T](kind: type[T], values: Mapping[str, Any]) -> T:
    """An instance of a dataclass with these fields, and the defaults of the others.

    The rules of the class are not asked: they were when the values were first given, and a rule that became stricter
    must not make stored things unreadable. Raises `KeyError` for a field that has neither value nor default.
    """
    made = object.__new__(kind)
    own_class: Any = kind  # mypy takes no class for hashable
    for name, default in _fields(own_class):
        object.__setattr__(made, name, values[name] if name in values or default is None else default())
    return made


@cache
def _fields(kind: Any) -> tuple[tuple[str, Callable[[], Any] | None], ...]:
    return tuple((field.name, _default(field.default, field.default_factory)) for field in fields(kind))


def _default(value: Any, factory: Any) -> Callable[[], Any] | None:
    if factory is not MISSING:
        return factory  # type: ignore[no-any-return]
    return None if value is MISSING else lambda: value
