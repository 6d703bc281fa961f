"""The header lines of a request as an event carries them: without what belongs to the connection, with what the gateway
adds about the client."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256

from .http import HeaderLine, RawRequest, first_value
from .invocation import HeaderCase, Invocation
from .request_parts import source_address

# Never in the headers of a REST event (recorded).
_REST_NEVER = frozenset(
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
# What the gateway writes itself, whatever a client sent.
_OWN = frozenset((b"x-forwarded-for", b"x-forwarded-port", b"x-forwarded-proto", b"x-amzn-trace-id"))
# The names of REST events that have one spelling, whatever the client's is (recorded).
_SPELLED = _OWN | {b"authorization", b"host", b"user-agent"}
_PORTS = {"http": "80", "https": "443"}


def rest_headers(request: RawRequest, invocation: Invocation, case: HeaderCase) -> Iterator[tuple[str, str]]:
    """Names and values of a REST event, repeated lines kept apart."""
    for name, value in _lines(request, invocation):
        if name not in _REST_NEVER:
            yield rest_name(name, case), value.decode("latin-1")


def http_headers(request: RawRequest, invocation: Invocation) -> Iterator[tuple[str, str]]:
    """The same for an HTTP API: names in lower case."""
    for name, value in _lines(request, invocation):
        if name not in _HTTP_NEVER:
            yield name.decode("latin-1"), value.decode("latin-1")


def http_1_headers(request: RawRequest, invocation: Invocation, case: HeaderCase) -> Iterator[tuple[str, str]]:
    """The same for an HTTP API with payload format 1.0: the names as on REST."""
    for name, value in _lines(request, invocation):
        if name not in _HTTP_NEVER:
            yield rest_name(name, case), value.decode("latin-1")


@lru_cache(maxsize=1024)
def rest_name(name: bytes, case: HeaderCase) -> str:
    """`x-request-id` -> `X-Request-Id`, or as it is. Events keep the client's spelling, which an ASGI server does not
    hand on: clients of HTTP/1.1 write Train-Case, browsers over HTTP/2 lower case."""
    text = name.decode("latin-1")
    if case == "lower" and name not in _SPELLED:
        return text
    return "-".join(part.capitalize() for part in text.split("-"))


def _lines(request: RawRequest, invocation: Invocation) -> Iterator[HeaderLine]:
    for line in request.headers:
        if line[0] not in _OWN:
            yield line
    yield b"x-amzn-trace-id", _trace_id(request, invocation)
    yield b"x-forwarded-for", _forwarded_for(request)
    yield b"x-forwarded-port", _port(request).encode("ascii")
    yield b"x-forwarded-proto", request.scheme.encode("latin-1", "replace")


def _trace_id(request: RawRequest, invocation: Invocation) -> bytes:
    """The client's, if it has the form of one; else one of this request's id and time. Form: AWS X-Ray, "Tracing
    header"."""
    sent = first_value(request.headers, b"x-amzn-trace-id")
    if sent is not None and sent.startswith(b"Root="):
        return sent
    unique = sha256(invocation.request_id.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return f"Root=1-{int(invocation.now.timestamp()):08x}-{unique}".encode("ascii")


def _forwarded_for(request: RawRequest) -> bytes:
    """What the client sent, and behind it the client's own address (documented). Addresses behind that one are of
    proxies between the client and this process, which AWS does not have."""
    own = source_address(request.source_ip)
    sent = [value.decode("latin-1") for name, value in request.headers if name == b"x-forwarded-for"]
    addresses = [address.strip() for line in sent for address in line.split(",") if address.strip()]
    while own in addresses and addresses[-1] != own:
        addresses.pop()
    if own not in addresses:
        addresses.append(own)
    return ", ".join(addresses).encode("latin-1")


def _port(request: RawRequest) -> str:
    host = (first_value(request.headers, b"host") or b"").decode("latin-1")
    _, _, port = host.rpartition(":")
    return port if port.isdecimal() and port.isascii() else _PORTS.get(request.scheme, "80")
