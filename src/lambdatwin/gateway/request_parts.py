"""Parts that both event formats read out of a request. Everything here runs for every request: no regular expressions,
no parsing of what is not there, and caches only where the input repeats (header names, seconds)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import quote_from_bytes, unquote_plus

from .http import HeaderLine, first_value

# A proxy event names the deployment that it came through. Outside AWS these stand in, as in AWS's own samples.
ACCOUNT_ID = "123456789012"
API_ID = "local"
DEPLOYMENT_ID = "local"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOWHERE = "127.0.0.1"
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


def header_text(lines: Sequence[HeaderLine], name: bytes) -> str | None:
    """The first value of a header, by its lower-case name; every byte of a header has a character in Latin-1."""
    value = first_value(lines, name)
    return None if value is None else value.decode("latin-1")


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


def host_name(host: str | None) -> str:
    """The Host header without its port; `localhost` for a client that sent none."""
    if not host:
        return "localhost"
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host


def domain_prefix(domain: str) -> str:
    """The first label of a name: of `<api id>.execute-api.<region>.amazonaws.com`, the API's id."""
    return domain.partition(".")[0]


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
