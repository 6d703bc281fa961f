"""The limits of a connection that uvicorn does not have: size and time of a request's head, and unread answers.

An `asyncio.Protocol` around uvicorn's own, whichever parser that has. It follows where each request's head and body
end (RFC 9112) and passes the bytes on as they come, but for three things. The next request of a pipeline waits until
the one before it is answered: uvicorn would refuse a malformed one before the answers that it still owes, and tells
only the last one that its client has left. A wish for another protocol is taken out of the head, because httptools
passes over the body of such a request. The trailers of a chunked body are left out, because uvicorn puts them among
the headers.
"""

import asyncio
import re
import sys
from collections.abc import Generator, Iterator
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

# The gateway's limits on URL and headers have answers of their own; this one only bounds memory.
MOST_HEAD_BYTES = 65_536
HEAD_SECONDS = 10.0
STUCK_SECONDS = 30.0
# A client that has closed its connection looks like one that has only closed its sending half.
HALF_CLOSED_SECONDS = 0.5
_MOST_PENDING_BYTES = 65_536
_STATE_KEY = "lambdatwin.connection"
_UPGRADE = re.compile(rb"(?i)\r\nupgrade:[^\r\n]*(?=\r\n)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length:[ \t]*(\d{1,19})[ \t]*(?=\r\n)")
_CHUNKED = re.compile(rb"(?i)\r\ntransfer-encoding:[^\r\n]*chunked[ \t]*(?=\r\n)")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}(?=[;\s])")


class LimitedConnection(asyncio.Protocol):
    def __init__(self, *, app_state: dict[str, Any], **options: Any) -> None:
        # uvicorn puts this state into the scope of each request, where `Answering` finds it.
        options["app_state"] = {**app_state, _STATE_KEY: self}
        self._inner = AutoHTTPProtocol(**options)
        self._loop = asyncio.get_running_loop()
        self._received = bytearray()  # and not passed on yet
        self._steps = self._pass_on()
        self._busy = False  # a request has no answer yet
        self._ended = False  # the client sends nothing more
        self._closing = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._stuck_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head."""
        self._transport: Any = transport
        self._inner.connection_made(transport)
        self._head_timer = self._loop.call_later(HEAD_SECONDS, self._finish)

    def connection_lost(self, exc: Exception | None) -> None:
        self._closing = True
        for timer in (self._head_timer, self._stuck_timer):
            if timer is not None:
                timer.cancel()
        self._inner.connection_lost(exc)

    def eof_received(self) -> bool:
        """Answer what has been asked, unless the client is gone for good."""
        self._ended = True
        if not self._received:
            self._finish()
        self._loop.call_later(HALF_CLOSED_SECONDS, self._transport.close)
        return True

    def pause_writing(self) -> None:
        self._stuck_timer = self._loop.call_later(STUCK_SECONDS, self._transport.abort)
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        if self._stuck_timer is not None:
            self._stuck_timer.cancel()
        self._inner.resume_writing()

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._go_on()
        if len(self._received) > _MOST_PENDING_BYTES:
            self._transport.pause_reading()

    def begun(self) -> None:
        """The head that was passed on is one of a request: to a preface of HTTP/2 the parser says nothing."""
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def answered(self) -> None:
        """The request that was passed on has its answer: go on with what came after it."""
        self._busy = False
        if not self._received or self._closing:
            return
        self._transport.resume_reading()
        self._go_on()
        if self._ended and not self._received:
            self._finish()

    def _go_on(self) -> None:
        if not self._closing:
            next(self._steps)

    def _pass_on(self) -> Iterator[None]:
        """Request by request; yields where more bytes are needed, or the answer to the request before."""
        while True:
            head = yield from self._head()
            self._busy = True
            self._inner.data_received(_UPGRADE.sub(b"", head))
            if _CHUNKED.search(head):
                yield from self._pass_chunks()
            elif length := _LENGTH.search(head):
                yield from self._pass(int(length[1]))
            while self._busy:
                yield

    def _head(self) -> Generator[None, None, bytes]:
        if self._head_timer is None and not self._received:
            yield
        if self._head_timer is None:
            self._head_timer = self._loop.call_later(HEAD_SECONDS, self._finish)
        head = b""
        while not head:
            # Empty lines in front of a request count for nothing (RFC 9112 §2.2).
            head = (yield from self._until(b"\r\n\r\n")).lstrip(b"\r\n")
        return head

    def _pass_chunks(self) -> Iterator[None]:
        while True:
            line = yield from self._until(b"\n")
            size = _CHUNK_SIZE.match(line)
            if size is None and not self._busy:
                # Its request is answered: the parser's refusal would be taken for the answer to the next one.
                self._finish()
                yield
            if size is not None and not int(size[0], 16):
                break
            self._inner.data_received(line)
            # Without a size the parser refuses it; nothing after it can be told apart.
            yield from self._pass(sys.maxsize if size is None else int(size[0], 16) + 2)
        self._inner.data_received(line)
        while (yield from self._until(b"\n")).strip():
            continue
        self._inner.data_received(b"\r\n")

    def _pass(self, left: int) -> Iterator[None]:
        while left:
            if not self._received:
                yield
            part = bytes(self._received[:left])
            del self._received[:left]
            left -= len(part)
            self._inner.data_received(part)

    def _until(self, end: bytes) -> Generator[None, None, bytes]:
        while (at := self._received.find(end) + len(end)) < len(end):
            if len(self._received) > MOST_HEAD_BYTES:
                self._finish()
            yield
        taken = bytes(self._received[:at])
        del self._received[:at]
        return taken

    def _finish(self) -> None:
        """Take nothing more, and close once what has been asked is answered."""
        self._closing = True
        self._inner.shutdown()  # type: ignore[attr-defined]


class Answering:
    """The ASGI app. It tells the connection of each request when it begins and when it is answered.

    While the server is `stopping`, every answer says that it is its connection's last.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self.stopping = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_last(message: Any) -> None:
            if self.stopping and message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        connection = scope.get("state", {}).pop(_STATE_KEY, None)
        if connection is not None:
            connection.begun()
        try:
            await self._app(scope, receive, send_last)
        finally:
            if connection is not None:
                # In the next turn: uvicorn has then finished with the request.
                asyncio.get_running_loop().call_soon(connection.answered)
