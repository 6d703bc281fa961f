"""A small context of notes, to try the kernel without a real one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateSchema

from src.contexts.shared_kernel.adapters.database import SessionFactory, create_engine, session_factory
from src.contexts.shared_kernel.adapters.filters.fields import (
    by_boolean,
    by_id,
    by_integer,
    by_moment,
    by_number,
    by_text,
)
from src.contexts.shared_kernel.adapters.filters.query import Query
from src.contexts.shared_kernel.adapters.filters.tags import TagFilter
from src.contexts.shared_kernel.adapters.orm import EntityRow
from src.contexts.shared_kernel.adapters.repository import SqlRepository
from src.contexts.shared_kernel.adapters.types import JsonOf, JsonTupleOf
from src.contexts.shared_kernel.adapters.unit_of_work import EventSource, SqlUnitOfWork
from src.contexts.shared_kernel.domain.contact import Address
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.tag import Tag


@dataclass(slots=True, kw_only=True, eq=False)
class Note(Entity):
    title: str
    stars: int | None = None
    weight: float | None = None
    done: bool = False
    tags: tuple[Tag, ...] = ()
    place: Address | None = None


class NoteRow(EntityRow):
    __tablename__ = "notes"
    __table_args__ = ({"schema": "kernel_test"},)

    title: Mapped[str] = mapped_column(String(50), unique=True)
    stars: Mapped[int | None]
    weight: Mapped[float | None]
    done: Mapped[bool]
    tags: Mapped[tuple[Tag, ...]] = mapped_column(JsonTupleOf(Tag))
    place: Mapped[Address | None] = mapped_column(JsonOf(Address))


class SqlNotes(SqlRepository[Note, NoteRow]):
    entity_type = Note
    row_type = NoteRow
    queries = Query(
        filters={
            "id": by_id(NoteRow.id),
            "title": by_text(NoteRow.title, accents_ignored=True),
            "stars": by_integer(NoteRow.stars),
            "weight": by_number(NoteRow.weight),
            "done": by_boolean(NoteRow.done),
            "tags": TagFilter(NoteRow.tags),
            "created_at": by_moment(NoteRow.created_at),
        },
        sorts={"id": NoteRow.id, "title": NoteRow.title, "stars": NoteRow.stars, "updated_at": NoteRow.updated_at},
        tie=NoteRow.id,
    )


class NotesUnitOfWork(SqlUnitOfWork):
    notes: SqlNotes

    def _repositories(self, session: AsyncSession) -> tuple[EventSource, ...]:
        self.notes = SqlNotes(session)
        return (self.notes,)


async def notes_on(url: str, notes: Sequence[Note] = ()) -> SessionFactory:
    """The table of notes in a database, with some notes."""
    engine = create_engine(url, pooled=False)
    async with engine.begin() as connection:
        await connection.execute(CreateSchema("kernel_test"))
        await connection.run_sync(NoteRow.metadata.tables["kernel_test.notes"].create)
    factory = session_factory(engine)
    async with NotesUnitOfWork(factory) as uow:
        await uow.notes.add_all(notes)
        await uow.commit()
    return factory
