"""The base of all repositories: entities in, rows out, with filters, soft delete and the optimistic lock."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cached_property

from sqlalchemy import ColumnElement, Select, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.interfaces import ORMOption

from src.contexts.shared_kernel.adapters.filters.query import Query
from src.contexts.shared_kernel.adapters.orm import EntityRow
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import NotFoundError
from src.contexts.shared_kernel.domain.events import Event
from src.contexts.shared_kernel.sources import utc_now


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

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        # The session itself holds rows weakly: a row that was forgotten and read again would carry another's version.
        self._seen: dict[str, tuple[E, R]] = {}

    def to_entity(self, row: R) -> E:
        """The entity that a row stores."""
        return self.entity_type(**{name: getattr(row, name) for name in self._names})

    def write(self, entity: E, row: R) -> None:
        """Put the entity's state into its row."""
        for name in self._names:
            setattr(row, name, getattr(entity, name))

    async def find(self, entity_id: str) -> E | None:
        """The entity or None."""
        found = await self._fetch(self._select().where(self.row_type.id == entity_id))
        return found[0] if found else None

    async def get(self, entity_id: str) -> E:
        """The entity; raises `NotFoundError`."""
        found = await self.find(entity_id)
        if found is None:
            raise NotFoundError(self.entity_type.__name__, entity_id)
        return found

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

    def _select(self) -> Select[R]:
        return select(self.row_type).where(~self.row_type.discarded).options(*self.options)

    async def _fetch(self, statement: Select[R]) -> list[E]:
        rows = (await self._session.scalars(statement)).unique().all()
        return [self._remember(row) for row in rows]

    def _remember(self, row: R) -> E:
        # The same entity object for the same row, so that a change is not lost to a second reading.
        if row.id not in self._seen:
            self._seen[row.id] = (self.to_entity(row), row)
        return self._seen[row.id][0]

    @cached_property
    def _names(self) -> tuple[str, ...]:
        columns = inspect(self.row_type).column_attrs.keys()
        return tuple(field.name for field in fields(self.entity_type) if field.init and field.name in columns)
