"""What the database refuses for now, does not answer, or has no room for."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy import make_url, text

from src.contexts.shared_kernel.adapters import database, fair_pool
from src.contexts.shared_kernel.adapters.database import Limits, create_engine, session_factory
from src.contexts.shared_kernel.domain.errors import DependencyUnavailable
from tests.integration.shared_kernel.notes import Note, NotesUnitOfWork, notes_on
from tests.support.silent_proxy import SilentProxy

pytestmark = pytest.mark.anyio


async def write(factory: database.SessionFactory, note_id: str = "a") -> None:
    async with NotesUnitOfWork(factory) as uow:
        note = await uow.notes.get(note_id)
        note.stars = (note.stars or 0) + 1
        await uow.notes.save(note)
        await uow.commit()


@pytest.mark.parametrize("state", ["55P03", "55006", "55000", "25006", "25P03", "25P04", "0A000", "57014", "53200"])
async def test_not_now_is_unavailable(database_url: str, state: str) -> None:
    await notes_on(database_url, [Note(id="a", title="A")])
    engine = create_engine(database_url, pooled=True, pool_size=1)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE FUNCTION kernel_test.refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = '{state}'; END $$"
            )
        )
        trigger = "CREATE TRIGGER refuse BEFORE UPDATE ON kernel_test.notes EXECUTE FUNCTION kernel_test.refuse()"
        await connection.execute(text(trigger))
    factory = session_factory(engine)
    with pytest.raises(DependencyUnavailable):
        await write(factory)
    async with engine.begin() as connection:
        await connection.execute(text("DROP TRIGGER refuse ON kernel_test.notes"))
    await write(factory)
    await engine.dispose()


async def test_a_held_row_is_waited_for_for_a_few_seconds(database_url: str) -> None:
    await notes_on(database_url, [Note(id="a", title="A")])
    engine = create_engine(database_url, pooled=False, limits=Limits(statement=5, lock=0.2))
    holder = await asyncpg.connect(database_url)
    async with holder.transaction():
        await holder.execute("SELECT 1 FROM kernel_test.notes FOR UPDATE")
        began = time.monotonic()
        with pytest.raises(DependencyUnavailable):
            await write(session_factory(engine))
        assert 0.2 <= time.monotonic() - began < 4
    await holder.close()
    await write(session_factory(engine))


async def test_a_statement_of_a_handler_ends_before_the_gateways_limit() -> None:
    assert database.HANDLER_LIMITS.statement < 29
    assert 1 <= database.HANDLER_LIMITS.lock < database.HANDLER_LIMITS.statement


async def test_a_slow_statement_is_cancelled_by_the_server(database_url: str) -> None:
    await notes_on(database_url, [Note(id="a", title="A")])
    engine = create_engine(database_url, pooled=True, pool_size=1, limits=Limits(statement=0.2, lock=0.1))
    with pytest.raises(DependencyUnavailable):
        async with NotesUnitOfWork(session_factory(engine)) as uow:
            await uow.session.execute(text("SELECT pg_sleep(10)"))
    await write(session_factory(engine))
    await engine.dispose()


@pytest.mark.parametrize("idle", [True, False])
async def test_connections_that_died_in_silence_are_found_out(
    database_url: str, monkeypatch: pytest.MonkeyPatch, idle: bool
) -> None:
    """With `idle` by the question before their use; else by the statement's own limit. All are given up at once."""
    await notes_on(database_url, [Note(id="a", title="A")])
    monkeypatch.setattr(database, "_IDLE_SECONDS", 0.0 if idle else 60.0)
    monkeypatch.setattr(database, "_PING_SECONDS", 0.3)
    monkeypatch.setattr(database, "_SILENCE_SECONDS", 0.3)
    async with SilentProxy.before(database_url) as proxy:
        engine = create_engine(proxy.url, pooled=True, pool_size=4, limits=Limits(statement=0.5, lock=0.2))
        factory = session_factory(engine)

        async def read() -> bool:
            try:
                async with NotesUnitOfWork(factory) as uow:
                    await uow.notes.get("a")
                    await asyncio.sleep(0.1)
            except DependencyUnavailable:
                return False
            return True

        assert await asyncio.gather(*(read() for _ in range(4))) == [True] * 4
        proxy.silence()
        began = time.monotonic()
        first = await asyncio.gather(*(read() for _ in range(4)))
        assert first == [idle] * 4
        assert await asyncio.gather(*(read() for _ in range(4))) == [True] * 4
        # The end of a silent connection takes at most two seconds more.
        assert time.monotonic() - began < 8
        await engine.dispose()


@asynccontextmanager
async def few_slots(url: str, count: int) -> AsyncIterator[str]:
    """The URL of a user to whom PostgreSQL allows only so many connections."""
    admin = await asyncpg.connect(url)
    role = f"kernel_test_{await admin.fetchval('SELECT oid FROM pg_database WHERE datname = current_database()')}"
    await admin.execute(f"CREATE ROLE {role} LOGIN CONNECTION LIMIT {count}")
    await admin.execute(f"GRANT ALL ON SCHEMA kernel_test TO {role}")
    await admin.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA kernel_test TO {role}")
    try:
        parsed = make_url(url).set(username=role)
        yield parsed.render_as_string(hide_password=False)
    finally:
        await admin.execute(f"DROP OWNED BY {role}")
        await admin.execute(f"DROP ROLE {role}")
        await admin.close()


@pytest.mark.parametrize("pooled", [True, False])
async def test_who_finds_no_slot_waits_for_one(database_url: str, pooled: bool) -> None:
    await notes_on(database_url, [Note(id=str(number), title=str(number)) for number in range(20)])
    async with few_slots(database_url, 2) as url:
        engine = create_engine(url, pooled=pooled, pool_size=10)
        await asyncio.gather(*(write(session_factory(engine), str(number)) for number in range(20)))
        await engine.dispose()


async def test_no_slot_in_time_is_unavailable(database_url: str) -> None:
    await notes_on(database_url, [Note(id="a", title="A")])
    async with few_slots(database_url, 1) as url:
        holder = await asyncpg.connect(url)
        for pooled in (True, False):
            engine = create_engine(url, pooled=pooled, pool_timeout=0.5)
            began = time.monotonic()
            with pytest.raises(DependencyUnavailable):
                await write(session_factory(engine))
            assert time.monotonic() - began < 3
        engine = create_engine(url, pooled=True, pool_timeout=5)
        writing = asyncio.create_task(write(session_factory(engine)))
        await asyncio.sleep(2 * fair_pool.SLOT_SECONDS)
        await holder.close()
        await writing
        await engine.dispose()
