"""An API whose routes take no tokens of the settings' own issuer needs no COGNITO_*, and nothing is public by that."""

import logging
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, WebSocket
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from src.lambdatwin import ports
from src.lambdatwin.app import create_app, install
from src.lambdatwin.auth import assembly
from src.lambdatwin.dependencies import Accepted, current_user, verdict
from src.lambdatwin.project import Project
from src.lambdatwin.settings import Settings, SettingsError
from tests.integration.lambdatwin.auth.test_authorizers import Shop, bearer, outside, registry
from tests.unit.lambdatwin.auth.corpus.world import ACCESS_KID, NOW, id_claims

FOREIGN = ports.Jwt("Tenant", "https://tenant.idp.example/", ("https://api.shop.example",))
OPEN = ("/open", {"auth": None})
STAND_IN = ("/partners", {"authorizer": ports.NeedsStandIn("lambda", "Partner")})
GUARD = ports.LambdaAuthorizer("Guard", ports.Function("Guard", ".", "guard.py", "guard"))
GUARDED = ("/guarded", {"auth": "Guard", "lambda_authorizer": GUARD})
NO_ISSUER = "nothing says whose tokens to accept"


def told(settings: Settings, *operations: tuple[str, dict[str, Any]]) -> list[str]:
    """What a start without the named settings says."""
    with pytest.raises(SettingsError) as refused:
        create_app(Project(), settings, registry=registry(*operations))
    return refused.value.problems


def production(*operations: tuple[str, dict[str, Any]], **settings: Any) -> FastAPI:
    project = Shop(Partner=f"{__name__}:partner")
    return create_app(project, Settings(environment="production", **settings), registry=registry(*operations))


def partner(headers: dict[str, str], method: str) -> dict[str, object] | None:
    return {"sub": "partner"} if headers.get("x-partner") == "known" else None


def test_production_serves_routes_without_tokens() -> None:
    with TestClient(production(OPEN, STAND_IN, GUARDED)) as client:
        assert client.get("/open").status_code == 200
        assert client.get("/guarded").status_code == 401  # no identity source
        assert [client.get("/partners", headers=sent).status_code for sent in ({}, {"x-partner": "known"})] == [
            403,
            200,
        ]
        assert client.get("/health/ready").json() == {"status": "ok", "checks": {}, "failed": []}
        assert client.post("/auth/refresh", json={"refresh_token": "r"}).status_code == 403  # no route
        assert "Authorize" not in client.get("/docs").text
        document = client.get("/openapi.json").json()
    assert not [path for path in document["paths"] if path.startswith("/auth/")]


@pytest.mark.parametrize("given", [False, True, "u1"])
def test_a_stand_in_that_gives_no_claims_lets_nothing_through(given: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "partner", lambda headers, method: given)
    with TestClient(production(STAND_IN)) as client, pytest.raises(TypeError, match="the stand-in for Partner gave"):
        client.get("/partners")


def test_an_app_of_ones_own_needs_no_issuer_for_public_routes() -> None:
    app = FastAPI()
    install(app, registry(OPEN).routers, project=Project(), settings=Settings(environment="test"))
    with TestClient(app) as client:
        assert client.get("/open").status_code == 200


def test_an_issuer_that_is_declared_as_a_whole_needs_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    made = assembly.AuthOptions(clock=lambda: float(NOW), transports={"all://": httpx.MockTransport(outside)})
    monkeypatch.setattr(assembly, "AuthOptions", lambda: made)
    good = id_claims(iss=FOREIGN.issuer, aud=FOREIGN.audience[0])
    sent = [{}, *(bearer(claims, key="access", kid=ACCESS_KID) for claims in (good, good | {"aud": "another"}))]
    with TestClient(production(("/tenant", {"authorizer": FOREIGN}), gateway_payload="http-2.0")) as client:
        assert [client.get("/tenant", headers=one).status_code for one in sent] == [401, 200, 401]
        assert list(client.get("/health/ready").json()["checks"]) == ["jwks"]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"authorizer": ports.Cognito("Pool")},
        {"authorizer": ports.Jwt("Tenant", None, ("a",), ("ISSUER",))},
        {"authorizer": ports.Jwt("Tenant", FOREIGN.issuer, ("a", None))},
        {"authorizer": ports.Jwt("Tenant", FOREIGN.issuer, ())},
    ],
)
def test_a_route_that_takes_tokens_needs_the_settings(arguments: dict[str, Any]) -> None:
    problems = told(Settings(environment="production"), OPEN, ("/closed", arguments))
    assert [problem.partition(" ")[0] for problem in problems] == ["COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"]
    assert "no issuer of its own" in told(Settings(environment="test"), ("/closed", arguments))[0]


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"cognito_client_id": "web"}, ["COGNITO_USER_POOL_ID"]),
        ({"cognito_user_pool_id": "eu-west-1_Ab12Cd34E"}, ["COGNITO_CLIENT_ID"]),
        ({"cognito_jwks_url": "https://keys.company.org/"}, ["COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"]),
        (
            {"session_secret": "mT8wQz1kVb5nR7yLx2Jc9pHs4fGd6aEu", "auth_redirect_uri": "https://x.org/auth/callback"},
            ["COGNITO_DOMAIN", "COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"],
        ),
    ],
)
def test_what_is_set_in_part_is_still_told(settings: dict[str, Any], names: list[str]) -> None:
    problems = told(Settings(environment="production", **settings), OPEN)
    assert [problem.partition(" ")[0] for problem in problems] == names


