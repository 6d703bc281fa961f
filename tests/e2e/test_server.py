"""The real server over a real socket."""

import re
import signal
import socket
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.e2e.conftest import TokenMaker
from tests.support import preloaded
from tests.support.postgres import ROOT
from tests.support.server import Server, clean_environment, running_server


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Those that a handler answers."""
    return [
        (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if "x-lambda-handler" in operation
    ]


def test_products_are_served_to_whoever_has_a_token(server: Server, token_of: TokenMaker) -> None:
    with server.client() as client:
        answer = client.get("/products", headers=token_of("user"))
        names = client.get("/product-sources", headers=token_of("user"))
    assert answer.status_code == 200
    assert len(answer.json()) > 20
    assert {product["source_id"] for product in answer.json()} == set(names.json())


def test_every_documented_operation_wants_a_token_exactly_where_it_says_so(server: Server) -> None:
    with server.client() as client:
        document = client.get("/openapi.json").json()
        assert operations(document)
        for method, path, operation in operations(document):
            answer = client.request(method, re.sub(r"\{\w+\}", "1", path))
            if operation["security"]:
                assert (answer.status_code, answer.content) == (401, b'{"message":"Unauthorized"}'), (method, path)
            else:
                assert answer.content != b'{"message":"Unauthorized"}', (method, path)


def test_the_document_is_valid_and_complete(server: Server) -> None:
    with server.client() as client:
        document = client.get("/openapi.json").json()
    validate(document)
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        assert operation["x-lambda-handler"].startswith("src.contexts."), where
        assert operation["operationId"], where
        assert operation["summary"], where
        assert "default" in operation["responses"], where
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_documentation_pages_name_no_other_host(server: Server) -> None:
    with server.client() as client:
        for path in ("/docs", "/redoc"):
            page = client.get(path)
            assert page.status_code == 200
            links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
            assert links
            for link in links:
                assert link.startswith("/"), link
                file = client.get(link)
                assert file.status_code == 200, link
                assert b"//cdn." not in file.content, link


def test_health_and_metrics(server: Server) -> None:
    with server.client() as client:
        assert client.get("/health").json() == {"status": "ok"}
        ready = client.get("/health/ready", headers={"Host": "healthcheck.railway.app"})
        assert ready.json() == {
            "status": "ok",
            "checks": {"database": "ok", "migrations": "ok", "jwks": "ok"},
            "failed": [],
        }
        assert 'http_request_duration_seconds_count{method="GET",route="/health/ready"' in client.get("/metrics").text


@pytest.mark.parametrize(("method", "path"), [("GET", "/docs/nothing"), ("GET", "/auth/nothing")])
def test_reserved_paths_answer_like_the_gateway_where_nothing_stands(server: Server, method: str, path: str) -> None:
    with server.client() as client:
        answer = client.request(method, path)
    assert (answer.status_code, answer.content) == (403, b'{"message":"Missing Authentication Token"}')


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_cleanly(database_url: str, number: signal.Signals) -> None:
    with running_server(database_url) as server:
        assert server.stop(number, seconds=5) == 0
        assert "Traceback" not in server.printed()


def test_an_impatient_ctrl_c_after_sigterm_still_ends_cleanly(database_url: str) -> None:
    with running_server(database_url) as server:
        server.process.send_signal(signal.SIGTERM)
        while accepts_connections(server):
            continue
        assert server.stop(signal.SIGINT, seconds=5) == 0
        assert "Traceback" not in server.printed()


def accepts_connections(server: Server) -> bool:
    host, port = server.url.removeprefix("http://").split(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError:
        return False
    return True


def refused_start(**environment: str) -> str:
    finished = preloaded.finished("src.runtimes.fastapi.app", folder=ROOT, environment=clean_environment(**environment))
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr
    return finished.stderr


def test_production_names_everything_that_is_missing_at_once() -> None:
    message = refused_start(ENVIRONMENT="production")
    assert all(name in message for name in ("DATABASE_URL", "COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"))


@pytest.mark.parametrize("port", ["many", "70000"])
def test_settings_that_cannot_be_used_are_named(port: str) -> None:
    message = refused_start(PORT=port, ENVIRONMENT="prod", COGNITO_TOKEN_USE="both")
    assert all(name in message for name in ("PORT", "ENVIRONMENT", "COGNITO_TOKEN_USE"))


def test_a_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = refused_start(ENVIRONMENT="test", DATABASE_URL="postgres://nobody@localhost/none", PORT=str(port))
    assert f"Port {port} of 127.0.0.1 cannot be used" in message
    assert f"PORT={port + 1}" in message
