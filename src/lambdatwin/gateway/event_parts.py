"""The parts of an event that its formats share: the matched route, the stage, the caller and the time, and what is read
out of a request.

The functions run for every request: no regular expressions, no parsing of what is not there, and caches only where the
input repeats (header names, seconds).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_address
from typing import Literal, NamedTuple
from urllib.parse import quote_from_bytes, unquote_plus

from .http import HeaderLine, RawRequest, first_value
from .route_table import DEFAULT

# A proxy event names the deployment that it came through. Outside AWS these stand in, as in AWS's own samples.
ACCOUNT_ID = "123456789012"
API_ID = "local"
DEPLOYMENT_ID = "local"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOWHERE = "127.0.0.1"
_ASCII = "".join(map(chr, range(0x21, 0x7F)))

type HeaderCase = Literal["train", "lower"]


class Route(NamedTuple):
    """A route as it was declared: `ANY /files/{path+}` keeps its ANY. `resource` is `$default` for that route."""

    method: str
    resource: str

    @property
    def key(self) -> str:
        return DEFAULT if self.resource == DEFAULT else f"{self.method} {self.resource}"


class Stage(NamedTuple):
    """A deployment's stage; `variables` are its stage variables, None without any."""

    name: str
    variables: Mapping[str, str] | None = None


class Invocation(NamedTuple):
    """One request's way to a handler.

    `path_parameters` are percent-encoded as they were sent. `claims` are those of a verified token, None without an
    authorizer; `scopes` are the token's, None for a route that wants none. `now` is aware.
    """

    route: Route
    path_parameters: Mapping[str, str]
    request_id: str
    now: datetime
    claims: Mapping[str, object] | None = None
    scopes: Sequence[str] | None = None


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


def identity_source(source: str) -> tuple[str, str]:
    """The kind and the name of `method.request.header.X` (a REST API's), `$request.querystring.x` (an HTTP API's)."""
    kind, _, name = source.removeprefix("$").removeprefix("method.").removeprefix("request.").partition(".")
    return kind, name


def identity_values(source: str, headers: Sequence[HeaderLine], query: bytes) -> list[str] | None:
    """What a request has at an identity source; None for one that is neither a header nor a parameter of the query."""
    kind, name = identity_source(source)
    match kind:
        case "header":
            wanted = name.lower().encode("latin-1", "replace")
            # A server may leave the blanks around a value, which are no part of it (RFC 9112 §5.1).
            return [value.decode("latin-1").strip(" \t") for sent, value in headers if sent.lower() == wanted]
        case "querystring":
            return [value for sent, value in query_pairs(query) if sent == name]
        case _:
            return None


def host_name(host: str | None) -> str:
    """The Host header without its port, which may be empty (RFC 9110 §7.2); `localhost` for a client that sent none."""
    if not host:
        return "localhost"
    name, _, port = host.rpartition(":")
    return name if name and (port.isdigit() or not port) else host


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


# What the gateway writes itself, whatever a client sent.
_OWN = frozenset((b"x-forwarded-for", b"x-forwarded-port", b"x-forwarded-proto", b"x-amzn-trace-id"))
# Never in the headers of a REST event (recorded) as the client sent it.
_REST_NEVER = _OWN | frozenset(
    (
        b"connection",
        b"content-length",
        b"content-md5",
        b"expect",
        b"max-forwards",
        b"proxy-authenticate",
        b"server",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"www-authenticate",
    )
)
# An HTTP API keeps the length (recorded); of the others nothing is known, and they are taken to be as on REST.
_HTTP_NEVER = _REST_NEVER - {b"content-length"}
# The names of REST events that have one spelling, whatever the client's is (recorded).
_SPELLED = _OWN | {b"authorization", b"host", b"user-agent"}
_PORTS = {"http": "80", "https": "443"}


def rest_headers(request: RawRequest, invocation: Invocation, case: HeaderCase) -> list[tuple[str, str]]:
    """Names and values of a REST event, repeated lines kept apart."""
    return [(rest_name(name, case), value) for name, value in _lines(request, invocation, _REST_NEVER)]


def http_headers(request: RawRequest, invocation: Invocation, case: HeaderCase | None) -> list[tuple[str, str]]:
    """The same for an HTTP API: names as on REST in payload format 1.0, and in lower case without a `case` (2.0)."""
    lines = _lines(request, invocation, _HTTP_NEVER)
    return [(rest_name(name, case) if case else name.decode("latin-1"), value) for name, value in lines]


@lru_cache(maxsize=1024)
def rest_name(name: bytes, case: HeaderCase) -> str:
    """`x-request-id` -> `X-Request-Id`, or as it is. Events keep the client's spelling, which an ASGI server does not
    hand on: clients of HTTP/1.1 write Train-Case, browsers over HTTP/2 lower case."""
    text = name.decode("latin-1")
    if case == "lower" and name not in _SPELLED:
        return text
    return "-".join(part.capitalize() for part in text.split("-"))


def _lines(request: RawRequest, invocation: Invocation, never: frozenset[bytes]) -> list[tuple[bytes, str]]:
    """Values are Latin-1: every byte of a header has a character."""
    sent = [(name, value.decode("latin-1").strip(" \t")) for name, value in request.headers if name not in never]
    return [
        *sent,
        (b"x-amzn-trace-id", _trace_id(request, invocation)),
        (b"x-forwarded-for", _forwarded_for(request)),
        (b"x-forwarded-port", _port(request)),
        (b"x-forwarded-proto", request.scheme),
    ]


def _trace_id(request: RawRequest, invocation: Invocation) -> str:
    """The client's, if it has the form of one; else one of this request's id and time. Form: AWS X-Ray, "Tracing
    header"."""
    sent = first_value(request.headers, b"x-amzn-trace-id")
    if sent is not None and sent.startswith(b"Root="):
        return sent.decode("latin-1")
    unique = sha256(invocation.request_id.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return f"Root=1-{int(invocation.now.timestamp()):08x}-{unique}"


def _forwarded_for(request: RawRequest) -> str:
    """What the client sent, and behind it the client's own address (documented). Addresses behind that one are of
    proxies between the client and this process, which AWS does not have."""
    own = source_address(request.source_ip)
    sent = [value.decode("latin-1") for name, value in request.headers if name == b"x-forwarded-for"]
    if not sent:
        return own
    addresses = [address.strip() for line in sent for address in line.split(",") if address.strip()]
    while own in addresses and addresses[-1] != own:
        addresses.pop()
    if own not in addresses:
        addresses.append(own)
    return ", ".join(addresses)


def _port(request: RawRequest) -> str:
    host = (first_value(request.headers, b"host") or b"").decode("latin-1")
    _, _, port = host.rpartition(":")
    return port if port.isdecimal() and port.isascii() else _PORTS.get(request.scheme, "80")