async def whoami(found: Annotated[Accepted, Depends(verdict)]) -> dict[str, object]:
    return dict(found.claims)


async def menu(user: Annotated[object, Depends(current_user("menus"))]) -> None: ...


@pytest.mark.parametrize("endpoint", [whoami, menu])
@pytest.mark.parametrize("included", [False, True])
def test_a_hand_written_route_that_asks_for_the_verdict_refuses_the_start(endpoint: Any, included: bool) -> None:
    app, router = production(OPEN), APIRouter()
    router.add_api_route("/mine", endpoint)
    if included:
        app.include_router(router, prefix="/v1")
    else:
        app.router.routes.extend(router.routes)
    with pytest.raises(SettingsError, match=f"/mine depends on verdict, and {NO_ISSUER}"), TestClient(app):
        pass


def test_a_mounted_app_that_asks_for_the_verdict_refuses_the_start() -> None:
    app, mounted = production(OPEN), FastAPI()
    mounted.add_api_route("/mine", whoami)
    app.mount("/sub", mounted)
    with pytest.raises(SettingsError, match=f"/sub/mine depends on verdict, and {NO_ISSUER}"), TestClient(app):
        pass


def test_a_hand_written_route_asks_the_issuer_of_the_last_installation() -> None:
    app = FastAPI()
    app.add_api_route("/mine", whoami)
    for prefix, issuer in (("/open", None), ("/closed", "http://127.0.0.1:1/pool")):
        settings = Settings(environment="test", cognito_issuer=issuer, cognito_client_id="web" if issuer else "")
        install(app, registry(OPEN).routers, prefix, project=Project(), settings=settings)
    with TestClient(app) as client:
        assert client.get("/mine").status_code == 401


def test_a_guard_of_installed_routes_refuses_the_start() -> None:
    app = FastAPI()
    settings = Settings(environment="test")
    install(app, registry(OPEN).routers, dependencies=[Depends(verdict)], project=Project(), settings=settings)
    with pytest.raises(SettingsError, match="/open depends on verdict"), TestClient(app):
        pass


def test_a_verdict_that_an_app_overrides_needs_no_issuer() -> None:
    app = production(OPEN)
    app.add_api_route("/mine", whoami)
    app.dependency_overrides[verdict] = lambda: Accepted({"sub": "me"})
    with TestClient(app) as client:
        assert client.get("/mine").json() == {"sub": "me"}


def test_a_route_that_is_added_later_refuses_all(caplog: pytest.LogCaptureFixture) -> None:
    app, log = production(OPEN), logging.getLogger("lambdatwin")
    log.addHandler(caplog.handler)
    with TestClient(app) as client:
        app.add_api_route("/mine", whoami)

        @app.websocket("/socket")
        async def socket(socket: WebSocket, found: Annotated[Accepted, Depends(verdict)]) -> None:
            await socket.accept()

        answer = client.get("/mine", headers={"authorization": "Bearer x.y.z"})
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/socket"):
            pass
    log.removeHandler(caplog.handler)
    assert (answer.status_code, answer.json()) == (503, {"message": "Service Unavailable"})
    assert [NO_ISSUER in record.getMessage() for record in caplog.records if record.levelno == logging.ERROR] == [
        True
    ] * 2
