"""What the API answers while a service that it needs is away, and that the rest of it goes on."""

import time

from tests.bench.kit.issuer import Issuer
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.probe import ask, is_documented_error

NOBODY = "http://127.0.0.1:1"


def test_without_the_issuers_keys_nobody_is_let_in_nor_turned_away(cluster: Cluster, issuer: Issuer) -> None:
    token, later = issuer.token("11111111-1111-4111-8111-111111111111"), issuer.token("somebody")
    try:
        issuer.serving = False
        with app_process(cluster.url, issuer) as server:
            unknown = ask(server.port, "GET", "/products?limit=1", token=token)
            without = ask(server.port, "GET", "/products?limit=1")
            ready = ask(server.port, "GET", "/health/ready")
        issuer.serving = True
        with app_process(cluster.url, issuer) as server:
            before = ask(server.port, "GET", "/products?limit=1", token=token)
            issuer.serving = False
            # The keys are remembered: a token that was never seen is verified all the same.
            stranger = ask(server.port, "GET", "/products?limit=1", token=later)
            after = ask(server.port, "GET", "/products?limit=1", token=token)
    finally:
        issuer.serving = True
    assert is_documented_error(unknown, 503)
    assert "retry-after" in unknown.head.lower()
    assert (without.status, ready.status, "jwks" in ready.json["failed"]) == (401, 503, True)
    assert (before.status, after.status, stranger.status) == (200, 200, 401)


def test_without_cognito_logins_are_not_renewed_and_tokens_go_on(cluster: Cluster, issuer: Issuer, token: str) -> None:
    with app_process(cluster.url, issuer, {"COGNITO_ENDPOINT": NOBODY}) as server:
        refreshed = ask(server.port, "POST", "/auth/refresh", token=token, body=b'{"refresh_token": "opaque"}')
        read = ask(server.port, "GET", "/products?limit=1", token=token)
    assert is_documented_error(refreshed, 503)
    assert "retry-after" in refreshed.head.lower()
    assert read.status == 200


def test_without_typeform_forms_are_read_and_none_is_added(cluster: Cluster, issuer: Issuer, token: str) -> None:
    away = {"TYPEFORM_API_KEY": "key", "TYPEFORM_BASE_URL": NOBODY, "TYPEFORM_WEBHOOK_URL": "https://api.test/hook"}
    with app_process(cluster.url, issuer, away) as server:
        name = f"away{time.time_ns()}"
        added = ask(server.port, "POST", "/forms", token=token, body=b'{"typeform_id": "%s"}' % name.encode())
        listed = ask(server.port, "GET", "/forms", token=token)
    assert is_documented_error(added, 503)
    assert listed.status == 200
    assert name not in listed.body.decode()
