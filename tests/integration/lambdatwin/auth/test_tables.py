"""The library's own tables: made in any database, moved from where this backend had them, the same for two builds."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command

from src.contexts.shared_kernel.adapters.database import create_engine as kernel_engine
from src.lambdatwin import Project
from src.lambdatwin.auth.revocations import KEPT
from src.lambdatwin.postgres.engine import create_engine, session_factory
from src.lambdatwin.postgres.stores import PostgresLedger, PostgresRevocations
from src.lambdatwin.postgres.tables import STEPS, check, migrate
from src.lambdatwin.project import DatabaseError
from src.migrations.run import alembic_config
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.auth.issuing import Clock, giving
from tests.support import preloaded
from tests.support.postgres import ROOT, clone, with_database

pytestmark = pytest.mark.anyio

# Word for word what the builds before the move send.
OLD_WRITE = (
    "INSERT INTO auth.revocations AS old (kind, value, revoked_at, expires_at) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (kind, value) DO UPDATE SET revoked_at = greatest(old.revoked_at, excluded.revoked_at),"
    " expires_at = greatest(old.expires_at, excluded.expires_at), change = nextval('auth.revocation_changes')"
)
OLD_STAMP = "SELECT count(*), coalesce(sum(change), 0)::bigint FROM auth.revocations WHERE expires_at > $1"
OLD_PURGE = "DELETE FROM auth.revocations WHERE expires_at <= $1"
OLD_CLAIM = (
    "INSERT INTO auth.refreshes AS old (digest, expires_at) VALUES ($1, $2)"
    " ON CONFLICT (digest) DO UPDATE SET sealed = NULL, finished_at = NULL, expires_at = excluded.expires_at"
    " WHERE old.expires_at <= $3 RETURNING digest"
)
OLD_FINISH = "UPDATE auth.refreshes SET sealed = $1, finished_at = $2, expires_at = $3 WHERE digest = $4"
OLD_RESULT = "SELECT sealed FROM auth.refreshes WHERE digest = $1 AND sealed IS NOT NULL AND expires_at > $2"
OLD_DROP = (
    "DELETE FROM auth.refreshes WHERE digest IN"
    " (SELECT digest FROM auth.refreshes WHERE expires_at <= $1 LIMIT 100 FOR UPDATE SKIP LOCKED)"
)


@pytest.fixture
def empty_url(postgres_server: str) -> Iterator[str]:
    with clone(postgres_server, with_database(postgres_server, "template0")) as url:
        yield url


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(empty_url)
    yield connection
    await connection.close()


async def migrate_to(url: str, revision: str) -> None:
    engine = kernel_engine(url, pooled=False, limits=None)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), revision))
    await engine.dispose()


type Stores = tuple[PostgresRevocations, PostgresLedger]


@pytest.fixture
async def stores(empty_url: str, clock: Clock) -> AsyncIterator[Stores]:
    """As a new build has them; they connect when they are used."""
    engine = create_engine(empty_url, size=2, wait=5)
    sessions = session_factory(engine)
    yield PostgresRevocations(sessions), PostgresLedger(sessions, clock=clock, grace=10)
    await engine.dispose()


async def test_processes_that_migrate_at_once_make_the_tables_once(
    empty_url: str, empty: asyncpg.Connection, stores: Stores, clock: Clock
) -> None:
    assert await asyncio.gather(*(migrate(Project(), empty_url) for _ in range(3))) == [None] * 3
    assert [row["version"] for row in await empty.fetch("SELECT * FROM lambdatwin.schema_version")] == [1]
    store, ledger = stores
    stamps = [await store.stamp(clock.now)]
    for _ in range(2):
        await store.add("sub", "ana", int(clock.now))
        stamps.append(await store.stamp(clock.now))
    assert len(set(stamps)) == 3
    assert await ledger.once(b"digest", giving(b"result")) == b"result"
    assert await ledger.once(b"digest", giving(b"another")) == b"result"


@pytest.mark.parametrize(("found", "ready"), [(None, False), (0, False), (len(STEPS), True), (len(STEPS) + 5, True)])
async def test_tables_of_a_newer_release_are_ready_too(found: int | None, ready: bool) -> None:
    async def scalar(statement: str) -> int | None:
        return found

    assert (await check(scalar) is None) is ready


async def test_a_database_that_refuses_is_told_without_a_traceback(empty_url: str) -> None:
    with pytest.raises(DatabaseError, match=r'^database "none_of_that_name" does not exist$') as refused:
        await migrate(Project(), with_database(empty_url, "none_of_that_name"))
    assert refused.value.refused
    with pytest.raises(OSError, match=r"127\.0\.0\.1"):
        await migrate(Project(), "postgresql://me@127.0.0.1:1/none")


async def test_options_that_platforms_put_into_urls_are_understood(empty_url: str) -> None:
    given = f"{empty_url}{'&' if '?' in empty_url else '?'}sslmode=prefer&channel_binding=prefer&connect_timeout=9"
    await migrate(Project(), given.replace("postgresql://", "postgres://"))


async def test_an_older_build_and_a_newer_one_see_the_same_rows(
    empty_url: str, empty: asyncpg.Connection, stores: Stores, clock: Clock
) -> None:
    await migrate_to(empty_url, "0006_former_forms")
    now = int(clock.now)
    texts = (OLD_WRITE, OLD_STAMP, OLD_PURGE, OLD_CLAIM, OLD_FINISH, OLD_RESULT, OLD_DROP)
    write, stamp, purge, claim, finish, result, drop = [await empty.prepare(text) for text in texts]
    await write.fetch("sub", "before", now, now + 100)
    await claim.fetch(b"before", now + 6.0, float(now))
    await finish.fetch(b"sealed", float(now), now + 10.0, b"before")
    seen = tuple(*await stamp.fetch(now))

    await migrate(MenuPlanning(), empty_url)

    store, ledger = stores
    assert await store.stamp(clock.now) == seen
    assert await ledger.once(b"before", giving(b"another")) == b"sealed"
    # What the older build writes now, with the statements that it prepared before, and again with new ones.
    for number, run in enumerate((write.fetch, lambda *given: empty.fetch(OLD_WRITE, *given))):
        await run("sub", f"during-{number}", now, now + 100)
        assert await store.about({"sub": f"during-{number}"}, clock.now)
        before = await store.stamp(clock.now)
        await run("sub", f"during-{number}", now + 1, now + 100)
        assert await store.stamp(clock.now) != before
    assert await claim.fetch(b"theirs", now + 6.0, float(now))
    await finish.fetch(b"their result", float(now), now + 10.0, b"theirs")
    assert await ledger.once(b"theirs", giving(b"another")) == b"their result"
    # And what the newer one writes.
    before = tuple(*await stamp.fetch(now))
    await store.add("sub", "after", now)
    assert tuple(*await stamp.fetch(now)) != before

    async def refresh() -> bytes:
        assert await claim.fetch(b"ours", now + 6.0, float(now)) == []
        return b"our result"

    assert await ledger.once(b"ours", refresh) == b"our result"
    assert [row["sealed"] for row in await result.fetch(b"ours", float(now))] == [b"our result"]
    await drop.fetch(now + 1000.0)
    await purge.fetch(now + KEPT)
    assert await store.live(0) == {}


async def test_rows_of_tables_that_the_library_has_made_before_join_the_others(
    empty_url: str, empty: asyncpg.Connection, stores: Stores, clock: Clock
) -> None:
    await migrate_to(empty_url, "0006_former_forms")
    await migrate(Project(), empty_url)
    store, _ = stores
    await store.add("sub", "of the library", int(clock.now))
    await empty.execute(OLD_WRITE, "sub", "of the backend", int(clock.now), int(clock.now) + 100)
    await migrate(MenuPlanning(), empty_url)
    assert {value for _, value in await store.live(clock.now)} == {"of the library", "of the backend"}


COLUMNS = (
    "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default IS NULL"
    " AND is_identity = 'NO' AS has_no_default FROM information_schema.columns"
    " WHERE table_schema = 'lambdatwin' ORDER BY table_name, column_name"
)
KEYS = (
    "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE connamespace = 'lambdatwin'::regnamespace ORDER BY 1, 2"
)


async def test_the_tables_that_were_moved_are_those_that_the_library_makes(
    empty_url: str, empty: asyncpg.Connection, database_url: str
) -> None:
    await migrate(Project(), empty_url)
    moved = await asyncpg.connect(database_url)
    for statement in (COLUMNS, KEYS):
        assert [tuple(row) for row in await moved.fetch(statement)] == [
            tuple(row) for row in await empty.fetch(statement)
        ]
    await moved.close()


def command_migrate(url: str, folder: Path = ROOT) -> tuple[int, str]:
    environment = {**os.environ, "DATABASE_URL": url}
    done = preloaded.finished("src.lambdatwin", "migrate", folder=folder, environment=environment)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


async def test_the_command_migrates_the_project_and_then_the_library(
    empty_url: str, empty: asyncpg.Connection, tmp_path: Path
) -> None:
    assert await asyncio.to_thread(command_migrate, empty_url, tmp_path) == (0, "")
    tables = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information)' ORDER BY 1"
    own = ["lambdatwin.refreshes", "lambdatwin.revocations", "lambdatwin.schema_version"]
    assert [row[0] for row in await empty.fetch(tables)] == own
    assert await asyncio.to_thread(command_migrate, empty_url) == (0, "")
    found = [row[0] for row in await empty.fetch(tables)]
    assert {*own, "iam.users", "public.alembic_version"} <= set(found)
    assert not [name for name in found if name.startswith("auth.")]
    assert await asyncio.to_thread(command_migrate, empty_url) == (0, "")


@pytest.mark.parametrize("url", ["foo", "postgresql://u:p@h:port/x", "postgresql://u:p@[::1/x", "mysql://h/x"])
async def test_the_command_names_the_setting_of_an_address_that_is_none(url: str) -> None:
    code, said = await asyncio.to_thread(command_migrate, url)
    assert (code, said.splitlines()[1:]) == (1, [])
    assert said.startswith("DATABASE_URL must be like postgresql://user:password@host:5432/name")
