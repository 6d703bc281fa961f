"""One request and its answer on the wire: uvicorn's cycle, with a short way in and out for whole bodies."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HEADER_RE, HEADER_VALUE_RE, STATUS_LINE, RequestResponseCycle

from ..gateway.http import GatewayResponse, HeaderLine
from .outbox import Outbox

_NO_LENGTH = frozenset((204, 304))
_MOST_KNOWN = 256
_LONGEST_KNOWN = 32_768


class Cycle(RequestResponseCycle):
    """One request; `respond` is `send` for an answer that is there as a whole, `whole_body` is `receive`."""

    outbox: Outbox

    def whole_body(self) -> bytes | None:
        """The body, if it has arrived already; None leaves it to `receive`."""
        if self.more_body or self.disconnected:
            return None
        body = bytes(self.body)
        self.body = bytearray()
        self.message_event.clear()
        return body

    def respond(self, response: GatewayResponse, request_id: bytes) -> bool:
        """Send the answer; False when that is not possible now, and nothing was sent."""
        if self.response_started or self.flow.write_paused or HEADER_VALUE_RE.search(request_id):
            return False
        if self.disconnected:
            return True
        if self.waiting_for_100_continue and self.more_body:
            # Whether the body still comes is up to the client: only a new connection begins with a request for sure.
            self.keep_alive = False
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
        self.outbox.put(self.transport, b"".join(parts))
        self.response_complete = True
        self.message_event.set()
        self.on_response()  # closes the connection where this was the last answer
        return True

    def receive(self) -> Any:
        """As uvicorn's; what it may write (100 Continue) stands after an earlier request's answer."""
        if self.waiting_for_100_continue:
            self.outbox.flush()
        return super().receive()

    async def send(self, message: Any) -> None:
        self.outbox.flush()  # an earlier request's answer on this connection goes first
        await super().send(message)


# Nearly all answers share their headers, and the date changes once a second. The tuple or list is kept beside its
# bytes, so that its id stays its own; only the event loop's thread comes here.
_KNOWN: dict[int, tuple[object, bytes]] = {}


def _joined(lines: "tuple[HeaderLine, ...] | list[HeaderLine]") -> bytes:
    known = _KNOWN.get(id(lines))
    if known is not None and known[0] is lines:
        return known[1]
    joined = b"".join([_checked(name, value) for name, value in lines])
    if len(joined) > _LONGEST_KNOWN:
        return joined
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN[id(lines)] = (lines, joined)
    return joined


def _checked(name: bytes, value: bytes) -> bytes:
    if HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        raise RuntimeError("a header line that would end early")
    return b"%b: %b\r\n" % (name, value)


def last_answer(response: GatewayResponse, default_headers: list[HeaderLine]) -> bytes:
    """An answer that belongs to no cycle, and after which the connection is closed."""
    lines = _joined(default_headers) + _joined(response.headers)
    length = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(response.body)
    return STATUS_LINE[response.status] + lines + length + response.body
