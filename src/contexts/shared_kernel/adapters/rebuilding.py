"""Objects of the domain from what this backend has stored.

The rules of their classes are not asked: they were when the values were first given, a rule that became stricter must
not make stored things unreadable, and a page of a list has thousands of values.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, fields
from types import MemberDescriptorType
from typing import Any

type Build[T] = Callable[[Mapping[str, Any]], T]


def rebuilder[T](kind: type[T], names: Collection[str]) -> Build[T]:
    """A function that makes an instance of a dataclass from these of its fields, and the defaults of the others.

    The function raises `KeyError` for a field that it is not given.
    """
    known: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]
    given = tuple((_setter(kind, field.name), field.name) for field in known if field.name in names)
    others = tuple((_setter(kind, field.name), _default(field)) for field in known if field.name not in names)

    def build(values: Mapping[str, Any]) -> T:
        made = object.__new__(kind)
        for put, name in given:
            put(made, values[name])
        for put, default in others:
            put(made, default())
        return made

    return build


def defaults_of(kind: type[Any]) -> dict[str, Any]:
    """The defaults of those fields of a dataclass that have one."""
    return {field.name: _default(field)() for field in fields(kind) if not _is_required(field)}


def _setter(kind: type[Any], name: str) -> Callable[[Any, Any], None]:
    slot = getattr(kind, name, None)
    # A slot's own setter knows nothing of `frozen`.
    if isinstance(slot, MemberDescriptorType):
        return slot.__set__
    return lambda made, value: object.__setattr__(made, name, value)


def _default(field: Field[Any]) -> Callable[[], Any]:
    return (lambda: field.default) if field.default_factory is MISSING else field.default_factory


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING
