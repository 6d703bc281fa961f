"""SIGTERM and Ctrl-C: what runs is finished, what is new is refused, nothing acknowledged is lost."""

import asyncio
import concurrent.futures
import contextlib
import signal
import socket
import time

import pytest

from tests.bench.kit.issuer import Issuer
from tests.bench.kit.load import Load, request
from tests.bench.kit.servers import Server
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.ledger import Ledger
from tests.integration.lambdatwin.faults.probe import ask, read_reply
from tests.support.silent_proxy import SilentProxy

pytestmark = pytest.mark.anyio
TOYS = "tests.integration.lambdatwin.faults.toys"


def refuses(port: int, seconds: float) -> bool:
    """Whether the port refuses new connections before the time is over."""
    deadline = time.perf_counter() + seconds
    while time.perf_counter() < deadline:
        try:
            ask(port, "GET", "/fine")
        except OSError:
            return True
    return False


def test_sigterm_finishes_what_runs_and_refuses_what_is_new(cluster: Cluster, issuer: Issuer) -> None:
    with app_process(cluster.url, issuer, module=TOYS) as server, concurrent.futures.ThreadPoolExecutor() as pool:
        running = [pool.submit(ask, server.port, "GET", "/slow") for _ in range(4)]
        while b"handlers_running 4.0" not in ask(server.port, "GET", "/metrics").body:
            assert not running[0].done()
        server.processes[0].send_signal(signal.SIGTERM)
        assert refuses(server.port, 0.6)
        assert [future.result().body for future in running] == [b"done"] * 4
        assert server.processes[0].wait(3) == 0


@pytest.mark.parametrize(
    ("sig", "environment", "seconds"), [(signal.SIGTERM, {"GRACEFUL_TIMEOUT": "1"}, 3.0), (signal.SIGINT, {}, 2.0)]
)
def test_the_wait_for_what_hangs_is_bounded(
    cluster: Cluster, issuer: Issuer, sig: signal.Signals, environment: dict[str, str], seconds: float
) -> None:
    with (
        app_process(cluster.url, issuer, environment, module=TOYS) as server,
        concurrent.futures.ThreadPoolExecutor() as pool,
    ):
        hanging = pool.submit(ask, server.port, "GET", "/hangs")
        assert ask(server.port, "GET", "/leaks").status == 200
        began = time.perf_counter()
        server.processes[0].send_signal(sig)
        assert server.processes[0].wait(10) == 0
        took = time.perf_counter() - began
        assert hanging.exception() is not None or hanging.result().status in (0, 503)
    assert took < seconds


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_another_signal_waits_no_longer(cluster: Cluster, issuer: Issuer, sig: signal.Signals) -> None:
    with app_process(cluster.url, issuer, module=TOYS) as server, concurrent.futures.ThreadPoolExecutor() as pool:
        hanging = pool.submit(ask, server.port, "GET", "/hangs")
        while b"handlers_running 1.0" not in ask(server.port, "GET", "/metrics").body:
            assert not hanging.done()
        server.processes[0].send_signal(signal.SIGTERM)
        assert refuses(server.port, 0.6)
        began = time.perf_counter()
        server.processes[0].send_signal(sig)
        assert server.processes[0].wait(10) == 0
        assert time.perf_counter() - began < 4, "far less than the graceful timeout of 20"


@pytest.mark.long
async def test_connections_that_died_in_silence_do_not_hold_the_end(
    cluster: Cluster, issuer: Issuer, token: str
) -> None:
    get = request("GET", "/products?limit=50", token=token)
    async with SilentProxy.before(cluster.url) as proxy:
        with app_process(proxy.url, issuer) as server:
            # Each handler has a connection of its own for this, and all of them are in the pool afterwards.
            outcome = await Load(server.port, lambda number: get).closed(10, 0.5)
            assert set(outcome.statuses) == {200}
            proxy.silence()
            assert await seconds_to_end(server) < 4


@pytest.mark.parametrize(("signals", "seconds"), [pytest.param(1, 7.0, marks=pytest.mark.long), (2, 5.5)])
async def test_a_database_that_hangs_does_not_hold_the_end(
    cluster: Cluster, issuer: Issuer, token: str, signals: int, seconds: float
) -> None:
    """A request waits for it; with one signal, for a graceful second."""
    graceful = {"GRACEFUL_TIMEOUT": "1" if signals == 1 else "20"}
    with app_process(cluster.url, issuer, graceful) as server:
        assert ask(server.port, "GET", "/products?limit=1", token=token).status == 200
        cluster.pause()
        try:
            waiting = asyncio.create_task(asyncio.to_thread(ask, server.port, "GET", "/products", token=token))
            while b"handlers_running 1.0" not in (await asyncio.to_thread(ask, server.port, "GET", "/metrics")).body:
                assert not waiting.done()
            assert await seconds_to_end(server, signals) < seconds
        finally:
            cluster.resume()
        await asyncio.wait([waiting])
        assert waiting.exception() is not None or waiting.result().status in (0, 503)


async def seconds_to_end(server: Server, signals: int = 1) -> float:
    """How long the process takes to end, with exit code 0, after so many SIGTERMs."""
    began, (process,) = time.perf_counter(), server.processes
    for _ in range(signals):
        process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
    assert await asyncio.to_thread(process.wait, 30) == 0
    return time.perf_counter() - began


def test_after_the_signal_every_answer_is_its_connections_last(cluster: Cluster, issuer: Issuer) -> None:
    get = request("GET", "/fine")
    with app_process(cluster.url, issuer, module=TOYS) as server, contextlib.ExitStack() as stack:
        kept = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 10)) for _ in range(8)]
        for connection in kept:
            connection.sendall(get)
            assert "connection: close" not in read_reply(connection).head.lower()
        server.processes[0].send_signal(signal.SIGTERM)
        began = time.perf_counter()
        for number, connection in enumerate(kept):
            # One after the other: the first before the server has taken note, the last shortly before it closes.
            time.sleep(max(0.0, began + 0.05 * number - time.perf_counter()))
            connection.sendall(get)
            reply = read_reply(connection)
            assert (reply.status, "connection: close" in reply.head.lower()) == (200, True), number
            assert connection.recv(1) == b""
        assert server.processes[0].wait(3) == 0


async def test_sigterm_loses_no_acknowledged_write(cluster: Cluster, issuer: Issuer, token: str) -> None:
    ledger = Ledger(token)
    with app_process(cluster.url, issuer) as server:
        load = asyncio.create_task(Load(server.port, ledger.source, ledger.sink).closed(8, 0.6))
        while len(ledger.acknowledged) < 40 and not load.done():
            await asyncio.wait([load], timeout=0.02)
        server.processes[0].send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(server.processes[0].wait, 10)
        outcome = await load
    assert (code, ledger.unexpected, outcome.unanswered) == (0, [], 0)
    assert await ledger.faults(cluster.url) == (0, 0)
