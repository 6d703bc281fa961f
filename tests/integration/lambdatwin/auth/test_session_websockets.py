"""Session mode and WebSockets: browsers let no script set a header on a handshake, but send its Origin."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, WebSocket
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse

from src.lambdatwin import Project
from src.lambdatwin.app import install
from src.lambdatwin.auth import assembly
from src.lambdatwin.auth.sessions.cookies import CookieJar, SessionRefresh, SessionToken
from src.lambdatwin.dependencies import Accepted, verdict
from src.lambdatwin.settings import Settings
from tests.unit.lambdatwin.auth.corpus.world import CLIENT, ISSUER, NOW, SUBJECT, access_claims, published, token

SECRET = "q8Zr1LmN4tVx7BcD0eFgH2jK5pSuWyAa"


def outside(request: httpx.Request) -> httpx.Response:
    """Cognito's keys, and no token for a refresh."""
    assert request.method == "GET"
    return httpx.Response(200, stream=httpx.ByteStream(published()))


@contextmanager
def site(
    monkeypatch: pytest.MonkeyPatch, redirect_uri: str = "https://shop.example/auth/callback"
) -> Iterator[TestClient]:
    """A site at `shop.example` that a proxy asks for as `testserver`."""
    options = assembly.AuthOptions(clock=lambda: float(NOW), transports={"all://": httpx.MockTransport(outside)})
    monkeypatch.setattr(assembly, "AuthOptions", lambda: options)
    settings = Settings(
        environment="test",
        cognito_issuer=ISSUER,
        cognito_client_id=CLIENT,
        cognito_domain="https://login.example",
        session_secret=SECRET,
        auth_redirect_uri=redirect_uri,
    )
    app = FastAPI()
    install(app, [], project=Project(), settings=settings)

    @app.websocket("/ws")
    async def whoami(websocket: WebSocket, found: Annotated[Accepted, Depends(verdict)]) -> None:
        await websocket.accept()
        await websocket.send_json(found.claims["sub"])
        await websocket.close()

    with TestClient(app) as client:
        yield client


def cookie(*, ends: int = 3600) -> str:
    claims = access_claims(auth_time=NOW - 60, iat=NOW - 60, exp=NOW + ends)
    jar = CookieJar([SECRET.encode()], clock=lambda: float(NOW), secure=True)
    refresh = SessionRefresh("s" * 24, "r", SUBJECT, None, NOW)
    lines = jar.write(SessionToken("s" * 24, token(claims).decode()), refresh)
    return "; ".join(line.partition(b";")[0].decode() for _, line in lines)


def answer(client: TestClient, *headers: tuple[str, str], **given: int) -> object:
    """What the WebSocket says, or the status of the refusal."""
    try:
        with client.websocket_connect("/ws", headers=httpx.Headers([("cookie", cookie(**given)), *headers])) as opened:
            return opened.receive_json()
    except WebSocketDenialResponse as refused:
        return refused.status_code


@pytest.mark.parametrize("written", ["https://shop.example", "https://Shop.Example", "https://shop.example:443"])
def test_a_handshake_of_the_sites_own_pages_passes(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    with site(monkeypatch, f"{written}/auth/callback") as client:
        assert answer(client, ("origin", "https://shop.example")) == SUBJECT


@pytest.mark.parametrize(
    "origins",
    [
        (),
        ("",),
        ("null",),
        ("https://attacker.example",),
        ("https://shop.example.attacker.example",),
        ("https://shop.example:8443",),
        ("http://shop.example",),
        ("https://testserver",),
        ("https://[::1",),
        ("https://shop.example:port",),
        ("https://shop.example", "https://attacker.example"),
        ("shop.example",),
    ],
)
def test_any_other_handshake_is_refused(monkeypatch: pytest.MonkeyPatch, origins: tuple[str, ...]) -> None:
    with site(monkeypatch) as client:
        assert answer(client, *(("origin", one) for one in origins)) == 403
        assert answer(client, *(("origin", one) for one in origins), ("x-csrf-token", "x")) == 403


def test_a_handshake_refreshes_no_session_because_its_answer_sets_no_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(monkeypatch) as client:
        assert answer(client, ("origin", "https://shop.example"), ends=30) == SUBJECT
        assert answer(client, ("origin", "https://shop.example"), ends=-1) == 401


def test_a_bearer_token_needs_no_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = access_claims(auth_time=NOW - 60, iat=NOW - 60, exp=NOW + 60)
    with site(monkeypatch) as client:
        assert answer(client, ("authorization", f"Bearer {token(claims).decode()}")) == SUBJECT
