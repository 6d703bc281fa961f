"""HTTP/1.1 on the socket: uvicorn's protocol with the bounds that it lacks, and short ways in and out.

uvicorn reads a request line and headers of any length for any time, adds a chunked body's trailers to the headers of
its request, and waits without end for a client to take its answer. It also puts off every request to a task of the
next turn of the loop, and sets a timer after each answer; here a request begins as soon as what has arrived of it is
parsed, and a connection has one timer. What cannot be understood is refused after the answers that are still owed.
"""

import asyncio
from contextvars import copy_context
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ..gateway.http import GatewayResponse
from .cycle import Cycle, last_answer
from .outbox import outbox_of
from .request import HEADERS_TOO_LARGE, URL_TOO_LONG

# The gateway's limits on URL and headers have answers of their own; this one only bounds memory.
MOST_HEAD_BYTES = 65_536
HEAD_SECONDS = 10.0
STUCK_SECONDS = 30.0
LINGER_SECONDS = 2.0
# One who has left looks like one who has only sent all that he wants to send.
HALF_CLOSED_SECONDS = 0.5
# httptools parses no longer one; the gateway refuses it long before.
_LONGEST_URL = 65_535


_TEXT = ((b"content-type", b"text/plain; charset=utf-8"),)
_MALFORMED = GatewayResponse(400, _TEXT, b"Invalid HTTP request received.")


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.url = b""
        self._in_head = True
        self._in_body = False
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._parsing = False
        self._upgrading = False
        self._begun: tuple[RequestResponseCycle, Any] | None = None
        self._running: RequestResponseCycle | None = None
        # Nothing more is read; `_refusal` is what is still to be said.
        self._deaf = False
        self._refusal: GatewayResponse | None = None
        self._idle_since: float | None = None
        self._stuck_timer: asyncio.TimerHandle | None = None
        # No request's: the next one on the connection begins in it.
        self._context = copy_context()
        self._outbox = outbox_of(self.server_state, self.loop)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_head_timer()
        self._cancel_stuck_timer()
        running = self._running
        if running is not None and running is not self.cycle and not running.response_complete:
            # uvicorn only tells the last request of a pipeline.
            running.disconnected = True
            running.message_event.set()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def eof_received(self) -> bool | None:  # type: ignore[override]
        self._outbox.flush()
        if self._in_body or self.cycle is None or self.cycle.response_complete or self.transport.is_closing():
            return None
        self._deaf, self.cycle.keep_alive = True, False
        self.loop.call_later(HALF_CLOSED_SECONDS, self._close)
        return True

    def data_received(self, data: bytes) -> None:
        if self._deaf or self.transport.is_closing():
            return
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and len(data) < self._head_bytes:
                self._refuse(URL_TOO_LONG if len(self.url) > MOST_HEAD_BYTES // 2 else HEADERS_TOO_LARGE)
                return
        self._parse(data)
        if not self._in_head or self._deaf:
            self._cancel_head_timer()
        elif self._head_timer is None and self._head_bytes:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_too_slow)
        if self._begun is not None:
            begun, self._begun = self._begun, None
            if not self.transport.is_closing():
                self._run(*begun)

    def _parse(self, data: bytes) -> None:
        self._parsing = True
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._refuse(_MALFORMED)
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
        # As uvicorn's first one: what follows a request that closes the connection is no error of that request.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return b"%b %b HTTP/%b\r\n%b\r\n" % (method, self.url, version, b"".join(lines))

    def on_message_begin(self) -> None:
        self._in_head, self._head_bytes, self._idle_since = True, 1, None
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
        if len(self.url) > _LONGEST_URL:
            self.url = self.url[:_LONGEST_URL]
        super().on_headers_complete()
        self._in_head, self._in_body, self._idle_since = False, True, None
        # uvicorn names the class inside this method; the task that runs the cycle has not begun yet.
        cycle: Any = self.cycle
        cycle.__class__ = Cycle
        cycle.outbox = self._outbox

    def on_message_complete(self) -> None:
        if not self._upgrading:
            self._in_body = False
            super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._parsing:
            self._begun = cycle, app
        else:
            self._run(cycle, app)

    def _run(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
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
        running = self._running
        if running is not None and not running.keep_alive:
            if running.more_body:
                self._linger()
            else:
                self._close()
                self._expect_progress(-1)
            return
        if self.pipeline:
            # Not from within the answer before: a long pipeline would go as deep as it is long.
            self.loop.call_soon(self._run_next, context=self._context)
            return
        if self._refusal is not None:
            self._refuse_now(self._refusal)
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_again_in(self.timeout_keep_alive)

    def _run_next(self) -> None:
        if self.pipeline and not self.transport.is_closing():
            self._run(*self.pipeline.pop())

    def _refuse(self, answer: GatewayResponse) -> None:
        """The last answer of a connection, after those to the requests before what it refuses."""
        self._deaf = True
        if self._in_body:
            self._give_up_on_the_last_request()
        elif self.cycle is not None and not self.cycle.response_complete:
            self._refusal = answer
            return
        if self._in_body and self.cycle.response_started:
            # It has its answer already: the client would take another for that to its next request.
            self._linger()
        elif self.pipeline or (self._running is not self.cycle and self._owes()):
            self._refusal = answer
        else:
            self._refuse_now(answer)

    def _give_up_on_the_last_request(self) -> None:
        cycle = self.cycle
        if self._begun is not None and self._begun[0] is cycle:
            self._begun = None
        elif self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        cycle.disconnected = True
        cycle.message_event.set()

    def _owes(self) -> bool:
        return self._begun is not None or (self._running is not None and not self._running.response_complete)

    def _refuse_now(self, answer: GatewayResponse) -> None:
        self._refusal = None
        self._outbox.flush()
        self.transport.write(last_answer(answer, self.server_state.default_headers))
        self._linger()

    def _linger(self) -> None:
        """Close without a reset while the client still sends: that could cost it the answer (RFC 9112 §9.6)."""
        self._deaf = True
        self._outbox.flush()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._expect_progress(-1)
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _close(self) -> None:
        # What the outbox still has would find a closing connection.
        self._outbox.flush()
        self.transport.close()

    def _head_too_slow(self) -> None:
        self._head_timer = None
        if self._owes() or self.pipeline:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_too_slow)
            return
        self._close()

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
        self._cancel_stuck_timer()
        waiting = self.transport.get_write_buffer_size()
        if waiting == before:
            self.transport.abort()
        elif waiting:
            self._stuck_timer = self.loop.call_later(STUCK_SECONDS, self._expect_progress, waiting)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._expect_progress(-1)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._cancel_stuck_timer()

    def _cancel_stuck_timer(self) -> None:
        if self._stuck_timer is not None:
            self._stuck_timer.cancel()
            self._stuck_timer = None

    def _cancel_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
