"""The local issuer beside the tests, with its calls counted and its failures to order."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.responses import JSONResponse

from src.lambdatwin.auth.cognito import ClientCredentials
from src.lambdatwin.devtools.issuer.app import LocalIssuer
from src.runtimes.fastapi.project import MenuPlanning

CLIENT_ID = "3n4b5urk1ft4fl3mg5e62d9ado"
CLIENT_SECRET = "q8h2p0s7d6f5g4h3j2k1l0"
REDIRECT_URI = "http://127.0.0.1:8000/auth/callback"
PASSWORD = "local-password"
URL = "http://issuer.example:9999"


@dataclass
class Clock:
    """Time that only the test moves."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Issuer:
    """`calls` counts operations and paths; `fault` answers every call of the JSON API in its place."""

    local: LocalIssuer
    url: str
    clock: Clock
    calls: Counter[str] = field(default_factory=Counter)
    fault: tuple[int, dict[str, Any]] | None = None
    on_socket: bool = False

    @property
    def transports(self) -> dict[str, httpx.AsyncBaseTransport]:
        return {} if self.on_socket else {self.url: httpx.ASGITransport(self)}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        target = dict(scope["headers"]).get(b"x-amz-target", b"").decode().rpartition(".")[2]
        self.calls[target or scope["path"]] += 1
        if target and self.fault is not None:
            status, document = self.fault
            await JSONResponse(document, status)(scope, receive, send)
            return
        await self.local.app(scope, receive, send)

    def log_in(self, name: str = "administrator") -> dict[str, Any]:
        """Tokens by user name and password: AccessToken, IdToken, RefreshToken."""
        values = {"USERNAME": name, "PASSWORD": PASSWORD}
        credentials = self.local.client
        asked = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": credentials.client_id, "AuthParameters": values}
        result: Any = self.local.initiate_auth(asked)["AuthenticationResult"]
        return dict(result)


def giving(result: bytes) -> Callable[[], Awaitable[bytes]]:
    """What a refresh makes."""

    async def make() -> bytes:
        return result

    return make


def issuer(folder: Path, clock: Clock, *, secret: str | None = CLIENT_SECRET, url: str = URL, **options: Any) -> Issuer:
    """An issuer that is called without the network."""
    options = {"people": MenuPlanning.people, "requests_per_second": 1000, **options}
    credentials, keys = ClientCredentials(CLIENT_ID, secret), folder / "keys"
    made = LocalIssuer(
        url, credentials, frozenset({REDIRECT_URI}), keys, None, clock=clock, production=False, **options
    )
    return Issuer(made, url, clock)


@asynccontextmanager
async def issuer_on_socket(folder: Path, clock: Clock) -> AsyncIterator[Issuer]:
    """An issuer behind a real socket: its callers really wait."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = issuer(folder, clock, url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        made.on_socket = True
        config = uvicorn.Config(made, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        config.load()  # its imports too would be part of the first answer
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve(sockets=[listener]))
        try:
            yield made
        finally:
            server.should_exit = True
            await running
