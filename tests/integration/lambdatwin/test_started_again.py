"""An app may start more than once, as with a `TestClient` in each test, and what is written by hand counts in it."""

import asyncio
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sentry_sdk
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from src.lambdatwin import Project, ports
from src.lambdatwin.app import install
from src.lambdatwin.devtools.local import development_app, local_app
from src.lambdatwin.settings import Settings
from tests.support.foreign_backend import Parcels
from tests.support.toy_gateway import NO_ISSUER, client_of, toy_gateway, toy_router

pytestmark = pytest.mark.anyio

FUNCTION = """
import asyncio

async def work():
    return {"statusCode": 200, "body": "done"}

def handler(event, context):
    if event["path"].endswith("broken"):
        raise LookupError("what went wrong")
    return asyncio.run(work())
"""


async def echo(event: dict[str, Any], context: Any) -> Any:
    return {"statusCode": 200, "body": event["path"]}


def of_a_function(folder: Path, **settings: Any) -> FastAPI:
    """An app with one route, whose function runs in an environment."""
    (folder / "app.py").write_text(FUNCTION, encoding="utf-8")
    function = ports.Function("f", str(folder), "app.py", "handler")
    router = ports.router("Things")

    @router.get("/things/{id}")
    @ports.endpoint(function=function, auth=None)
    async def things() -> None: ...

    app = FastAPI()
    install(app, [router], project=Project(), settings=Settings(**NO_ISSUER, **settings))
    return app


@pytest.fixture(autouse=True)
def _variables() -> Iterator[None]:
    """What functions in this process set is taken back."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize("environments", [1, 0])
def test_functions_run_after_each_start(environments: int, tmp_path: Path) -> None:
    app = of_a_function(tmp_path, lambda_environments=environments)
    for _ in range(2):
        with TestClient(app) as client:
            assert client.get("/things/1").text == "done"


def test_logins_are_refreshed_after_each_start(tmp_path: Path) -> None:
    app = local_app(Parcels(), Settings(environment="test"), folder=tmp_path)
    asked = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "local"}
    asked["AuthParameters"] = {"USERNAME": "ana", "PASSWORD": "local-password"}  # type: ignore[assignment]
    target = {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"}
    for _ in range(2):
        with TestClient(app) as client:
            login = client.post("/auth/local/", headers=target, content=json.dumps(asked)).json()
            token = login["AuthenticationResult"]["RefreshToken"]
            assert client.post("/auth/refresh", json={"refresh_token": token}).status_code == 200


def test_the_app_of_development_takes_middleware_and_answers_to_own_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    app = development_app(Parcels(), Settings(environment="development"))
    app.add_middleware(GZipMiddleware, minimum_size=10)
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get("/openapi.json").headers["content-encoding"] == "gzip"
        assert client.get("/health", headers={"host": "attacker.example"}).status_code == 421


def test_a_page_that_is_written_by_hand_counts_more_than_the_shells(tmp_path: Path) -> None:
    app = local_app(Parcels(), Settings(environment="test"), folder=tmp_path)
    assert "/mine" not in app.openapi()["paths"]

    @app.get("/health")
    @app.get("/mine")
    async def mine() -> dict[str, bool]:
        """Mine."""
        return {"mine": True}

    with TestClient(app) as client:
        assert client.get("/health").json() == client.get("/mine").json() == {"mine": True}
        assert client.get("/health/ready").status_code == 200
        assert "handlers_running" in client.get("/metrics").text
        paths = client.get("/openapi.json").json()["paths"]
    assert paths["/health"]["get"]["description"] == paths["/mine"]["get"]["description"] == "Mine."


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/health", "/metrics"])
def test_a_route_for_head_alone_leaves_the_page(path: str, tmp_path: Path) -> None:
    app = local_app(Parcels(), Settings(environment="test"), folder=tmp_path)
    app.add_api_route(path, lambda: None, methods=["HEAD"])
    with TestClient(app) as client:
        page, head = client.get(path), client.head(path)
    assert (page.status_code, page.text == "null") == (200, False)
    assert (head.status_code, head.text) == (200, "")


async def test_a_route_that_is_taken_out_may_be_written_by_hand() -> None:
    app = FastAPI()
    add_routes(app)
    app.router.routes[:] = [route for route in app.router.routes if not isinstance(route, ports.LambdaRoute)]

    @app.get("/things/{id}")
    async def mine(id: str) -> str:
        return f"mine {id}"

    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/things/1")).json() == "mine 1"


def limit_hosts(app: FastAPI) -> None:
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["api.test"])


def add_routes(app: FastAPI) -> None:
    settings = Settings(**{**NO_ISSUER, "environment": "development"})
    install(app, [toy_router(echo)], project=Project(), settings=settings)


@pytest.mark.parametrize("first", [True, False])
async def test_what_a_middleware_answers_has_its_line_and_its_sample(
    first: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lambdatwin.gateway")
    app = FastAPI()
    for add in (limit_hosts, add_routes) if first else (add_routes, limit_hosts):
        add(app)
    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/things/1", headers={"host": "other.test"})).status_code == 400
        assert (await client.get("/things/1")).status_code == 200
    told = [record.fields for record in caplog.records if record.message == "request_completed"]  # type: ignore[attr-defined]
    assert [(one["status"], one["route"]) for one in told] == [(400, "unrouted"), (200, "/things/{id}")]
    assert told[0]["unrouted_path"] == "/things/1"
    assert "nearest" not in told[0]
    assert 'route="unrouted",status="400"' in app.state.lambdatwin.services.runtime.metrics.exposition().decode()


async def test_the_line_of_a_request_outside_of_every_prefix_has_its_path(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "lambdatwin.gateway")
    app = FastAPI()
    for prefix in ("/v1", "/v2"):
        settings = Settings(**{**NO_ISSUER, "environment": "development"})
        install(app, [toy_router(echo)], prefix, project=Project(), settings=settings)
    async with app.router.lifespan_context(app), client_of(app) as client:
        for path in ("/v2/thing/1", "/things/1"):
            assert (await client.get(path)).status_code == 404
    told = [record.fields for record in caplog.records if record.message == "request_completed"]  # type: ignore[attr-defined]
    assert [one["unrouted_path"] for one in told] == ["/v2/thing/1", "/things/1"]
    assert told[0]["nearest"] == "GET /v2/things/{id}"


async def test_whoever_limits_the_time_of_a_request_gets_it_back() -> None:
    async def hangs(event: dict[str, Any], context: Any) -> Any:
        await asyncio.Event().wait()

    async with client_of(toy_gateway(toy_router(hangs))) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.get("/things/1"), 0.05)


async def test_error_reporting_gets_the_exception_of_a_function(tmp_path: Path) -> None:
    envelopes: list[Any] = []

    class Kept(sentry_sdk.transport.Transport):
        def capture_envelope(self, envelope: Any) -> None:
            envelopes.append(envelope)

    app = of_a_function(tmp_path)
    sentry_sdk.init("http://key@127.0.0.1:1/1", transport=Kept)
    try:
        async with app.router.lifespan_context(app), client_of(app) as client:
            answer: httpx.Response = await client.get("/things/broken")
    finally:
        sentry_sdk.init()
    assert answer.status_code == 502
    told = [event for envelope in envelopes if (event := envelope.get_event())]
    values = [(one["type"], one["value"]) for event in told for one in event.get("exception", {}).get("values", ())]
    assert ("HandlerFailed", "LookupError: what went wrong") in values
    assert any("line 9, in handler" in value for kind, value in values if kind == "RemoteTraceback")
