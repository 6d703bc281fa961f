"""Transactions, the optimistic lock, soft deletes, and what becomes of the database's errors."""

import asyncio
from datetime import UTC, datetime

import anyio
import pytest
from sqlalchemy import text

from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from src.contexts.shared_kernel.domain.contact import Address
from src.contexts.shared_kernel.domain.errors import (
    ConflictError,
    DependencyUnavailable,
    NotFoundError,
    StaleVersionError,
    ValidationFailed,
)
from src.contexts.shared_kernel.domain.events import Event
from src.contexts.shared_kernel.domain.tag import Tag
from src.contexts.shared_kernel.sources import use_sources
from tests.integration.shared_kernel.notes import Note, NotesUnitOfWork, notes_on
from tests.support import postgres

pytestmark = pytest.mark.anyio


async def test_what_is_stored_is_read_again_with_its_value_objects(database_url: str) -> None:
    note = Note(
        id="a",
        title="Olá",
        tags=(Tag("cuisine", "thai", "me", "note"),),
        place=Address(city="São Paulo"),
    )
    factory = await notes_on(database_url, [note])
    async with NotesUnitOfWork(factory) as uow:
        found = await uow.notes.get("a")
        assert await uow.notes.get("a") is found
    assert (found.title, found.tags, found.place) == (note.title, note.tags, note.place)
    assert found.updated_at == found.created_at == note.created_at


async def test_without_a_commit_nothing_stays(database_url: str) -> None:
    factory = await notes_on(database_url)
    async with NotesUnitOfWork(factory) as uow:
        await uow.notes.add(Note(id="a", title="A"))

    async def fail() -> None:
        async with NotesUnitOfWork(factory) as uow:
            await uow.notes.add(Note(id="a", title="A"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with NotesUnitOfWork(factory) as uow:
        assert await uow.notes.find("a") is None


async def test_a_cancelled_unit_of_work_gives_its_connection_back(database_url: str) -> None:
    await notes_on(database_url)
    engine = create_engine(database_url, pooled=True, pool_size=1, pool_timeout=1)
    factory = session_factory(engine)
    for _ in range(3):
        with anyio.move_on_after(0.05):
            async with NotesUnitOfWork(factory) as uow:
                await uow.notes.add(Note(id="a", title="A"))
                await uow.session.execute(text("SELECT pg_sleep(5)"))
    async with NotesUnitOfWork(factory) as uow:
        assert await uow.notes.find("a") is None
    await engine.dispose()


async def test_the_slower_of_two_writers_is_told(database_url: str) -> None:
    factory = await notes_on(database_url, [Note(id="a", title="A")])

    async def write(title: str, *, overtaken_by: str | None = None) -> None:
        async with NotesUnitOfWork(factory) as uow:
            note = await uow.notes.get("a")
            if overtaken_by:
                await write(overtaken_by)
            note.title = title
            await uow.notes.save(note)
            await uow.commit()

    with pytest.raises(StaleVersionError):
        await write("C", overtaken_by="B")
    async with NotesUnitOfWork(factory) as uow:
        found = await uow.notes.get("a")
    assert (found.title, found.version) == ("B", 2)


async def test_what_is_held_is_as_it_is_now_and_stays_so(database_url: str) -> None:
    """Also where it was read before, and something else was written meanwhile without a new version."""
    factory = await notes_on(database_url, [Note(id="a", title="A", stars=1)])
    async with NotesUnitOfWork(factory) as uow:
        before = await uow.notes.get("a")
        before.record(Event())
        async with create_engine(database_url, pooled=False).begin() as other:
            await other.execute(text("UPDATE kernel_test.notes SET stars = 2"))
        note = await uow.notes.hold("a")
        assert (note.stars, await uow.notes.get("a")) == (2, note)
        assert uow.release_events() == (Event(),)
        async with create_engine(database_url, pooled=False).connect() as other:
            free = text("SELECT id FROM kernel_test.notes FOR UPDATE SKIP LOCKED")
            assert (await other.scalars(free)).all() == []


async def test_a_unit_of_work_that_holds_locks_what_it_gets(database_url: str) -> None:
    factory = await notes_on(database_url, [Note(id="a", title="A")])
    uow = NotesUnitOfWork(factory)
    uow.holds = True
    async with uow:
        await uow.notes.get("a")
        async with create_engine(database_url, pooled=False).connect() as other:
            free = text("SELECT id FROM kernel_test.notes FOR UPDATE SKIP LOCKED")
            assert (await other.scalars(free)).all() == []


async def test_saving_counts_the_version_and_stamps_the_time(database_url: str) -> None:
    factory = await notes_on(database_url, [Note(id="a", title="A")])
    later = datetime(2030, 1, 2, tzinfo=UTC)
    with use_sources(clock=lambda: later):
        async with NotesUnitOfWork(factory) as uow:
            note = await uow.notes.get("a")
            note.require_version(1)
            note.stars = 3
            await uow.notes.save(note)
            await uow.commit()
    async with NotesUnitOfWork(factory) as uow:
        found = await uow.notes.get("a")
        assert (found.version, found.updated_at, found.stars) == (2, later, 3)
        with pytest.raises(StaleVersionError):
            found.require_version(1)


async def test_what_is_discarded_is_not_found(database_url: str) -> None:
    factory = await notes_on(database_url, [Note(id="a", title="A"), Note(id="b", title="B")])
    async with NotesUnitOfWork(factory) as uow:
        note = await uow.notes.get("a")
        note.discard()
        await uow.notes.save(note)
        await uow.commit()
    async with NotesUnitOfWork(factory) as uow:
        assert [found.id for found in await uow.notes.query()] == ["b"]
        assert [found.id for found in await uow.notes.get_many(["a", "b", "c"])] == ["b"]
        with pytest.raises(NotFoundError):
            await uow.notes.get("a")


async def test_the_same_thing_twice_is_a_conflict(database_url: str) -> None:
    factory = await notes_on(database_url, [Note(id="a", title="A")])
    with pytest.raises(ConflictError):
        async with NotesUnitOfWork(factory) as uow:
            await uow.notes.add(Note(id="b", title="A"))


@pytest.mark.parametrize(
    "note",
    [
        Note(id="b", title="x" * 51),
        Note(id="b", title="a\x00b"),
        Note(id="b", title="\ud800"),
        Note(id="b", title="B", stars=2**40),
        Note(id="b", title="B", place=Address(city="\x00")),
    ],
)
async def test_what_the_database_refuses_is_a_bad_value(database_url: str, note: Note) -> None:
    factory = await notes_on(database_url)
    with pytest.raises(ValidationFailed) as caught:
        async with NotesUnitOfWork(factory) as uow:
            await uow.notes.add(note)
    assert "INSERT" not in str(caught.value)


async def test_two_who_wait_for_each_other_are_a_conflict(database_url: str) -> None:
    factory = await notes_on(database_url, [Note(id="a", title="A"), Note(id="b", title="B")])
    both = asyncio.Barrier(2)

    async def lock(first: str, second: str) -> None:
        async with NotesUnitOfWork(factory) as uow:
            statement = text("SELECT 1 FROM kernel_test.notes WHERE id = :id FOR UPDATE")
            await uow.session.execute(statement, {"id": first})
            await both.wait()
            await uow.session.execute(statement, {"id": second})

    results = await asyncio.gather(lock("a", "b"), lock("b", "a"), return_exceptions=True)
    assert sorted(type(result) for result in results if result) == [ConflictError]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/nothing",
        "postgresql://nobody@/nothing?host=/nowhere",
        "postgres://nobody@host.invalid/nothing",
    ],
)
async def test_a_database_that_does_not_answer_is_unavailable(url: str) -> None:
    with pytest.raises(DependencyUnavailable):
        async with NotesUnitOfWork(session_factory(create_engine(url, pooled=False))) as uow:
            await uow.notes.find("a")


