"""A request as it was received on the socket, and a response as it is sent.

Neither type knows a framework: the shell fills a `RawRequest` from its ASGI scope, and sends a `GatewayResponse` as it
is.
"""

from collections.abc import AsyncIterable, Collection, Sequence
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

    def adding(self, *lines: HeaderLine) -> "GatewayResponse":
        return self._replace(headers=(*self.headers, *lines))


class TooLargeError(ValueError):
    """A body is larger than its reader takes."""


async def whole_body(parts: AsyncIterable[bytes], most: int) -> bytes:
    """A body that arrives in parts. Raises `TooLargeError` as soon as it has more than `most` bytes."""
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) > most:
            raise TooLargeError(f"more than {most} bytes")
    return bytes(body)


def first_value(lines: Sequence[HeaderLine], name: bytes) -> bytes | None:
    """The first value of a header, by its lower-case name, without the blanks around it (RFC 9112 §5.1), which a server
    may leave there."""
    for key, value in lines:
        if key == name:
            return value.strip(b" \t")
    return None


def header_text(lines: Sequence[HeaderLine], name: bytes) -> str | None:
    """The first value of a header, by its lower-case name; every byte of a header has a character in Latin-1."""
    value = first_value(lines, name)
    return None if value is None else value.decode("latin-1")


_EVERYTHING = "*/*"
# The types that an HTTP API hands over as text (measured); all others are Base64, forms and a missing type too.
_TEXT = frozenset(
    (
        "application/graphql",
        "application/javascript",
        "application/json",
        "application/xml",
        "text/csv",
        "text/html",
        "text/plain",
        "text/xml",
    )
)


def media_type(value: str) -> str:
    """A media type without its parameters, lower-case."""
    return value.partition(";")[0].strip().lower()


def content_type(lines: Sequence[HeaderLine]) -> str:
    """The Content-Type as sent; empty without one."""
    return (first_value(lines, b"content-type") or b"").decode("latin-1")


def is_binary(media: str, binary_media_types: Collection[str]) -> bool:
    """Whether a REST API's setting has this type: exactly, by `type/*` or by `*/*`; `*/type` there matches nothing
    (recorded)."""
    known = {one.lower() for one in binary_media_types}
    if _EVERYTHING in known:
        return True
    kind, slash, _ = media.partition("/")
    return kind != "*" and bool(slash) and not known.isdisjoint((media, f"{kind}/*"))


def wants_binary(accept: str | None, binary_media_types: Collection[str]) -> bool:
    """Whether a REST API decodes a Base64 result for this Accept header: its first type alone decides, a wildcard in it
    stands for itself, and without one the text stays (recorded)."""
    first = media_type((accept or "").partition(",")[0])
    if first.endswith("/*") and first not in {one.lower() for one in binary_media_types}:
        return False
    return bool(first) and is_binary(first, binary_media_types)


def is_text(value: str) -> bool:
    """Whether an HTTP API hands over a body of this Content-Type as text; a charset other than UTF-8 is none."""
    media, *parameters = (part.strip().lower() for part in value.split(";"))
    pairs = [parameter.partition("=") for parameter in parameters]
    charsets = {text.strip('" ') for name, _, text in pairs if name.strip() == "charset"}
    return media in _TEXT and charsets <= {"utf-8"}
