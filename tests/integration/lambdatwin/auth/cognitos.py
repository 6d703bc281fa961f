"""The app on a socket, with a Cognito beside it that answers, errs, is slow or hangs."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from src.lambdatwin.app import create_app
from src.lambdatwin.auth import assembly
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.auth.apps import protected_path
from tests.unit.lambdatwin.auth.corpus.world import (
    CLIENT,
    ID_KID,
    ISSUER,
    NOW,
    access_claims,
    id_claims,
    published,
    token,
)
from tests.unit.lambdatwin.auth.jwks_server import jwks_server

GENUINE = "genuine-"


def times(now: int) -> dict[str, int]:
    """The claims of a token that was issued just before this second."""
    return {"auth_time": now - 60, "iat": now - 60, "exp": now + 3540}


@dataclass
class Cognito:
    """Knows every refresh token that begins with `GENUINE`. `seconds` before an answer, None for never; `now` is the
    second in which its tokens are issued."""

    seconds: float | None = 0.0
    fault: tuple[int, dict[str, Any]] | None = None
    now: int = NOW
    calls: list[str] = field(default_factory=list)
    arrival: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: Request) -> Response:
        asked = await request.json()
        self.calls.append(request.headers["x-amz-target"].rpartition(".")[2])
        self.arrival.set()
        if self.seconds is None:
            await asyncio.Event().wait()
        await asyncio.sleep(self.seconds or 0)
        if self.fault is not None:
            return JSONResponse(self.fault[1], self.fault[0])
        if not asked.get("RefreshToken", "").startswith(GENUINE):
            return JSONResponse({"__type": "NotAuthorizedException"}, 400)
        result = {
            "AccessToken": token(access_claims(**times(self.now))).decode(),
            "IdToken": token(id_claims(**times(self.now)), key="id", kid=ID_KID).decode(),
            "ExpiresIn": 3540,
        }
        return JSONResponse({"AuthenticationResult": result})


@dataclass
class Served:
    """`url` of the app, `path` of a route that wants a user, `cognito` behind it."""

    url: str
    path: str
    cognito: Cognito


@asynccontextmanager
async def served(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    """The real app and a Cognito, each on a socket."""
    cognito = Cognito()
    made = assembly.AuthOptions(clock=lambda: float(NOW))
    monkeypatch.setattr(assembly, "AuthOptions", lambda: made)
    api = Starlette(routes=[Route("/", cognito.answer, methods=["POST"])])
    async with jwks_server(published()) as jwks, on_socket(api) as cognito_url:
        values: dict[str, Any] = {"cognito_issuer": ISSUER, "cognito_client_id": CLIENT, "cognito_jwks_url": jwks.url}
        values |= {"cognito_endpoint": f"{cognito_url}/", "environment": "test", "database_url": database_url}
        app = create_app(MenuPlanning(), Settings(**values))
        async with app.router.lifespan_context(app), on_socket(app) as url:
            yield Served(url, protected_path(), cognito)


@asynccontextmanager
async def on_socket(app: Any) -> AsyncIterator[str]:
    """The URL of an app on a port of its own."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running
