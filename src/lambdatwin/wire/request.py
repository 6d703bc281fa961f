"""Reading a request off the socket, with a limit on each part of it."""

import asyncio
from typing import Any

from ..gateway.http import GatewayResponse
from ..settings import Settings
from .cycle import Cycle

_JSON = ((b"content-type", b"application/json"),)
URL_TOO_LONG = GatewayResponse(414, _JSON, b'{"message":"URI Too Long"}')
HEADERS_TOO_LARGE = GatewayResponse(431, _JSON, b'{"message":"Request Header Fields Too Large"}')
# API Gateway waits for a slow body inside the time that it gives an integration.
BODY_TOO_SLOW = GatewayResponse(408, _JSON, b'{"message":"Request Timeout"}')


class Disconnected(Exception):
    """The client went away before its request was complete."""


class TooLong(Exception):
    """The body is larger than the gateway takes."""


class TooSlow(Exception):
    """The body did not arrive in time."""


def head_refusal(scope: Any, settings: Settings) -> GatewayResponse | None:
    """The answer to a request line or headers over the gateway's limits."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > settings.gateway_max_url:
        return URL_TOO_LONG
    size = 0
    for name, value in scope["headers"]:
        size += len(name) + len(value)
    return HEADERS_TOO_LARGE if size > settings.gateway_max_headers else None


async def read_body(scope: Any, receive: Any, limit: int, seconds: float) -> bytes:
    """The whole body, at most `limit` bytes; a declared length over it is refused before a byte is read.

    Nearly every body is there already; one that is not has this many seconds to arrive.
    """
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > limit:
            raise TooLong
    # Only for the server's own `receive`: one that somebody wrapped wants to see what is read.
    cycle = getattr(receive, "__self__", None)
    whole = cycle.whole_body() if isinstance(cycle, Cycle) else None
    if whole is not None:
        if len(whole) > limit:
            raise TooLong
        return whole
    try:
        async with asyncio.timeout(seconds):
            return await _read(receive, limit)
    except TimeoutError:
        raise TooSlow from None


async def _read(receive: Any, limit: int) -> bytes:
    body, more = bytearray(), True
    while more:
        if len(body) > limit:
            raise TooLong
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if len(body) > limit:
        raise TooLong
    return bytes(body)
