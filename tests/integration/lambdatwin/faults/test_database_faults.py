"""The database dies, refuses, hangs and comes back."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.bench.kit.issuer import Issuer
from tests.bench.kit.load import Load
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.ledger import Ledger
from tests.integration.lambdatwin.faults.probe import ask, is_documented_error

pytestmark = pytest.mark.anyio


async def test_a_restart_under_writes_loses_nothing(cluster: Cluster, issuer: Issuer, token: str) -> None:
    ledger = Ledger(token)
    with app_process(cluster.url, issuer) as server:
        load = asyncio.create_task(Load(server.port, ledger.source, ledger.sink).closed(8, 2.5))
        await asyncio.sleep(0.7)
        await asyncio.to_thread(cluster.kill)
        await asyncio.sleep(0.3)
        await asyncio.to_thread(cluster.start)
        returned = time.perf_counter()
        outcome = await load
    assert ledger.unexpected == []
    assert ledger.statuses[503] > 0, "the fault was not felt"
    assert outcome.broken == 0
    assert await ledger.faults(cluster.url) == (0, 0)
    assert ledger.recovery(returned) < 2


async def test_a_connection_that_is_lost_in_the_middle_of_a_read_is_a_503(
    cluster: Cluster, issuer: Issuer, token: str
) -> None:
    with app_process(cluster.url, issuer) as server:
        assert ask(server.port, "GET", "/products?limit=1", token=token).status == 200
        async with held_up(cluster) as administrator:
            reading = asyncio.create_task(asyncio.to_thread(ask, server.port, "GET", "/products?limit=1", token=token))
            await until_somebody_waits(administrator)
            await administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            )
            lost = await reading
        assert is_documented_error(lost, 503)
        assert "retry-after: 1" in lost.head.lower()
        assert ask(server.port, "GET", "/products?limit=1", token=token).status == 200


async def test_a_slow_database_is_waited_for_and_a_too_slow_one_is_not(
    cluster: Cluster, issuer: Issuer, token: str
) -> None:
    with app_process(cluster.url, issuer, {"GATEWAY_TIMEOUT": "1.0", "DATABASE_POOL_SIZE": "1"}) as server:
        assert ask(server.port, "GET", "/products?limit=1", token=token).status == 200
        async with held_up(cluster) as administrator:
            slow = asyncio.create_task(asyncio.to_thread(ask, server.port, "GET", "/products?limit=1", token=token))
            await until_somebody_waits(administrator)
        waited = await slow
        async with held_up(cluster):
            gave_up = await asyncio.to_thread(ask, server.port, "GET", "/products?limit=1", token=token)
            alive = await asyncio.to_thread(ask, server.port, "GET", "/health")
        after = ask(server.port, "GET", "/products?limit=1", token=token)
    assert (waited.status, gave_up.status, alive.status, after.status) == (200, 504, 200, 200)
    assert gave_up.body == b'{"message": "Endpoint request timed out"}'


async def test_handlers_that_hold_every_connection_leave_the_shell_its_own(
    cluster: Cluster, issuer: Issuer, token: str
) -> None:
    environment = {"DATABASE_POOL_SIZE": "1", "DATABASE_POOL_WAIT": "0.3"}
    with app_process(cluster.url, issuer, environment) as server:
        assert ask(server.port, "GET", "/products?limit=1", token=token).status == 200
        async with held_up(cluster) as administrator:
            holding = asyncio.create_task(asyncio.to_thread(ask, server.port, "GET", "/products?limit=1", token=token))
            await until_somebody_waits(administrator)
            refused = await asyncio.to_thread(ask, server.port, "GET", "/products?limit=1", token=token)
            ready = await asyncio.to_thread(ask, server.port, "GET", "/health/ready")
        held = await holding
    assert is_documented_error(refused, 503)
    assert (ready.status, ready.json["failed"], held.status) == (200, [], 200)


async def test_a_database_that_lets_nobody_in_is_a_503(cluster: Cluster, issuer: Issuer, token: str) -> None:
    # Port 1 of this machine refuses every connection.
    with app_process("postgresql://postgres@127.0.0.1:1/postgres", issuer) as server:
        refused = ask(server.port, "GET", "/products?limit=1", token=token)
        ready = ask(server.port, "GET", "/health/ready")
        live = ask(server.port, "GET", "/health")
    assert is_documented_error(refused, 503)
    assert (ready.status, "database" in ready.json["failed"], live.status) == (503, True, 200)


@asynccontextmanager
async def held_up(cluster: Cluster) -> AsyncIterator[asyncpg.Connection]:
    """While the block runs, nobody can read products; another connection looks on."""
    holder, onlooker = await asyncpg.connect(cluster.url), await asyncpg.connect(cluster.url)
    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE products_catalog.products IN ACCESS EXCLUSIVE MODE")
            yield onlooker
    finally:
        await holder.close()
        await onlooker.close()


async def until_somebody_waits(administrator: asyncpg.Connection) -> None:
    deadline = time.perf_counter() + 5
    while not await administrator.fetchval("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
        assert time.perf_counter() < deadline, "the read does not reach the lock"
