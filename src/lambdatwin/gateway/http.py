"""The two ends of the bridge: a request as it came off the socket, and an answer as it goes back.

Neither type knows a framework: the shell fills a `RawRequest` from its ASGI scope, and sends a `GatewayResponse` as it
is.
"""

from collections.abc import Sequence
from typing import NamedTuple

type HeaderLine = tuple[bytes, bytes]


class RawRequest(NamedTuple):
    """One HTTP request before anything decoded it.

    `raw_path` is the target as sent, percent-encoding kept, without the query; `query` is what followed the `?`.
    `headers` carry lower-case names, repeated lines kept apart, in the order of the wire (ASGI's form). `source_ip` and
    `scheme` are those of the client, also behind a proxy.
    """

    method: str
    raw_path: bytes
    query: bytes
    headers: Sequence[HeaderLine]
    body: bytes
    source_ip: str
    protocol: str
    scheme: str = "http"


class GatewayResponse(NamedTuple):
    """What the gateway sends: header names are lower-case; `content-length` is left to the sender of the body."""

    status: int
    headers: tuple[HeaderLine, ...]
    body: bytes


def first_value(lines: Sequence[HeaderLine], name: bytes) -> bytes | None:
    """The first value of a header, by its lower-case name."""
    for key, value in lines:
        if key == name:
            return value
    return None
