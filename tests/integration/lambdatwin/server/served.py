"""A server of this loop over a toy handler, and the bytes that go to it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from src.contexts.shared_kernel.sources import new_id
from src.lambdatwin.server import Server, uvicorn_config
from src.lambdatwin.settings import Settings
from tests.support.toy_gateway import LambdaHandler, toy_gateway, toy_router


@dataclass(frozen=True, slots=True)
class Served:
    """A port, the server that listens there, and its app."""

    port: int
    server: Server
    app: Any

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def told(self, data: bytes) -> bytes:
        """All that comes until the server closes the connection."""
        reader, writer = await self.connect()
        writer.write(data)
        try:
            return await asyncio.wait_for(reader.read(), 10)
        finally:
            writer.close()


@asynccontextmanager
async def served(
    handler: LambdaHandler,
    keep_alive: float = 75.0,
    *,
    method: str = "POST",
    path: str = "/things/{id}",
    more: Sequence[APIRouter] = (),
    **settings: Any,
) -> AsyncIterator[Served]:
    """One route, and those of `more`, on a port of its own."""
    app = toy_gateway(toy_router(handler, method=method, path=path), *more, new_request_id=new_id, **settings)
    config = uvicorn_config(app, Settings.model_construct(**app.state.lambdatwin.services.settings.model_dump()))
    config.timeout_keep_alive = keep_alive  # type: ignore[assignment]
    config.lifespan = "off"
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            # The kernel keeps what connects before the server accepts.
            yield Served(listener.getsockname()[1], server, app)
        finally:
            server.should_exit = True
            await running


def request(name: int | str, body: bytes = b"", headers: bytes = b"", length: int | None = None) -> bytes:
    """One request; with a `length`, it promises a body of that many bytes."""
    line = b"Content-Length: %d\r\n" % (len(body) if length is None else length)
    return b"POST /things/%b HTTP/1.1\r\nHost: x\r\n%b%b\r\n%b" % (str(name).encode(), line, headers, body)
