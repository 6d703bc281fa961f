"""Parts that both event formats read out of a request. Everything here runs for every request: no regular expressions,
no parsing of what is not there, and caches only where the input repeats (header names, seconds)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import quote_from_bytes, unquote_plus

from .http import HeaderLine

# A proxy event names the deployment that it came through. Outside AWS these stand in, as in AWS's own samples.
ACCOUNT_ID = "123456789012"
API_ID = "local"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EVERYTHING = "*/*"
_NOWHERE = "127.0.0.1"
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


@lru_cache(maxsize=1024)
def train_case(name: bytes) -> str:
    """`x-request-id` -> `X-Request-Id`: what an HTTP/1.1 client writes, and what REST events carry."""
    return "-".join(part.capitalize() for part in name.decode("latin-1").split("-"))


def path_text(raw: bytes) -> str:
    """A path or query as sent. Bytes outside ASCII, which no correct client sends, are percent-encoded."""
    if raw.isascii():
        return raw.decode("ascii")
    return quote_from_bytes(raw, safe=_ASCII)


def query_pairs(query: bytes) -> list[tuple[str, str]]:
    """Decoded pairs in the order of the wire: `a` is the empty value, `+` is a space, bad UTF-8 is replaced."""
    text = path_text(query)
    parts = [part.partition("=") for part in text.split("&") if part]
    if "%" not in text and "+" not in text:
        return [(name, value) for name, _, value in parts]
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]


def media_type(lines: Sequence[HeaderLine]) -> str:
    """The media type of the body without its parameters, lower-case; empty without a Content-Type."""
    value = next((value for name, value in lines if name == b"content-type"), b"")
    return value.partition(b";")[0].strip().decode("latin-1").lower()


def is_binary(media: str, binary_media_types: Collection[str]) -> bool:
    """API Gateway's setting: exact media types, or `*/*` for everything."""
    return _EVERYTHING in binary_media_types or any(media == item.lower() for item in binary_media_types)


def host_name(host: str | None) -> str:
    """The Host header without its port; `localhost` for a client that sent none."""
    if not host:
        return "localhost"
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


@lru_cache(maxsize=4096)
def source_address(client: str) -> str:
    """The client's address. A proxy may name anything ("unknown", RFC 7239 §6), and so does a client in memory; an
    event has an address there, so this machine's stands in."""
    try:
        ip_address(client)
    except ValueError:
        return _NOWHERE
    return client


def epoch_milliseconds(now: datetime) -> int:
    return int(now.timestamp()) * 1000 + now.microsecond // 1000


@lru_cache(maxsize=64)
def request_time(epoch_seconds: int) -> str:
    """`22/Nov/2026:18:05:09 +0000`, the time format of Apache's log, whatever the locale of the process is."""
    at = datetime.fromtimestamp(epoch_seconds, UTC)
    clock = f"{at.hour:02}:{at.minute:02}:{at.second:02}"
    return f"{at.day:02}/{_MONTHS[at.month - 1]}/{at.year:04}:{clock} +0000"


def scalar_text(value: object) -> str:
    """A claim's scalar as the authoriser writes it into the event: JSON's spelling."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case None:
            return ""
        case _:
            return str(value)


def joined(values: Iterable[object], separator: str) -> str:
    return separator.join(scalar_text(value) for value in values)
