"""Revocations and refreshes in PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from src.contexts.shared_kernel.adapters.database import SessionFactory, create_engine, session_factory
from src.lambdatwin.auth.responses import StoreUnavailableError
from src.lambdatwin.auth.revocations import KEPT, LocalDenyList
from src.lambdatwin.auth.sessions.refresh import MemoryLedger, RefreshLedger
from src.lambdatwin.postgres.stores import PostgresLedger, PostgresRevocations
from tests.integration.lambdatwin.auth.issuing import Clock, giving
from tests.integration.lambdatwin.auth.sites import Site
from tests.support.counts import Counts

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[SessionFactory]:
    engine = create_engine(database_url, pooled=True)
    yield session_factory(engine)
    await engine.dispose()


@pytest.fixture
async def nowhere() -> AsyncIterator[SessionFactory]:
    engine = create_engine("postgresql://nobody@127.0.0.1:1/nothing", pooled=True)
    yield session_factory(engine)
    await engine.dispose()


async def test_every_write_changes_the_stamp(sessions: SessionFactory, clock: Clock) -> None:
    store = PostgresRevocations(sessions)
    stamps = [await store.stamp(clock.now)]
    for at in (0, 0, 5, -5):
        await store.add("sub", "stamped", int(clock.now) + at)
        stamps.append(await store.stamp(clock.now))
    assert len(set(stamps)) == len(stamps)
    assert await store.about({"sub": "stamped"}, clock.now) == {("sub", "stamped"): int(clock.now) + 5}


async def test_a_revocation_ends_and_is_dropped(sessions: SessionFactory, clock: Clock) -> None:
    store = PostgresRevocations(sessions)
    await store.add("sub", "brief", int(clock.now))
    assert await store.about({"sub": "brief"}, clock.now + KEPT - 1)
    assert not await store.about({"sub": "brief"}, clock.now + KEPT)
    await store.add("sub", "other", int(clock.now) + KEPT)
    assert ("sub", "brief") not in await store.live(0)


async def test_two_replicas_that_write_at_once_lose_nothing(sessions: SessionFactory, clock: Clock) -> None:
    store, meter = PostgresRevocations(sessions), Counts()
    lists = [LocalDenyList(store, clock=clock, monotonic=clock, meter=meter) for _ in range(2)]
    await asyncio.gather(*(one.warm() for one in lists))
    names = [f"parallel-{number}" for number in range(40)]
    await asyncio.gather(*(lists[n % 2].add("sub", name) for n, name in enumerate(names)))
    clock.later(5)
    for one in lists:
        for name in names:
            assert await one.denies({"sub": name, "iat": int(clock.now) - 60})


async def test_a_database_that_is_away_is_said_so(nowhere: SessionFactory, clock: Clock) -> None:
    store = PostgresRevocations(nowhere)
    with pytest.raises(StoreUnavailableError):
        await store.stamp(clock.now)
    with pytest.raises(StoreUnavailableError):
        await store.add("sub", "x", int(clock.now))
    with pytest.raises(StoreUnavailableError):
        await PostgresLedger(nowhere, clock=clock, grace=10).once(b"x", giving(b"nobody may refresh now"))


@pytest.fixture(params=["postgres", "memory"])
def ledger(request: pytest.FixtureRequest, sessions: SessionFactory, clock: Clock) -> RefreshLedger:
    if request.param == "memory":
        return MemoryLedger(clock=clock, grace=10)
    return PostgresLedger(sessions, clock=clock, grace=10)


async def test_a_result_is_shared_for_the_grace_time(ledger: RefreshLedger, clock: Clock) -> None:
    assert await ledger.once(b"shared", giving(b"first")) == b"first"
    clock.later(9.9)
    assert await ledger.once(b"shared", giving(b"second")) == b"first"
    clock.later(0.1)
    assert await ledger.once(b"shared", giving(b"third")) == b"third"


async def test_a_failure_leaves_no_result(ledger: RefreshLedger) -> None:
    async def fail() -> bytes:
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        await ledger.once(b"failed", fail)
    assert await ledger.once(b"failed", giving(b"result")) == b"result"


async def test_a_second_replica_waits_for_the_first(sessions: SessionFactory, clock: Clock) -> None:
    ledger = PostgresLedger(sessions, clock=clock, grace=10)
    entered, go = asyncio.Event(), asyncio.Event()

    async def first() -> bytes:
        entered.set()
        await go.wait()
        return b"result"

    async def second() -> bytes:
        await entered.wait()
        return await ledger.once(b"queue", giving(b"another"))

    running = asyncio.gather(ledger.once(b"queue", first), second())
    await entered.wait()
    go.set()
    assert await running == [b"result", b"result"]


async def test_the_database_never_sees_a_token(here: Site, sessions: SessionFactory) -> None:
    tokens = here.issuer.log_in()
    await here.browser.post("/auth/refresh", json={"refresh_token": tokens["RefreshToken"]})
    async with sessions() as session:
        rows = [tuple(row) for row in await session.execute(text("SELECT digest, sealed FROM lambdatwin.refreshes"))]
    assert any(sealed for _, sealed in rows)
    assert b"eyJ" not in b"".join(bytes(sealed or b"") for _, sealed in rows)
    assert tokens["RefreshToken"].encode() not in b"".join(bytes(digest) for digest, _ in rows)
