"""The suffixes of filter names and what they ask of a column."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, func, or_


class Operator(StrEnum):
    """The suffix that follows a field's name in a query; none means "is one of"."""

    EQUALS = ""
    AT_LEAST = "_gte"
    AT_MOST = "_lte"
    NOT_EQUAL = "_ne"
    LIKE = "_like"
    NOT_IN = "_not_in"
    IS_NOT = "_is_not"
    NOT_EXISTS = "_not_exists"


type Condition = ColumnElement[bool]
type Build = Callable[[ColumnElement[Any], Sequence[Any]], Condition]

ANY_VALUE = frozenset({Operator.EQUALS, Operator.NOT_EQUAL, Operator.NOT_IN, Operator.IS_NOT})
ORDERED = ANY_VALUE | {Operator.AT_LEAST, Operator.AT_MOST}
TEXT = ANY_VALUE | {Operator.LIKE}


def _equals(column: ColumnElement[Any], values: Sequence[Any]) -> Condition:
    return column == values[0] if len(values) == 1 else column.in_(values)


def _not_in(column: ColumnElement[Any], values: Sequence[Any]) -> Condition:
    # In SQL a NULL is neither in a list nor outside it; to a reader of the list it is outside.
    return or_(column.not_in(values), column.is_(None))


def _like(column: ColumnElement[Any], values: Sequence[Any]) -> Condition:
    # Not LIKE: for a rare pattern the planner believes that few rows will match and reads the whole table, where
    # the index of the sort order would have filled the page.
    return or_(*(func.strpos(func.lower(column), func.lower(value)) > 0 for value in values))


CONDITIONS: Mapping[Operator, Build] = MappingProxyType(
    {
        Operator.EQUALS: _equals,
        Operator.AT_LEAST: lambda column, values: column >= values[0],
        Operator.AT_MOST: lambda column, values: column <= values[0],
        Operator.NOT_EQUAL: _not_in,
        Operator.NOT_IN: _not_in,
        Operator.LIKE: _like,
        Operator.IS_NOT: lambda column, values: column.is_distinct_from(values[0]),
    }
)
# A bound is one value: two of them would leave open which one counts.
SINGLE = frozenset({Operator.AT_LEAST, Operator.AT_MOST, Operator.IS_NOT})
