"""HTTP/1.1 on the socket: uvicorn's protocol with the bounds that it lacks, and a short way out for our answers.

uvicorn reads a request line and headers of any length for any time, adds a chunked body's trailers to the headers of
its request, and waits without end for a client to take its answer.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from src.runtimes.fastapi.bridge.http import GatewayResponse, HeaderLine

# The gateway's limits on URL and headers have answers of their own; this one only bounds memory.
MOST_HEAD_BYTES = 65_536
HEAD_SECONDS = 10.0
STUCK_SECONDS = 30.0
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/json\r\ncontent-length: 45\r\n"
    b'connection: close\r\n\r\n{"message":"Request Header Fields Too Large"}'
)
_NO_LENGTH = frozenset((204, 304))
_MOST_KNOWN = 256


class Cycle(RequestResponseCycle):
    """One request; `respond` is `send` for an answer that is there as a whole."""

    def respond(self, response: GatewayResponse, request_id: bytes) -> bool:
        """Write the answer at once; False when that is not possible now, and nothing was sent."""
        if self.response_started or self.flow.write_paused or HEADER_VALUE_RE.search(request_id):
            return False
        if self.disconnected:
            return True
        status, body = response.status, response.body
        parts = [
            STATUS_LINE[status],
            _joined(self.default_headers),
            _joined(response.headers),
            b"x-request-id: ",
            request_id,
        ]
        if status not in _NO_LENGTH:
            parts.append(b"\r\ncontent-length: %d" % len(body))
        parts.append(b"\r\n\r\n" if self.keep_alive else b"\r\nconnection: close\r\n\r\n")
        if self.scope["method"] != "HEAD":
            parts.append(body)
        self.response_started, self.waiting_for_100_continue = True, False
        self.transport.write(b"".join(parts))
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
        return True


class Protocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_head = True
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(HEAD_SECONDS, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel_head_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES and len(data) < self._head_bytes:
                self.transport.write(_TOO_LARGE)
                self.transport.close()
                return
        if self.transport.is_closing():
            return
        super().data_received(data)
        if not self._in_head:
            self._cancel_head_timer()
        elif self._head_timer is None and self._head_bytes:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def on_message_begin(self) -> None:
        self._in_head, self._head_bytes = True, 1
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()
        # uvicorn names the class inside this method; the task that runs the cycle has not begun yet.
        self.cycle.__class__ = Cycle

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._expect_progress(-1)

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


# Nearly all answers share their headers, and the date changes once a second. The tuple or list is kept beside its
# bytes, so that its id stays its own; only the event loop's thread comes here.
_KNOWN: dict[int, tuple[object, bytes]] = {}


def _joined(lines: "tuple[HeaderLine, ...] | list[HeaderLine]") -> bytes:
    known = _KNOWN.get(id(lines))
    if known is not None and known[0] is lines:
        return known[1]
    joined = b"".join([_checked(name, value) for name, value in lines])
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[id(lines)] = (lines, joined)
    return joined


def _checked(name: bytes, value: bytes) -> bytes:
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise RuntimeError("a header line that would end early")
    return b"%b: %b\r\n" % (name, value)
