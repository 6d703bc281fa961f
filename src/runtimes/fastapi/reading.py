"""Reading a request off the socket, with a limit on each part of it."""

from collections.abc import Iterable
from typing import Any

from src.runtimes.fastapi.bridge.http import GatewayResponse
from src.runtimes.fastapi.settings import Settings

_JSON = ((b"content-type", b"application/json"),)
URL_TOO_LONG = GatewayResponse(414, _JSON, b'{"message":"URI Too Long"}')
HEADERS_TOO_LARGE = GatewayResponse(431, _JSON, b'{"message":"Request Header Fields Too Large"}')


class Disconnected(Exception):
    """The client went away before its request was complete."""


class TooLong(Exception):
    """The body is larger than the gateway takes."""


def head_refusal(scope: Any, settings: Settings) -> GatewayResponse | None:
    """The answer to a request line or headers over the gateway's limits."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > settings.gateway_max_url:
        return URL_TOO_LONG
    if sum(len(name) + len(value) for name, value in scope["headers"]) > settings.gateway_max_headers:
        return HEADERS_TOO_LARGE
    return None


async def read_body(receive: Any, headers: Iterable[tuple[bytes, bytes]], limit: int) -> bytes:
    """The whole body, at most `limit` bytes; a declared length over it is refused before a byte is read."""
    declared = next((value for name, value in headers if name == b"content-length"), b"")
    if declared.isdigit() and int(declared[:20]) > limit:
        raise TooLong
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > limit:
            raise TooLong
        return body
    return await _read_rest(receive, bytearray(body), limit)


async def _read_rest(receive: Any, body: bytearray, limit: int) -> bytes:
    more = True
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
