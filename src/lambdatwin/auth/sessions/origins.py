"""Which page asks for a WebSocket: a browser sends the cookies of a site with the handshake of any page, but tells in
`Origin` whose page it is (RFC 6454, RFC 6455 §10.2)."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from ...gateway.http import HeaderLine

_PORTS = {"http": 80, "https": 443}


class _Origin(NamedTuple):
    scheme: str
    host: str
    port: int


def is_own_page(headers: Sequence[HeaderLine], redirect_uri: str) -> bool:
    """Whether the one Origin is that of the host that was asked for, or that of `AUTH_REDIRECT_URI`: a proxy may have
    changed the host. The scheme is always the latter's."""
    site, sent = _origin(redirect_uri), _only(headers, b"origin")
    if site is None or sent is None:
        return False
    host = _only(headers, b"host")
    own = None if host is None else _origin(f"{site.scheme}://{host}")
    return _origin(sent) in (site, own or site)


def _only(headers: Sequence[HeaderLine], wanted: bytes) -> str | None:
    """The value of a header that was sent once."""
    values = [value for name, value in headers if name.lower() == wanted]
    return values[0].decode("latin-1") if len(values) == 1 else None


def _origin(url: str) -> _Origin | None:
    try:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            return None
        return _Origin(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme])
    except ValueError:
        return None
