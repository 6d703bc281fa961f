"""Hundreds of clients: offered load, saturation, a soak, and the fuzzer at length. Each prints a line with figures."""

import asyncio
import itertools
import json
import time
from statistics import linear_regression

import pytest

from tests.bench.kit.database import product_ids
from tests.bench.kit.issuer import Issuer
from tests.bench.kit.load import Load, request
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.fuzzer import CONFIGURED, fuzz, open_sockets
from tests.integration.lambdatwin.faults.probe import ask
from tests.support.environment import GIVEN
from tests.unit.lambdatwin.identities import mixed_identities

pytestmark = pytest.mark.anyio
# `make verify` takes the whole times; a first look may take a part of them.
PART = float(GIVEN.get("LOAD_PART", "1"))


@pytest.mark.alone
async def test_300_reads_a_second_over_256_connections(cluster: Cluster, issuer: Issuer, token: str) -> None:
    ids = itertools.cycle(await product_ids(cluster.url))
    with app_process(cluster.url, issuer) as server:
        load = Load(server.port, lambda number: request("GET", f"/products/{next(ids)}", token=token))
        outcome = await load.open(256, 60 * PART, rate=300)
    print(
        f"\n300 reads/s over 256 connections for {outcome.seconds:.0f} s: {dict(outcome.statuses)}, "
        f"p50 {outcome.percentile(0.5):.1f} ms, p99 {outcome.percentile(0.99):.1f} ms (200 are wanted)"
    )
    assert (set(outcome.statuses), outcome.broken) == ({200}, 0)


@pytest.mark.alone
@pytest.mark.parametrize(
    ("connections", "environment", "expected"),
    [
        # Those that wait are served in their order, and so all of them in time, on a slow machine too.
        (512, {"DATABASE_POOL_WAIT": "25"}, {200}),
        # More than the process takes on at once, and fewer connections to the database than they need.
        (1200, {"DATABASE_POOL_SIZE": "2", "DATABASE_POOL_WAIT": "0.5"}, {200, 503}),
    ],
)
async def test_saturation_is_waiting_or_503(
    cluster: Cluster, issuer: Issuer, token: str, connections: int, environment: dict[str, str], expected: set[int]
) -> None:
    get, refusals = request("GET", "/products?limit=50", token=token), []

    def keep(number: int, status: int, body: bytes) -> None:
        if status == 503:
            refusals.append(body)

    with app_process(cluster.url, issuer, environment) as server:
        outcome = await Load(server.port, lambda number: get, keep).closed(connections, 20 * PART)
        recovered = await asyncio.to_thread(ask, server.port, "GET", "/products?limit=50", token=token)
    print(
        f"\nsaturation, {connections} connections: {outcome.per_second:.0f} answers/s, {dict(outcome.statuses)}, "
        f"p50 {outcome.percentile(0.5):.0f} ms, p99 {outcome.percentile(0.99):.0f} ms"
    )
    assert set(outcome.statuses) <= expected
    assert outcome.broken == 0
    # The second is the authorizer's: nothing tells for the moment whose token is revoked.
    said = [json.loads(body) for body in refusals]
    assert {one.get("error_type", one["message"]) for one in said} <= {"dependency_error", "Service Unavailable"}
    assert recovered.status == 200


async def test_memory_is_flat_in_a_soak(cluster: Cluster, issuer: Issuer, token: str) -> None:
    """Ten minutes of reads, lists and refusals; the slope is taken over the second half."""
    ids = itertools.cycle(await product_ids(cluster.url))

    def source(number: int) -> bytes:
        match number % 10:
            case 0:
                return request("GET", "/products?limit=50", token=token)
            case 1:
                return request("GET", f"/products/{number}", token=token)
            case 2:
                return request("GET", f"/nothing/{number}")
            case _:
                return request("GET", f"/products/{next(ids)}", token=token)

    samples: list[tuple[float, float]] = []
    with app_process(cluster.url, issuer) as server:
        load = asyncio.create_task(Load(server.port, source).open(64, 600 * PART, rate=200))
        began = time.monotonic()
        while not load.done():
            await asyncio.wait([load], timeout=2)
            samples.append((time.monotonic() - began, server.rss_megabytes()))
        outcome = await load
    later = samples[len(samples) // 2 :]
    slope = linear_regression(*zip(*later, strict=True)).slope * 3600
    growth = later[-1][1] - later[0][1]
    print(
        f"\nsoak of {outcome.seconds:.0f} s, {outcome.answered} answers: RSS {samples[-1][1]:.0f} MB at the end, "
        f"{growth:+.1f} MB in the second half (slope {slope:+.1f} MB an hour)"
    )
    assert set(outcome.statuses) <= {200, 403, 404}
    assert samples[-1][1] < 250
    assert growth < 5


async def test_24_000_fuzzed_requests(cluster: Cluster, issuer: Issuer, token: str) -> None:
    with app_process(cluster.url, issuer, CONFIGURED) as server:
        began = time.monotonic()
        findings = await fuzz(server.port, token, int(24_000 * PART), seed=int(time.time()))
        took = time.monotonic() - began
        deadline = time.monotonic() + 15
        while (sockets := open_sockets(server.pid)) > 26:
            await asyncio.sleep(0.2)
            assert time.monotonic() < deadline, "connections stay open"
    print(
        f"\n{findings.statuses.total()} fuzzed requests in {took:.0f} s: {dict(sorted(findings.statuses.items()))}, "
        f"{len(findings.faults)} faults, {sockets} sockets left open (pool and listener)"
    )
    assert findings.faults == []


async def test_10_000_requests_of_100_users(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, lines = await mixed_identities(10_000, 100, monkeypatch)
    print(
        f"\n{answers} requests over 100 tasks with distinct users: {lines} log lines checked, 0 of another's identity"
    )
