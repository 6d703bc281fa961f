"""The base of all repositories: entities in, rows out, with filters, soft delete and the optimistic lock."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarResult, Select, bindparam, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.interfaces import ORMOption

from src.contexts.shared_kernel.adapters.database import PLAIN_READ
from src.contexts.shared_kernel.adapters.filters.query import Query
from src.contexts.shared_kernel.adapters.orm import EntityRow
from src.contexts.shared_kernel.adapters.rebuilding import Build, rebuilder
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import NotFoundError
from src.contexts.shared_kernel.domain.events import Event
from src.contexts.shared_kernel.sources import utc_now

# In the session's `info`: whether entities are locked when they are got.
HOLDS = "holds"


class SqlRepository[E: Entity, R: EntityRow]:
    """A subclass names the two types and the queries that it answers:

        class SqlProducts(SqlRepository[Product, ProductRow]):
            entity_type = Product
            row_type = ProductRow
            queries = PRODUCT_QUERIES

    Columns and entity fields of one name are copied; an aggregate with child rows overrides `to_entity` and `write`,
    and loads the children in `options` (never one query per row).
    """

    entity_type: type[E]
    row_type: type[R]
    queries: Query
    options: tuple[ORMOption, ...] = ()
    # Whether a unit of work that `holds` locks these rows; the parts of an aggregate are locked by its root alone.
    locks: bool = True

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        # The session itself holds rows weakly: a row that was forgotten and read again would carry another's version.
        self._seen: dict[str, tuple[E, R]] = {}

    def to_entity(self, row: R) -> E:
        """The entity that a row stores."""
        # Past the attributes' descriptors: a row that was just read has all of its columns.
        loaded = row.__dict__
        own_class: Any = type(self)  # mypy takes no class for hashable
        return _builder(own_class)(loaded)  # type: ignore[no-any-return]

    def write(self, entity: E, row: R) -> None:
        """Put the entity's state into its row."""
        for name in self._names:
            setattr(row, name, getattr(entity, name))

    async def find(self, entity_id: str) -> E | None:
        """The entity or None; one that is known here is not read again."""
        if entity_id in self._seen:
            entity, _ = self._seen[entity_id]
            return None if entity.discarded else entity
        return next(iter(await self._fetch_to_change(*self._wanted(entity_id))), None)

    async def get(self, entity_id: str) -> E:
        """The entity; raises `NotFoundError`."""
        return self._required(await self.find(entity_id), entity_id)

    async def hold(self, entity_id: str) -> E:
        """The entity, which no other unit of work can change before this one ends; raises `NotFoundError`."""
        found = await self._fetch_locked(*self._wanted(entity_id))
        return self._required(next(iter(found), None), entity_id)

    async def get_many(self, entity_ids: Sequence[str]) -> list[E]:
        """Those of the entities that exist, by id, in one statement."""
        found = await self._fetch(self._select().where(self.row_type.id.in_(set(entity_ids))))
        return sorted(found, key=lambda entity: entity.id)

    async def query(self, filters: Mapping[str, object] | None = None, *conditions: ColumnElement[bool]) -> list[E]:
        """The entities that filters and conditions let through; 422 for a filter that can't be applied."""
        statement = self.queries.apply(self._select().where(*conditions), filters or {})
        return await self._fetch(statement)

    async def add(self, entity: E) -> None:
        """Store a new entity."""
        await self.add_all((entity,))

    async def add_all(self, entities: Sequence[E]) -> None:
        """Store new entities in one statement."""
        for entity in entities:
            entity.updated_at = entity.created_at
            row = self.row_type()
            self.write(entity, row)
            self._session.add(row)
            self._seen[entity.id] = (entity, row)
        await self._session.flush()

    async def save(self, entity: E) -> None:
        """Store the changes of an entity that was read here."""
        _, row = self._seen[entity.id]
        entity.updated_at = utc_now()
        entity.version += 1
        self.write(entity, row)
        await self._session.flush()

    def release_events(self) -> tuple[Event, ...]:
        """The events of everything read or written here."""
        return tuple(event for entity, _ in self._seen.values() for event in entity.release_events())

    def _wanted(self, entity_id: str) -> tuple[Select[R], dict[str, Any]]:
        return _by_id(self.row_type, self.options), {"entity_id": entity_id}

    def _required(self, found: E | None, entity_id: str) -> E:
        if found is None:
            raise NotFoundError(self.entity_type.__name__, entity_id)
        return found

    def _select(self) -> Select[R]:
        return _existing(self.row_type, self.options)

    async def _fetch(self, statement: Select[R], values: Mapping[str, Any] | None = None) -> list[E]:
        return self._remembered(await self._session.scalars(statement, values, execution_options=PLAIN_READ))

    async def _fetch_to_change(self, statement: Select[R], values: Mapping[str, Any] | None = None) -> list[E]:
        """Locked if the unit of work `holds` what it gets."""
        fetch = self._fetch_locked if self.locks and self._session.info.get(HOLDS) else self._fetch
        return await fetch(statement, values)

    async def _fetch_locked(
        self, statement: Select[R], values: Mapping[str, Any] | None = None, *, read: bool = False
    ) -> list[E]:
        """Locked against changes, with `read` against writers only, until the transaction ends that this begins.

        What was read here before the lock may have changed since: the entities are made anew.
        """
        locked = statement.with_for_update(read=read)
        rows = await self._session.scalars(locked, values, execution_options={"populate_existing": True})
        return [self._renew(row) for row in rows.unique()]

    def _remembered(self, rows: ScalarResult[R]) -> list[E]:
        return [self._remember(row) for row in rows.unique()]

    def _remember(self, row: R) -> E:
        # The same entity object for the same row, so that a change is not lost to a second reading.
        if row.id not in self._seen:
            self._seen[row.id] = (self.to_entity(row), row)
        return self._seen[row.id][0]

    def _renew(self, row: R) -> E:
        entity = self.to_entity(row)
        if row.id in self._seen:
            for event in self._seen[row.id][0].release_events():
                entity.record(event)
        self._seen[row.id] = (entity, row)
        return entity

    @property
    def _names(self) -> tuple[str, ...]:
        own_class: Any = type(self)  # mypy takes no class for hashable
        return _shared_names(own_class)


# Statements are made once: each has the key by which its SQL is found in the engine's cache.
@cache
def _existing[R: EntityRow](row_type: type[R], options: tuple[ORMOption, ...]) -> Select[R]:
    return select(row_type).where(~row_type.discarded).options(*options)


@cache
def _by_id[R: EntityRow](row_type: type[R], options: tuple[ORMOption, ...]) -> Select[R]:
    return _existing(row_type, options).where(row_type.id == bindparam("entity_id"))


@cache
def _builder(repository: Any) -> Build[Any]:
    return rebuilder(repository.entity_type, _shared_names(repository))


@cache
def _shared_names(repository: type[SqlRepository[Any, Any]]) -> tuple[str, ...]:
    columns = inspect(repository.row_type).column_attrs.keys()
    return tuple(field.name for field in fields(repository.entity_type) if field.init and field.name in columns)
