"""Which page asks for a WebSocket: a browser sends the cookies of a site with the handshake of any page, but tells in
`Origin` whose page it is (RFC 6454, RFC 6455 §10.2)."""

from collections.abc import Sequence

import httpx

from ...gateway.http import HeaderLine


def is_own_page(headers: Sequence[HeaderLine], redirect_uri: str) -> bool:
    """Whether the one Origin is that of the host that was asked for, or that of `AUTH_REDIRECT_URI`: a proxy may have
    changed the host. The scheme is always the latter's."""
    site, sent, host = _origin(redirect_uri), _only(headers, b"origin"), _only(headers, b"host")
    page = None if sent is None else _origin(sent)
    if page is None or site is None:
        return False
    return page == site or (host is not None and page == _origin(f"{site[0]}://{host}"))


def _only(headers: Sequence[HeaderLine], wanted: bytes) -> str | None:
    """The value of a header that was sent once."""
    values = [value for name, value in headers if name.lower() == wanted]
    return values[0].decode("latin-1") if len(values) == 1 else None


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return None
    return (parts.scheme, parts.host, parts.port) if parts.host else None  # the port is None for the scheme's own
