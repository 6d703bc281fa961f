"""No body costs more than a request may: a slice of what `make verify` tries on every route."""

from tests.bench.kit.issuer import Issuer
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.onboarding import SETTINGS
from tests.integration.lambdatwin.faults.probe import ask, send
from tests.integration.lambdatwin.faults.worst_bodies import bodies, forget_peak, operations, peak_megabytes, sent

_ROUTES = ("/meals", "/products", "/assign-role/{user_id}")


def test_the_worst_bodies_are_refused_at_little_cost(cluster: Cluster, issuer: Issuer, token: str) -> None:
    with app_process(cluster.url, issuer, SETTINGS) as server:
        assert ask(server.port, "POST", "/meals", token=token, body=b'{"name": "x"}').status == 201
        idle = server.rss_megabytes()
        for method, path, fields in operations():
            if method != "POST" or path not in _ROUTES:
                continue
            chosen = [field for field in fields if field in ("recipes", "nutri_facts", "context")]
            # Just under the limit of values, and far above it.
            for size in (290_000, 1_990_000):
                for body in bodies(chosen, size):
                    forget_peak(server.pid)
                    before = server.cpu_seconds()
                    reply = send(server.port, sent(method, path, body, token), seconds=30)
                    assert reply.status < 500, (path, body[:60], reply)
                    assert server.cpu_seconds() - before < 0.3, (path, body[:60])
                    assert peak_megabytes(server.pid) - idle < 100, (path, body[:60])
