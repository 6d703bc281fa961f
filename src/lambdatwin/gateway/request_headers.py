"""The header lines of a request as an event carries them: without what belongs to the connection, with what the gateway
adds about the client."""

from functools import lru_cache
from hashlib import sha256

from .http import RawRequest, first_value
from .invocation import HeaderCase, Invocation
from .request_parts import source_address

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


def http_headers(request: RawRequest, invocation: Invocation) -> list[tuple[str, str]]:
    """The same for an HTTP API: names in lower case."""
    return [(name.decode("latin-1"), value) for name, value in _lines(request, invocation, _HTTP_NEVER)]


def http_1_headers(request: RawRequest, invocation: Invocation, case: HeaderCase) -> list[tuple[str, str]]:
    """The same for an HTTP API with payload format 1.0: the names as on REST."""
    return [(rest_name(name, case), value) for name, value in _lines(request, invocation, _HTTP_NEVER)]


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
    sent = [(name, value.decode("latin-1")) for name, value in request.headers if name not in never]
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
