"""When a unit of work begins a transaction, and what one connection carries from a unit of work to the next."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from src.contexts.shared_kernel.adapters.database import SessionFactory, create_engine, session_factory
from tests.integration.shared_kernel.notes import Note, NotesUnitOfWork, notes_on

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def one_connection(url: str) -> AsyncIterator[tuple[SessionFactory, list[str]]]:
    """Sessions that share one connection, and where on it transactions began and ended."""
    engine, sent = create_engine(url, pooled=True, pool_size=1, pool_timeout=1), []

    def note(query: Any) -> None:
        word = query.query.split()[0].strip(";")
        if word in ("BEGIN", "COMMIT", "ROLLBACK"):
            sent.append(word)

    def listen(driver: Any, record: Any) -> None:
        driver.driver_connection.add_query_logger(note)

    event.listen(engine.sync_engine, "connect", listen)
    try:
        yield session_factory(engine), sent
    finally:
        await engine.dispose()


async def test_reading_needs_no_transaction(database_url: str) -> None:
    await notes_on(database_url, [Note(id="a", title="A")])
    async with one_connection(database_url) as (sessions, sent), NotesUnitOfWork(sessions) as uow:
        assert (await uow.notes.get("a")).title == "A"
        assert len(await uow.notes.query({})) == 1
        await uow.commit()
    assert sent == []


async def test_a_transaction_begins_with_the_first_write_and_takes_all_of_it_back(database_url: str) -> None:
    await notes_on(database_url, [Note(id="a", title="A"), Note(id="b", title="B")])
    async with one_connection(database_url) as (sessions, sent):
        async with NotesUnitOfWork(sessions) as uow:
            note = await uow.notes.get("a")
            note.title = "C"
            await uow.notes.save(note)
            await uow.notes.add(Note(id="d", title="D"))
            assert len(await uow.notes.query({"title": "C|D"})) == 2
        assert sent == ["BEGIN", "ROLLBACK"]
        async with NotesUnitOfWork(sessions) as uow:
            assert [note.title for note in await uow.notes.query({"sort": "id"})] == ["A", "B"]


async def test_what_is_committed_was_written_in_one_transaction(database_url: str) -> None:
    await notes_on(database_url)
    async with one_connection(database_url) as (sessions, sent):
        async with NotesUnitOfWork(sessions) as uow:
            assert await uow.notes.find("a") is None
            await uow.notes.add_all([Note(id="a", title="A"), Note(id="b", title="B")])
            await uow.commit()
        assert sent == ["BEGIN", "COMMIT"]
        async with NotesUnitOfWork(sessions) as uow:
            assert len(await uow.notes.query({})) == 2


async def test_a_statement_without_the_mark_of_a_read_is_in_a_transaction(database_url: str) -> None:
    """Also on a connection whose last statement was a read."""
    await notes_on(database_url)
    async with one_connection(database_url) as (sessions, sent):
        async with NotesUnitOfWork(sessions) as uow:
            await uow.notes.query({})
            assert await local_setting(uow.session) == "mine"
        assert sent == ["BEGIN", "ROLLBACK"]
        async with sessions() as session:
            assert await session.scalar(text("SELECT current_setting('menu.owner', true)")) != "mine"


@pytest.mark.parametrize("way", [{}, {"no_parameters": True}])
async def test_many_rows_and_raw_statements_are_in_a_transaction(database_url: str, way: dict[str, Any]) -> None:
    await notes_on(database_url)
    async with one_connection(database_url) as (sessions, sent):
        async with NotesUnitOfWork(sessions) as uow:
            await uow.notes.query({})
            drop = text("DELETE FROM kernel_test.notes").execution_options(**way)
            await (await uow.session.connection()).execute(drop)
        async with NotesUnitOfWork(sessions) as uow:
            await uow.notes.query({})
            renamed = text("UPDATE kernel_test.notes SET title = :title")
            await (await uow.session.connection()).execute(renamed, [{"title": "A"}, {"title": "B"}])
    assert sent == ["BEGIN", "ROLLBACK"] * 2


async def local_setting(session: AsyncSession) -> Any:
    """A setting that is gone with the transaction in which it was made."""
    await session.execute(text("SELECT set_config('menu.owner', 'mine', true)"))
    return await session.scalar(text("SELECT current_setting('menu.owner', true)"))
