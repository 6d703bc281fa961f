"""A slice of the fuzzer; 20 000 requests are in tests/verify/load."""

import time

import pytest

from tests.bench.kit.issuer import Issuer
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.fuzzer import CONFIGURED, fuzz, open_sockets
from tests.integration.lambdatwin.faults.probe import ask

pytestmark = pytest.mark.anyio


async def test_no_request_breaks_or_holds_the_server(cluster: Cluster, issuer: Issuer, token: str) -> None:
    with app_process(cluster.url, issuer, CONFIGURED) as server:
        assert ask(server.port, "GET", "/products?limit=1", token=token).status == 200
        findings = await fuzz(server.port, token, 300, seed=1)
        deadline = time.monotonic() + 8
        # Twenty connections of the pool, the listener, the loop's own pair, and the one to the issuer at the most.
        while open_sockets(server.pid) > 26:
            assert time.monotonic() < deadline, "connections stay open"
    assert findings.faults == []
    assert findings.statuses[200] > 10
    assert findings.statuses[400] > 10
