"""Filters over a JSONB column of tags: `tags=cuisine:italian|thai,type:dinner`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, literal, not_, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from src.contexts.shared_kernel.adapters.filters.operators import Condition, Operator
from src.contexts.shared_kernel.adapters.filters.values import MAX_VALUES, refused, text


@dataclass(frozen=True, slots=True)
class TagQuery:
    """A key with the values of which one must stand on the thing, optionally as tagged by one author."""

    key: str
    values: tuple[str, ...]
    author_id: str | None = None

    def matches(self) -> list[dict[str, str]]:
        """The partial tags, one of which the column must contain."""
        author = {"author_id": self.author_id} if self.author_id else {}
        return [{"key": self.key, "value": value, **author} for value in self.values]


@dataclass(frozen=True, slots=True)
class TagFilter:
    """AND between keys, OR between the values of a key; the column needs a GIN index with jsonb_path_ops.

    `tags_not_exists` lets through what has none of the tags.
    """

    column: InstrumentedAttribute[Any]
    operators: frozenset[Operator] = frozenset({Operator.EQUALS, Operator.NOT_EXISTS})

    def condition(self, operator: Operator, name: str, raw: object) -> Condition:
        found = [self._has(query) for query in parse_tags(name, raw)]
        return and_(*found) if operator is Operator.EQUALS else not_(or_(*found))

    def _has(self, query: TagQuery) -> Condition:
        contains = self.column.expression.bool_op("@>")
        return or_(*(contains(literal([match], JSONB)) for match in query.matches()))


def parse_tags(name: str, raw: object, author_id: str | None = None) -> tuple[TagQuery, ...]:
    """Read `key:a|b,key:c`; a handler gives `author_id` to ask for a user's own tags.

    Accepts what it returned before, so that the handler's rewritten filters can be read again.
    """
    items = raw if isinstance(raw, list | tuple) else [raw]
    queries = tuple(query for item in items for query in _queries(name, item, author_id))
    if not queries or sum(len(query.values) for query in queries) > MAX_VALUES:
        raise refused(name, f"Give between 1 and {MAX_VALUES} tags.")
    return queries


def _queries(name: str, item: object, author_id: str | None) -> Iterable[TagQuery]:
    if isinstance(item, TagQuery):
        yield item
        return
    for part in text(name, item).split(","):
        key, colon, values = part.partition(":")
        names = tuple(value.strip() for value in values.split("|"))
        if not colon or not key.strip() or not all(names):
            raise refused(name, "Write tags as key:value, or key:value|other, separated by commas.")
        yield TagQuery(key.strip(), names, author_id)
