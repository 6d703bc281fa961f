"""A JWKS endpoint on a real socket that can be told to misbehave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class JwksServer:
    """Answers with `status` and `body`, but drops the next `drops` connections; `hits` counts requests."""

    body: bytes
    status: int = 200
    headers: str = ""
    hits: int = 0
    port: int = 0
    drops: int = 0
    endless: bool = False
    go: asyncio.Event = field(default_factory=asyncio.Event)
    arrival: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/pool/.well-known/jwks.json"

    def hold(self) -> None:
        """Let no request be answered before `go` is set."""
        self.go.clear()

    async def asked(self, times: int) -> None:
        """Wait until so many requests have arrived."""
        async with self.arrival:
            await self.arrival.wait_for(lambda: self.hits >= times)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            async with self.arrival:
                self.hits += 1
                self.arrival.notify_all()
            await self.go.wait()
            self.drops -= 1
            if self.drops < 0:
                await self._send(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        length = len(self.body) if not self.endless else 10**9
        head = f"HTTP/1.1 {self.status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{self.headers}\r\n"
        writer.write(head.encode())
        while self.endless:
            writer.write(b" " * 65_536)
            await writer.drain()
        writer.write(self.body)
        await writer.drain()


@asynccontextmanager
async def jwks_server(body: bytes) -> AsyncIterator[JwksServer]:
    served = JwksServer(body)
    served.go.set()
    server = await asyncio.start_server(served.answer, "127.0.0.1", 0)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        served.go.set()
        server.close()
