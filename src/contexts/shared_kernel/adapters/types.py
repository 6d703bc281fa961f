"""Column types that keep value objects as JSONB, and the forms in which they are kept."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator

from src.contexts.shared_kernel.adapters.rebuilding import defaults_of, rebuilder


@dataclass(frozen=True, slots=True)
class Codec[T]:
    """How a value is kept in JSON: `dump` makes the stored form, `load` reads it."""

    dump: Callable[[T], Any]
    load: Callable[[Any], T]


def record[T](kind: type[T], /, **parts: Codec[Any]) -> Codec[T]:
    """An object with the names of a dataclass's fields; `parts` are the fields that JSON can't keep as they are.

    A key that is missing is the field's default, one that the class does not know is ignored: a newer version of this
    backend may have written the row.
    """
    names = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]

    def dump(value: T) -> dict[str, Any]:
        stored = {name: getattr(value, name) for name in names}
        return stored | {name: part.dump(stored[name]) for name, part in parts.items() if stored[name] is not None}

    build, defaults = rebuilder(kind, names), defaults_of(kind)

    def load(data: Any) -> T:
        read = {name: part.load(data[name]) for name, part in parts.items() if data.get(name) is not None}
        values = data | read if read else data
        try:
            return build(values)
        except KeyError:
            return build(defaults | values)

    return Codec(dump, load)


def enumeration[E: Enum](kind: type[E]) -> Codec[E]:
    """The value of a member."""
    return Codec(lambda member: member.value, kind)


class JsonOf[T](TypeDecorator[T]):
    """One value object, or NULL; a dataclass stands for its `record`."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, form: Codec[T] | type[T]) -> None:
        super().__init__()
        self.form = form
        self._codec = form if isinstance(form, Codec) else record(form)

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:
        return None if value is None else self._codec.dump(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> T | None:
        return None if value is None else self._codec.load(value)


class JsonTupleOf[T](TypeDecorator[tuple[T, ...]]):
    """Value objects in their order; none is `[]`, never NULL. A dataclass stands for its `record`."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, form: Codec[T] | type[T]) -> None:
        super().__init__()
        self.form = form
        self._codec = form if isinstance(form, Codec) else record(form)

    def process_bind_param(self, value: tuple[T, ...] | None, dialect: Dialect) -> Any:
        return list(map(self._codec.dump, value or ()))

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[T, ...]:
        return tuple(map(self._codec.load, value or ()))
