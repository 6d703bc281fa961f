"""SIGTERM and Ctrl-C: what runs is finished, what is new is refused, nothing acknowledged is lost."""

import asyncio
import concurrent.futures
import signal
import time

import pytest

from tests.bench.kit.issuer import Issuer
from tests.bench.kit.load import Load
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.ledger import Ledger
from tests.integration.lambdatwin.faults.probe import ask

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


def test_ctrl_c_after_sigterm_waits_no_longer(cluster: Cluster, issuer: Issuer) -> None:
    with app_process(cluster.url, issuer, module=TOYS) as server, concurrent.futures.ThreadPoolExecutor() as pool:
        hanging = pool.submit(ask, server.port, "GET", "/hangs")
        while b"handlers_running 1.0" not in ask(server.port, "GET", "/metrics").body:
            assert not hanging.done()
        server.processes[0].send_signal(signal.SIGTERM)
        assert refuses(server.port, 0.6)
        began = time.perf_counter()
        server.processes[0].send_signal(signal.SIGINT)
        assert server.processes[0].wait(10) == 0
        assert time.perf_counter() - began < 8, "far less than the graceful timeout of 20"


async def test_sigterm_loses_no_acknowledged_write(cluster: Cluster, issuer: Issuer, token: str) -> None:
    ledger = Ledger(token)
    with app_process(cluster.url, issuer) as server:
        load = asyncio.create_task(Load(server.port, ledger.source, ledger.sink).closed(8, 0.6))
        while len(ledger.acknowledged) < 40 and not load.done():
            await asyncio.wait([load], timeout=0.02)
        server.processes[0].send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(server.processes[0].wait, 10)
        await load
    assert (code, ledger.unexpected) == (0, [])
    assert await ledger.faults(cluster.url) == (0, 0)
