"""The kinds of filters that a repository can declare."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, ColumnExpressionArgument, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from src.contexts.shared_kernel.adapters.filters.operators import (
    ANY_VALUE,
    CONDITIONS,
    ORDERED,
    SINGLE,
    TEXT,
    Condition,
    Operator,
)
from src.contexts.shared_kernel.adapters.filters.values import (
    Parse,
    boolean,
    integer,
    moment,
    number,
    refused,
    text,
    uuid_text,
    values_of,
)

_NULL = frozenset({"null", "none"})


class Filter(Protocol):
    """One name that may stand in a query, with the operators that it understands."""

    @property
    def operators(self) -> frozenset[Operator]: ...

    def condition(self, operator: Operator, name: str, raw: object) -> Condition:
        """The condition for a value as it was sent; raises `ValidationFailed`."""
        ...


@dataclass(frozen=True, slots=True)
class ColumnFilter:
    """Compares a column with the values; made by the functions below."""

    column: ColumnElement[Any] | InstrumentedAttribute[Any]
    parse: Parse
    operators: frozenset[Operator]
    like_column: ColumnElement[Any] | None = None

    def condition(self, operator: Operator, name: str, raw: object) -> Condition:
        values = values_of(name, raw)
        if operator in SINGLE and len(values) > 1:
            raise refused(name, "Give one value.")
        if operator is Operator.IS_NOT and str(values[0]).lower() in _NULL:
            return _expression(self.column).is_not(None)
        parsed = [self.parse(name, value) for value in values]
        if operator is Operator.LIKE and self.like_column is not None:
            return _folded_like(self.like_column, parsed)
        return CONDITIONS[operator](_expression(self.column), parsed)


@dataclass(frozen=True, slots=True)
class ReferenceFilter:
    """Compares what a column refers to, by id or by name: `source=<id>` and `source=<name>`."""

    column: InstrumentedAttribute[Any]
    target_id: InstrumentedAttribute[str]
    target_name: InstrumentedAttribute[str]
    operators: frozenset[Operator] = ANY_VALUE

    def condition(self, operator: Operator, name: str, raw: object) -> Condition:
        if operator is Operator.IS_NOT and str(raw).lower() in _NULL:
            return self.column.is_not(None)
        values = [text(name, value) for value in values_of(name, raw)]
        named = select(self.target_id).where(or_(self.target_id.in_(values), self.target_name.in_(values)))
        if operator is Operator.EQUALS:
            return self.column.in_(named)
        return or_(self.column.not_in(named), self.column.is_(None))


def by_text(column: InstrumentedAttribute[Any], *, accents_ignored: bool = False) -> ColumnFilter:
    """Text, with `_like` for "contains"; `accents_ignored` uses the trigram index over `fold_text(column)`."""
    return ColumnFilter(column, text, TEXT, folded(column) if accents_ignored else None)


def by_id(column: InstrumentedAttribute[Any]) -> ColumnFilter:
    """A UUID."""
    return ColumnFilter(column, uuid_text, ANY_VALUE)


def by_integer(column: InstrumentedAttribute[Any]) -> ColumnFilter:
    """An integer column."""
    return ColumnFilter(column, integer, ORDERED)


def by_number(column: InstrumentedAttribute[Any]) -> ColumnFilter:
    """A floating point column."""
    return ColumnFilter(column, number, ORDERED)


def by_boolean(column: InstrumentedAttribute[Any]) -> ColumnFilter:
    """A boolean column."""
    return ColumnFilter(column, boolean, ANY_VALUE)


def by_moment(column: InstrumentedAttribute[Any]) -> ColumnFilter:
    """A timestamp column."""
    return ColumnFilter(column, moment, ORDERED)


def folded(value: ColumnExpressionArgument[Any] | str) -> ColumnElement[str]:
    """Lower case without accents; the immutable function that the first migration makes."""
    return func.public.fold_text(value)


def _folded_like(column: ColumnElement[Any], values: Sequence[Any]) -> Condition:
    return or_(*(_contains(column, value) for value in values))


def _contains(column: ColumnElement[Any], value: str) -> Condition:
    # A trigram index can look up a word of three letters; for less it would be read from end to end.
    if not re.search(r"\w{3}", value):
        return func.strpos(column, folded(value)) > 0
    return column.like(func.concat("%", folded(_escaped(value)), "%"), escape="/")


def _escaped(value: str) -> str:
    return value.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _expression(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return column if isinstance(column, ColumnElement) else column.expression
