"""The longer faults: a database that is not there, that hangs, that is lost again and again; keys, pools, stops."""

import asyncio
import json
import signal
import threading
import time

import pytest

from tests.bench.kit.issuer import Issuer
from tests.bench.kit.load import Load, request
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.ledger import Ledger
from tests.integration.lambdatwin.faults.probe import ask, is_documented_error
from tests.support.environment import GIVEN

pytestmark = [pytest.mark.anyio, pytest.mark.alone]
# `make verify` takes the whole times; a first look may take a part of them.
PART = float(GIVEN.get("LOAD_PART", "1"))


async def test_eight_losses_of_the_database_under_writes(cluster: Cluster, issuer: Issuer, token: str) -> None:
    """Killed and restarted in turn, for half a minute."""
    ledger, recoveries, losses = Ledger(token), [], max(2, int(8 * PART))
    with app_process(cluster.url, issuer) as server:
        load = asyncio.create_task(Load(server.port, ledger.source, ledger.sink).closed(16, 30 * losses / 8))
        for number in range(losses):
            await asyncio.sleep(2)
            await asyncio.to_thread(cluster.kill if number % 2 else cluster.stop)
            await asyncio.sleep(0.5 * (number % 3))
            await asyncio.to_thread(cluster.start)
            recoveries.append(time.perf_counter())
        outcome = await load
    assert (ledger.unexpected, outcome.broken) == ([], 0)
    assert await ledger.faults(cluster.url) == (0, 0)
    slowest = max(ledger.recovery(returned) for returned in recoveries)
    assert slowest < 2
    print(
        f"\n{losses} losses of the database: {len(ledger.acknowledged)} writes acknowledged, 0 lost, 0 twice, "
        f"{ledger.statuses[503]} times 503, slowest recovery {slowest:.2f} s"
    )


async def test_a_database_that_is_not_there_is_a_503_until_it_is(cluster: Cluster, issuer: Issuer, token: str) -> None:
    cluster.stop()
    try:
        with app_process(cluster.url, issuer) as server:
            refused = ask(server.port, "GET", "/products", token=token)
            ready = ask(server.port, "GET", "/health/ready")
            live = ask(server.port, "GET", "/health")
            cluster.start()
            returned = time.perf_counter()
            while ask(server.port, "GET", "/products?limit=1", token=token).status != 200:
                assert time.perf_counter() - returned < 2
    finally:
        cluster.resume()
    assert is_documented_error(refused, 503)
    assert (ready.status, "database" in ready.json["failed"], live.status) == (503, True, 200)


async def test_a_database_that_hangs_holds_nobody_for_long(cluster: Cluster, issuer: Issuer, token: str) -> None:
    """Pool and wait are bounded: whoever has a connection runs into the gateway's limit, the others get a 503."""
    limits = {"GATEWAY_TIMEOUT": "1.0", "DATABASE_POOL_SIZE": "2", "DATABASE_POOL_WAIT": "0.5"}
    get = request("GET", "/products?limit=1", token=token)
    seen: list[tuple[int, bytes]] = []
    with app_process(cluster.url, issuer, limits) as server:
        assert ask(server.port, "GET", "/products?limit=1", token=token).status == 200
        cluster.pause()
        try:
            load = Load(server.port, lambda number: get, lambda number, status, body: seen.append((status, body)))
            outcome = await load.closed(40, 0.1)
            assert ask(server.port, "GET", "/health").status == 200
        finally:
            cluster.resume()
        resumed = time.perf_counter()
        while ask(server.port, "GET", "/products?limit=1", token=token).status != 200:
            assert time.perf_counter() - resumed < 2
    assert {status for status, _ in seen} <= {503, 504}
    assert all(json.loads(body)["error_type"] == "dependency_error" for status, body in seen if status == 503)
    assert max(outcome.latencies, default=0) < 3.5


def test_keys_that_cannot_be_fetched_are_a_503_and_come_back(cluster: Cluster, issuer: Issuer, token: str) -> None:
    issuer.serving = False
    try:
        with app_process(cluster.url, issuer) as server:
            down = ask(server.port, "GET", "/products?limit=1", token=token)
            unknown = ask(server.port, "GET", "/products?limit=1")
            issuer.serving = True
            began = time.perf_counter()
            while ask(server.port, "GET", "/products?limit=1", token=token).status != 200:
                assert time.perf_counter() - began < 15
    finally:
        issuer.serving = True
    assert is_documented_error(down, 503)
    assert unknown.status == 401


def test_a_pool_too_small_for_all_is_waiting_or_503(cluster: Cluster, issuer: Issuer, token: str) -> None:
    seen: list[int] = []

    def client(port: int) -> None:
        reply = ask(port, "GET", "/products?limit=50", token=token, seconds=20)
        seen.append(reply.status)
        assert reply.status == 200 or "retry-after: 1" in reply.head.lower()

    with app_process(cluster.url, issuer, {"DATABASE_POOL_SIZE": "1", "DATABASE_POOL_WAIT": "0.05"}) as server:
        threads = [threading.Thread(target=client, args=(server.port,)) for _ in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(seen) == 60
    assert set(seen) <= {200, 503}


async def test_sigterm_under_writes_loses_nothing(cluster: Cluster, issuer: Issuer, token: str) -> None:
    """At another moment each time; every second time the database is killed in the same moment."""
    rounds, acknowledged, answered = max(2, int(20 * PART)), 0, 0
    for number in range(rounds):
        ledger = Ledger(token)
        with app_process(cluster.url, issuer) as server:
            load = asyncio.create_task(Load(server.port, ledger.source, ledger.sink).closed(16, 1.0))
            await asyncio.sleep(0.5 + 0.03 * number)
            server.processes[0].send_signal(signal.SIGTERM)
            if number % 2:
                await asyncio.to_thread(cluster.kill)
            code = await asyncio.to_thread(server.processes[0].wait, 30)
            outcome = await load
        if number % 2:
            await asyncio.to_thread(cluster.start)
        assert outcome.unanswered == 0
        answered += sum(count for status, count in ledger.statuses.items() if status)
        assert (code, len(ledger.acknowledged) > 0) == (0, True)
        assert ledger.unexpected == []
        assert await ledger.faults(cluster.url) == (0, 0)
        acknowledged += len(ledger.acknowledged)
    print(
        f"\n{rounds} stops by SIGTERM under writes: {answered} answers, no request unanswered on a kept connection, "
        f"{acknowledged} writes acknowledged, 0 lost, 0 twice, exit code 0"
    )
