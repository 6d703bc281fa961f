"""HTTP/1.1 on the socket: uvicorn's protocol with the bounds that it lacks, and short ways in and out.

uvicorn reads a request line and headers of any length for any time, adds a chunked body's trailers to the headers of
its request, and waits without end for a client to take its answer. It also puts off every request to a task of the
next turn of the loop, and sets a timer after each answer; here a request begins as soon as what has arrived of it is
parsed, and a connection has one timer.
"""

import asyncio
from contextvars import copy_context
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from src.runtimes.fastapi.cycle import Cycle
from src.runtimes.fastapi.outbox import outbox_of

# The gateway's limits on URL and headers have answers of their own; this one only bounds memory.
MOST_HEAD_BYTES = 65_536
HEAD_SECONDS = 10.0
STUCK_SECONDS = 30.0
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/json\r\ncontent-length: 45\r\n"
    b'connection: close\r\n\r\n{"message":"Request Header Fields Too Large"}'
)


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_head = True
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._parsing = False
        self._upgrading = False
        self._begun: tuple[RequestResponseCycle, Any] | None = None
        self._idle_since: float | None = None
        # No request's: the next one on the connection begins in it.
        self._context = copy_context()
        self._outbox = outbox_of(self.server_state, self.loop)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_head_timer()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and len(data) < self._head_bytes:
                self._outbox.flush()
                self.transport.write(_TOO_LARGE)
                self.transport.close()
                return
        if self.transport.is_closing():
            return
        self._idle_since = None
        self._parse(data)
        if not self._in_head:
            self._cancel_head_timer()
        elif self._head_timer is None and self._head_bytes:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)
        if self._begun is not None:
            begun, self._begun = self._begun, None
            if not self.transport.is_closing():
                self._run(*begun)

    def _parse(self, data: bytes) -> None:
        self._parsing = True
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
        finally:
            self._parsing = False

    def _feed(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                # Java's client asks for HTTP/2 with its first request. Nobody upgrades here (RFC 9110 §7.8 allows it),
                # but the parser would pass over the body: it reads the request again without that wish.
                data = self._head_without_upgrade() + data[upgrade.args[0] :]
            else:
                return

    def _head_without_upgrade(self) -> bytes:
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        if method == b"CONNECT":
            raise httptools.HttpParserInvalidMethodError("a tunnel is no request")
        lines = [b"%b: %b\r\n" % line for line in self.headers if line[0] != b"upgrade"]
        self.parser, self._upgrading = httptools.HttpRequestParser(self), False
        return b"%b %b HTTP/%b\r\n%b\r\n" % (method, self.url, version, b"".join(lines))

    def send_400_response(self, msg: str) -> None:
        self._outbox.flush()
        super().send_400_response(msg)

    def on_message_begin(self) -> None:
        self._in_head, self._head_bytes = True, 1
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            name = name.lower()
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            self._upgrading = True
            return
        self._in_head = False
        super().on_headers_complete()
        # uvicorn names the class inside this method; the task that runs the cycle has not begun yet.
        cycle: Any = self.cycle
        cycle.__class__ = Cycle
        cycle.outbox = self._outbox

    def on_message_complete(self) -> None:
        if not self._upgrading:
            super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._parsing:
            self._begun = cycle, app
        else:
            self._run(cycle, app)

    def _run(self, cycle: RequestResponseCycle, app: Any) -> None:
        # Eager: most requests of a warm process are answered without waiting, and never need the loop.
        task = asyncio.Task(cycle.run_asgi(app), loop=self.loop, eager_start=True)
        if not task.done():
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            # Not from within the answer before: a long pipeline would go as deep as it is long.
            self.loop.call_soon(self._run, *self.pipeline.pop(), context=self._context)
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again_in(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        since = self._idle_since
        left = self.timeout_keep_alive if since is None else since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._look_again_in(left)
            return
        super().timeout_keep_alive_handler()
        self._expect_progress(-1)

    def _look_again_in(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def shutdown(self) -> None:
        self._outbox.flush()
        super().shutdown()

    def _expect_progress(self, before: int) -> None:
        waiting = self.transport.get_write_buffer_size()
        if waiting == before:
            self.transport.abort()
        elif waiting:
            self.loop.call_later(STUCK_SECONDS, self._expect_progress, waiting)

    def _cancel_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
