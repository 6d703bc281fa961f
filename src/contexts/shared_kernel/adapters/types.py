"""Column types that keep value objects as JSONB."""

from collections.abc import Mapping
from typing import Any, Protocol, Self

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


class Storable(Protocol):
    """A value object that knows its stored form."""

    def to_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self: ...


class JsonOf[T: Storable](TypeDecorator[T]):
    """One value object, or NULL."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: type[T]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: T | None, dialect: Dialect) -> Any:
        return None if value is None else value.to_json()

    def process_result_value(self, value: Any, dialect: Dialect) -> T | None:
        return None if value is None else self.kind.from_json(value)


class JsonTupleOf[T: Storable](TypeDecorator[tuple[T, ...]]):
    """Value objects in their order; none is `[]`, never NULL."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: type[T]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: tuple[T, ...] | None, dialect: Dialect) -> Any:
        return [item.to_json() for item in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[T, ...]:
        return tuple(self.kind.from_json(item) for item in value or ())
