"""A load generator on raw sockets: keep-alive connections, a closed loop or an open one, every latency kept."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

type Request = bytes
# Makes the request with this number; told of its answer's status and body.
type Source = Callable[[int], Request]
type Sink = Callable[[int, int, bytes], None]


@dataclass(slots=True)
class Outcome:
    """What a run of load gave. Latencies are seconds, in the order of the answers.

    `broken` counts requests without an answer, `unanswered` those of them on a connection that had brought one before
    and had not been told that it was the last.
    """

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    unanswered: int = 0
    seconds: float = 0.0

    @property
    def answered(self) -> int:
        return len(self.latencies)

    @property
    def per_second(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0

    def percentile(self, part: float) -> float:
        """The latency in milliseconds that this part of the answers stayed under."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 if ordered else float("nan")


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request under way."""

    def __init__(self, done: Callable[["Connection", int, bytes], None]) -> None:
        self._done = done
        self._buffer = b""
        self.transport: asyncio.Transport | None = None
        self.number = -1
        self.since = 0.0
        self.kept = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self.transport = transport  # type: ignore[assignment]

    def ask(self, number: int, request: Request, since: float) -> None:
        """Send a request; `since` is when it was due, which in an open loop may be earlier than now."""
        self.number, self.since = number, since
        assert self.transport is not None
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        length = _content_length(head)
        if len(self._buffer) < end + 4 + length:
            return
        status, body = int(self._buffer[9:12]), self._buffer[end + 4 : end + 4 + length]
        self._buffer = self._buffer[end + 4 + length :]
        self.kept = True
        if b"\r\nconnection: close" in head and self.transport is not None:
            self.transport.close()
            self.transport = None
        self._done(self, status, body)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._buffer = b""
        if self.number >= 0:
            self._done(self, 0, b"")


def _content_length(head: bytes) -> int:
    at = head.find(b"\r\ncontent-length:")
    return int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


class Load:
    """Offers requests to one address. Status 0 stands for a connection that broke under a request."""

    def __init__(self, port: int, source: Source, sink: Sink | None = None) -> None:
        self._port, self._source, self._sink = port, source, sink
        self._outcome = Outcome()
        self._asked = 0
        self._due: deque[float] = deque()
        self._idle: deque[Connection] = deque()
        self._running = False
        self._busy = 0
        self._open_loop = False
        self._quiet: asyncio.Event | None = None

    async def closed(self, connections: int, seconds: float) -> Outcome:
        """Every connection asks again as soon as it is answered."""
        return await self._run(connections, seconds, rate=None)

    async def open(self, connections: int, seconds: float, rate: float) -> Outcome:
        """`rate` requests a second fall due, answered or not; a latency counts from then on."""
        return await self._run(connections, seconds, rate)

    async def _run(self, connections: int, seconds: float, rate: float | None) -> Outcome:
        clients = [await self._connect() for _ in range(connections)]
        self._running, self._open_loop, started = True, rate is not None, time.perf_counter()
        if rate is None:
            for client in clients:
                self._next(client, time.perf_counter())
            await asyncio.sleep(seconds)
        else:
            self._idle.extend(clients)
            await self._fall_due(started, seconds, rate)
        self._running = False
        self._outcome.seconds = time.perf_counter() - started
        await self._finish(clients)
        return self._outcome

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: Connection(self._answered), "127.0.0.1", self._port)
        return connection

    async def _fall_due(self, started: float, seconds: float, rate: float) -> None:
        number, last = 0, started + seconds
        while (at := started + number / rate) < last:
            if (early := at - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            number += 1
            if self._idle:
                self._next(self._idle.popleft(), at)
            else:
                self._due.append(at)

    def _next(self, connection: Connection, since: float) -> None:
        number, self._asked = self._asked, self._asked + 1
        self._busy += 1
        if connection.transport is None:
            # A lost connection is opened again: a client that gave up would make the load lighter.
            task = asyncio.get_running_loop().create_task(self._reopen(number, since))
            _TASKS.add(task)
            task.add_done_callback(_TASKS.discard)
        else:
            connection.ask(number, self._source(number), since)

    async def _reopen(self, number: int, since: float) -> None:
        try:
            connection = await self._connect()
        except OSError:
            await asyncio.sleep(0.02)
            lost = Connection(self._answered)
            lost.number, lost.since = number, since
            self._answered(lost, 0, b"")
        else:
            connection.ask(number, self._source(number), since)

    def _answered(self, connection: Connection, status: int, body: bytes) -> None:
        now, number = time.perf_counter(), connection.number
        connection.number = -1
        self._busy -= 1
        self._outcome.statuses[status] += 1
        if status == 0:
            self._outcome.broken += 1
            self._outcome.unanswered += connection.kept
        elif self._running or self._open_loop:
            self._outcome.latencies.append(now - connection.since)
        if self._sink is not None:
            self._sink(number, status, body)
        if not self._busy and self._quiet is not None:
            self._quiet.set()
        if self._open_loop and self._due:
            self._next(connection, self._due.popleft())
        elif self._open_loop:
            self._idle.append(connection)
        elif self._running:
            self._next(connection, now)

    async def _finish(self, clients: list[Connection]) -> None:
        if self._busy:
            self._quiet = asyncio.Event()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), 35)
        self._outcome.broken += self._busy
        for client in clients:
            client.number = -1
            if client.transport is not None:
                client.transport.abort()


_TASKS: set[asyncio.Task[None]] = set()


def request(method: str, path: str, *, token: str | None = None, body: bytes = b"", headers: str = "") -> Request:
    """The bytes of a request as a browser's client would send it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "User-Agent: bench/1", "Accept: application/json"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *([headers] if headers else []), "", ""]).encode("latin-1") + body
