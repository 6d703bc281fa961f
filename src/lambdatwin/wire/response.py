"""Sending an answer: as it is, with its length, the request's id and, where the shell owns CORS, its policy."""

from collections.abc import Sequence
from typing import Any

from ..gateway.cors import CorsPolicy, header
from ..gateway.http import GatewayResponse, HeaderLine
from .cycle import Cycle

_NO_LENGTH = frozenset((204, 304))


async def send_response(
    cors: CorsPolicy | None, scope: Any, send: Any, response: GatewayResponse, request_id: str
) -> None:
    """Send `response` over ASGI. A HEAD request gets the headers alone."""
    if cors is not None:
        response = cors.applied(response, header(scope["headers"], b"origin"))
    encoded_id = request_id.encode("latin-1", "replace")
    # Only for the server's own `send`: one that somebody wrapped wants to see what is sent.
    cycle = getattr(send, "__self__", None)
    if isinstance(cycle, Cycle) and cycle.respond(response, encoded_id):
        return
    headers = [*response.headers, (b"x-request-id", encoded_id)]
    if response.status not in _NO_LENGTH:
        headers.append((b"content-length", b"%d" % len(response.body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else response.body})


def with_policy(cors: CorsPolicy, scope: Any, send: Any) -> Any:
    """A `send` that puts the policy on the answers of the framework's own routes."""
    origin = header(scope["headers"], b"origin")

    async def sender(message: Any) -> None:
        if message["type"] == "http.response.start":
            lines: Sequence[HeaderLine] = tuple((bytes(name), bytes(value)) for name, value in message["headers"])
            applied = cors.applied(GatewayResponse(message["status"], tuple(lines), b""), origin)
            message = {**message, "headers": list(applied.headers)}
        await send(message)

    return sender
