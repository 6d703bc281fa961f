"""The database dies, refuses, hangs and comes back."""

import asyncio
import time

import pytest

from tests.bench.kit.issuer import Issuer
from tests.bench.kit.load import Load
from tests.integration.faults.cluster import Cluster
from tests.integration.faults.conftest import app_process
from tests.integration.faults.ledger import Ledger

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
