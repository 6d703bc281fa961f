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
    """One connection."""

    def __init__(self, *, app_state: dict[str, Any], **options: Any) -> None:
        # uvicorn puts this state into the scope of each request, where `Answering` finds it.
        options["app_state"] = {**app_state, _STATE_KEY: self}
        self._inner = AutoHTTPProtocol(**options)
        self._loop = asyncio.get_running_loop()
        self._take = self._take_head
        self._line = bytearray()  # the beginning of a head, or of a line of a chunked body
        self._left = 0  # bytes until the end of the body or the chunk
        self._busy = False  # a request has no answer yet
        self._pending = bytearray()  # what came after it
        self._ended = False  # the client sends nothing more
        self._closing = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._stuck_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head."""
        self._transport = transport
        self._inner.connection_made(transport)
        self._head_timer = self._loop.call_later(HEAD_SECONDS, self._finish)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop every timer."""
        self._closing = True
        for timer in (self._head_timer, self._stuck_timer):
            if timer is not None:
                timer.cancel()
        self._inner.connection_lost(exc)

    def eof_received(self) -> bool:
        """Answer what has been asked, unless the client is gone for good."""
        self._ended = True
        if not self._pending:
            self._finish()
        self._loop.call_later(HALF_CLOSED_SECONDS, self._transport.close)
        return True

    def pause_writing(self) -> None:
        """The client does not read: start the timeout."""
        self._stuck_timer = self._loop.call_later(STUCK_SECONDS, self._abort)
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """The client reads again: cancel the timeout."""
        if self._stuck_timer is not None:
            self._stuck_timer.cancel()
        self._inner.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Pass the bytes on, part by part."""
        while data and not self._closing:
            if self._busy and self._take == self._take_head:
                self._pending += data
                if len(self._pending) > _MOST_PENDING_BYTES:
                    self._transport.pause_reading()  # type: ignore[attr-defined]
                return
            data = self._take(data)

    def answered(self) -> None:
        """The request that was passed on has its answer: go on with what came after it."""
        self._busy = False
        if self._closing or not self._pending:
            return
        pending = bytes(self._pending)
        self._pending.clear()
        self._transport.resume_reading()  # type: ignore[attr-defined]
        self.data_received(pending)
        if self._ended and not self._pending:
            self._finish()

    def _take_head(self, data: bytes) -> bytes:
        searched = max(0, len(self._line) - 3)
        self._line += data
        end = self._line.find(b"\r\n\r\n", searched) + 4
        if end < 4:
            if len(self._line) > MOST_HEAD_BYTES:
                self._finish()
            elif self._head_timer is None:
                self._head_timer = self._loop.call_later(HEAD_SECONDS, self._finish)
            return b""
        head, rest = bytes(self._line[:end]), bytes(self._line[end:])
        self._line.clear()
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        self._busy = True
        self._begin_body(head)
        self._inner.data_received(_UPGRADE.sub(b"", head))
        return rest

    def _begin_body(self, head: bytes) -> None:
        length = _LENGTH.search(head)
        if _CHUNKED.search(head):
            self._take = self._take_chunk_line
        elif length is not None and int(length[1]):
            self._left, self._take = int(length[1]), self._take_body

    def _take_body(self, data: bytes) -> bytes:
        return self._passed_on(data, self._take_head)

    def _take_chunk(self, data: bytes) -> bytes:
        return self._passed_on(data, self._take_chunk_line)

    def _passed_on(self, data: bytes, afterwards: Any) -> bytes:
        taken = data[: self._left]
        self._left -= len(taken)
        if not self._left:
            self._take = afterwards
        self._inner.data_received(taken)
        return data[len(taken) :]

    def _take_chunk_line(self, data: bytes) -> bytes:
        line, rest = self._whole_line(data)
        if line is None:
            return b""
        size = _CHUNK_SIZE.match(line)
        if size is None:
            if not self._busy:
                # Its request is answered: the parser's refusal would be taken for the answer to the next one.
                self._finish()
                return b""
            # The parser refuses it; nothing after it can be told apart.
            self._take = self._take_rest
        elif int(size[0], 16):
            self._left, self._take = int(size[0], 16) + 2, self._take_chunk
        else:
            self._take = self._take_trailer
        self._inner.data_received(line)
        return rest

    def _take_trailer(self, data: bytes) -> bytes:
        line, rest = self._whole_line(data)
        if line is not None and not line.strip():
            self._take = self._take_head
            self._inner.data_received(b"\r\n")
        return rest

    def _take_rest(self, data: bytes) -> bytes:
        self._inner.data_received(data)
        return b""

    def _whole_line(self, data: bytes) -> tuple[bytes | None, bytes]:
        end = data.find(b"\n") + 1
        self._line += data[:end] if end else data
        if len(self._line) > MOST_HEAD_BYTES:
            self._finish()
        if not end:
            return None, b""
        line = bytes(self._line)
        self._line.clear()
        return line, data[end:]

    def _finish(self) -> None:
        """Take nothing more, and close once what has been asked is answered."""
        self._closing = True
        self._inner.shutdown()  # type: ignore[attr-defined]

    def _abort(self) -> None:
        self._transport.abort()  # type: ignore[attr-defined]


class Answering:
    """The ASGI app. It tells the connection of each request when it is answered.

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

        try:
            await self._app(scope, receive, send_last)
        finally:
            connection = scope.get("state", {}).pop(_STATE_KEY, None)
            if connection is not None:
                # In the next turn: uvicorn has then finished with the request.
                asyncio.get_running_loop().call_soon(connection.answered)
