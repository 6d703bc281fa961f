"""A repository's declaration of its filters and sort orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from src.contexts.shared_kernel.adapters.filters.fields import Filter
from src.contexts.shared_kernel.adapters.filters.operators import Condition, Operator
from src.contexts.shared_kernel.adapters.filters.values import integer, refused

MAX_LIMIT = 500
DEFAULT_LIMIT = 50
MAX_SKIP = 1_000_000


@dataclass(frozen=True, slots=True)
class Query:
    """Filters and sorts by the names that clients use, and the column that breaks ties."""

    filters: Mapping[str, Filter]
    sorts: Mapping[str, InstrumentedAttribute[Any]]
    tie: InstrumentedAttribute[Any]
    default_sort: str = "-updated_at"

    def apply(self, statement: Select[Any], asked: Mapping[str, object]) -> Select[Any]:
        """The statement with every filter, a total order and a page; raises `ValidationFailed` (422)."""
        given = {name: value for name, value in asked.items() if value is not None}
        skip = _within("skip", given.pop("skip", 0), 0, MAX_SKIP)
        limit = _within("limit", given.pop("limit", DEFAULT_LIMIT), 1, MAX_LIMIT)
        order = self._order(given.pop("sort", self.default_sort))
        conditions = [self._condition(name, value) for name, value in given.items()]
        return statement.where(*conditions).order_by(*order).offset(skip or None).limit(limit)

    def _order(self, sort: object) -> tuple[Any, ...]:
        # The tie is broken in the direction of the sort, so that one index read backwards serves both.
        descending = isinstance(sort, str) and sort.startswith("-")
        name = sort.removeprefix("-") if isinstance(sort, str) else ""
        if name not in self.sorts:
            raise refused("sort", f"Sort by one of: {', '.join(sorted(self.sorts))}; a leading - reverses the order.")
        columns = (self.sorts[name],) if self.sorts[name] is self.tie else (self.sorts[name], self.tie)
        return tuple(column.desc() if descending else column.asc() for column in columns)

    def _condition(self, name: str, value: object) -> Condition:
        for operator in Operator:
            field = name.removesuffix(operator) if name.endswith(operator) else None
            found = None if field is None else self.filters.get(field)
            if found is not None and operator in found.operators:
                return found.condition(operator, name, value)
        raise refused(name, "There is no such filter.")


def _within(name: str, value: object, low: int, high: int) -> int:
    found = integer(name, value)
    if not low <= found <= high:
        raise refused(name, f"The value must be between {low} and {high}.")
    return found
