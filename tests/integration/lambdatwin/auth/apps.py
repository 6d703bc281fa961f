"""The real app in this process, with the corpus's issuer on a socket and the corpus's clock."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn

from src.lambdatwin.app import create_app
from src.lambdatwin.auth import assembly
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.unit.lambdatwin.auth.corpus.world import CLIENT, ISSUER, MOBILE_CLIENT, NOW, Headers, published
from tests.unit.lambdatwin.auth.jwks_server import JwksServer, jwks_server


@dataclass
class Reply:
    """What came back."""

    status: int = 0
    headers: dict[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class App:
    """The app of one policy; `path` is a route that wants authentication and nothing else."""

    asgi: Any
    path: str
    jwks: JwksServer

    async def send(self, headers: Headers) -> Reply:
        """One GET over raw ASGI: headers exactly as given, which no HTTP client would send."""
        scope: dict[str, Any] = {
            "http_version": "1.1",
            "type": "http",
            "asgi": {"version": "3.0"},
            "method": "GET",
            "scheme": "http",
        }
        scope |= {"path": self.path, "raw_path": self.path.encode(), "query_string": b"", "root_path": ""}
        scope |= {"headers": headers, "client": ("127.0.0.1", 50_000), "server": ("127.0.0.1", 8000), "state": {}}
        reply, done = Reply(), asyncio.Event()
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:
                await done.wait()
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                reply.status, reply.headers = message["status"], dict(message["headers"])
            else:
                reply.body += message.get("body", b"")

        await self.asgi(scope, receive, send)
        done.set()
        return reply


def protected_path() -> str:
    """A GET route without parameters that wants a user."""
    for route in MenuPlanning().registry().routes:
        if "GET" in (route.methods or ()) and "{" not in route.path and route.operation.auth is not None:
            return str(route.path)
    raise LookupError("no such route")


@asynccontextmanager
async def app(database_url: str, monkeypatch: pytest.MonkeyPatch, use: str = "access") -> AsyncIterator[App]:
    """Its lifespan has begun."""
    made = assembly.AuthOptions(clock=lambda: float(NOW))
    monkeypatch.setattr(assembly, "AuthOptions", lambda: made)
    async with jwks_server(published()) as jwks:
        issuer: dict[str, Any] = {"cognito_issuer": ISSUER, "cognito_jwks_url": jwks.url}
        issuer["cognito_client_id"] = f"{CLIENT},{MOBILE_CLIENT}"
        kind: dict[str, Any] = {"environment": "test", "database_url": database_url, "cognito_token_use": use}
        asgi = create_app(MenuPlanning(), Settings(**issuer, **kind))
        async with asgi.router.lifespan_context(asgi):
            yield App(asgi, protected_path(), jwks)


@asynccontextmanager
async def on_socket(app: App) -> AsyncIterator[tuple[str, int]]:
    """The app behind uvicorn on a socket of its own, as the product runs it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app.asgi, log_config=None, lifespan="off", ws="none", http="httptools", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        running = asyncio.create_task(server._serve(sockets=[listener]))
        try:
            yield listener.getsockname()
        finally:
            server.should_exit = True
            await running


async def send_raw(address: tuple[str, int], path: str, headers: Headers) -> Reply:
    """One GET over a socket, header bytes exactly as given."""
    reader, writer = await asyncio.open_connection(*address)
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers if name != b"host")
    writer.write(b"GET " + path.encode() + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + lines + b"\r\n")
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.split(b"\r\n")
    pairs = (line.partition(b": ") for line in rest)
    return Reply(int(first.split(b" ")[1]), {name.lower(): value for name, _, value in pairs}, body)