async def test_a_server_that_refuses_us_is_unavailable(postgres_server: str, database_url: str) -> None:
    nowhere = postgres.with_database(postgres_server, "no_such_database")
    engine = create_engine(database_url, pooled=False)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("DROP ROLE IF EXISTS kernel_test_one"))
        await connection.execute(text("CREATE ROLE kernel_test_one LOGIN CONNECTION LIMIT 0"))
    crowded = engine.url.set(username="kernel_test_one").render_as_string(hide_password=False)
    for url in (nowhere, crowded):
        with pytest.raises(DependencyUnavailable):
            async with NotesUnitOfWork(session_factory(create_engine(url, pooled=False, pool_timeout=0.2))) as uow:
                await uow.notes.find("a")


async def test_a_connection_that_dies_is_unavailable_and_the_next_one_works(database_url: str) -> None:
    await notes_on(database_url, [Note(id="a", title="A")])
    engine = create_engine(database_url, pooled=True, pool_size=1)
    factory = session_factory(engine)

    async def lose_the_connection() -> None:
        async with NotesUnitOfWork(factory) as uow:
            pid = await uow.session.scalar(text("SELECT pg_backend_pid()"))
            async with create_engine(database_url, pooled=False).connect() as other:
                await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            await uow.notes.get("a")

    with pytest.raises(DependencyUnavailable):
        await lose_the_connection()
    async with NotesUnitOfWork(factory) as uow:
        assert (await uow.notes.get("a")).title == "A"
    await engine.dispose()


async def test_a_pool_that_is_used_up_is_unavailable(database_url: str) -> None:
    await notes_on(database_url)
    engine = create_engine(database_url, pooled=True, pool_size=1, pool_timeout=0.05)
    factory = session_factory(engine)
    async with NotesUnitOfWork(factory) as first:
        await first.notes.find("a")
        with pytest.raises(DependencyUnavailable):
            async with NotesUnitOfWork(factory) as second:
                await second.notes.find("a")
    await engine.dispose()
