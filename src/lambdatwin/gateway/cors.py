"""CORS headers, from the handlers, from an HTTP API or from the app's policy; one response never mixes them.

By default the handlers' own headers stand, and a preflight to a REST API is answered as its table declares, else with
them: the answer that API Gateway's "Enable CORS" gives from a mock integration (200, no body). An HTTP API with a
`CorsConfiguration` answers preflights itself and puts its own headers in the place of the handlers'. When the
app has the `CorsMiddleware`, that one takes every `access-control-*` line off an answer and puts its own there.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .answers import UNAUTHORIZED
from .http import GatewayResponse, HeaderLine, header_text

_PREFIX = b"access-control-"
_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_ANY_ORIGIN = "*"
_ALLOWED_HEADERS = "Content-Type,Authorization,X-Amz-Date,X-Api-Key,X-Amz-Security-Token,X-CSRF-Token,X-Request-Id"
# With what a page sends to Cognito's API, which the local issuer serves at the app's own address.
_TAKEN = (b"access-control-allow-headers", f"{_ALLOWED_HEADERS},X-Amz-Target,X-Amz-User-Agent".encode())
_EXPOSED = (b"access-control-expose-headers", b"X-Request-Id")
_MAX_AGE = (b"access-control-max-age", b"600")  # seconds


def is_preflight(method: str, headers: Iterable[HeaderLine]) -> bool:
    """An OPTIONS with the two headers that only a browser's preflight has; any other OPTIONS is an ordinary request."""
    return method == "OPTIONS" and {b"origin", b"access-control-request-method"} <= {name for name, _ in headers}


def handlers_preflight(methods: Sequence[str], handler_headers: Mapping[str, str] | None = None) -> GatewayResponse:
    """Default mode: what the handlers of this resource say, filled up where they say nothing. `methods` are those the
    resource knows."""
    said = {name.lower(): value for name, value in (handler_headers or {}).items()}
    answer = {
        "content-type": "application/json",
        "access-control-allow-headers": _ALLOWED_HEADERS,
        "access-control-allow-methods": ",".join(sorted({*methods, "OPTIONS"})),
        "access-control-allow-origin": _ANY_ORIGIN,
    }
    answer |= {name: value for name, value in said.items() if name.startswith(_PREFIX.decode())}
    return GatewayResponse(200, _encoded(answer), b"")


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a MOCK integration of a REST API answers to OPTIONS of `path`.

    An Origin that one of `origins` matches (the first `*` in it stands for any text) is sent back as the allowed one,
    as the Serverless Framework's template does. `is_guarded`: an authorizer stands in front of it, and a preflight
    carries no credentials.
    """

    path: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str = ""
    origins: tuple[str, ...] = ()
    is_guarded: bool = False

    @property
    def is_greedy(self) -> bool:
        """Whether the path takes what more specific ones leave."""
        return self.path.endswith("+}")

    def answer(self, headers: Sequence[HeaderLine]) -> GatewayResponse:
        if self.is_guarded:
            return UNAUTHORIZED
        origin = header_text(headers, b"origin") or ""
        sent = {name.lower(): value for name, value in self.headers}
        if any(re.fullmatch(re.escape(one).replace(r"\*", ".+", 1), origin) for one in self.origins):
            sent["access-control-allow-origin"] = origin
        sent.setdefault("content-type", "application/json")
        return GatewayResponse(self.status, _encoded(sent), self.body.encode())


@dataclass(frozen=True, slots=True)
class CorsConfiguration:
    """The CORS of an HTTP API; the fields are those of AWS's `CorsConfiguration`, `max_age` is in seconds.

    An origin is `*`, `https://*`, `http://*` or one as a browser sends it. Raises ValueError for credentials that any
    origin would get, which AWS refuses as well.
    """

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age: int | None = None
    allow_credentials: bool = False

    def __post_init__(self) -> None:
        if self.allow_credentials and _ANY_ORIGIN in self.allow_origins:
            raise ValueError("AllowCredentials needs named origins, not *")

    def preflight(self, headers: Sequence[HeaderLine]) -> GatewayResponse:
        """A 204 without a body (documented); another origin's has no permission in it (decided)."""
        lines = self._origin_lines(headers)
        if lines:
            lists = (
                (b"access-control-allow-methods", ",".join(self.allow_methods)),
                (b"access-control-allow-headers", ",".join(self.allow_headers)),
                (b"access-control-max-age", "" if self.max_age is None else str(self.max_age)),
            )
            lines += tuple((name, text.encode("latin-1")) for name, text in lists if text)
        return GatewayResponse(204, lines, b"")

    def applied(self, response: GatewayResponse, headers: Sequence[HeaderLine]) -> GatewayResponse:
        """The answer with these headers in the place of the integration's (documented). The gateway's own answers get
        them as well (decided), so that a script can read them."""
        kept = tuple(line for line in response.headers if not line[0].startswith(_PREFIX))
        return response._replace(headers=kept + self._origin_lines(headers))

    def _origin_lines(self, headers: Sequence[HeaderLine]) -> tuple[HeaderLine, ...]:
        origin = header_text(headers, b"origin")
        allowed = self._allowed(origin) if origin else None
        if allowed is None:
            return ()
        credentials = "true" if self.allow_credentials else ""
        lines = (
            (b"access-control-allow-origin", allowed),
            (b"access-control-allow-credentials", credentials),
            (b"access-control-expose-headers", ",".join(self.expose_headers)),
        )
        return tuple((name, text.encode("latin-1")) for name, text in lines if text)

    def _allowed(self, origin: str) -> str | None:
        if _ANY_ORIGIN in self.allow_origins:
            return _ANY_ORIGIN
        scheme = origin.partition("://")[0]
        return origin if {origin, f"{scheme}://*"} & set(self.allow_origins) else None


class CorsMiddleware:
    """The shell's own policy: answers every preflight, and takes the place of what a handler said of origins on every
    answer; errors are answers too. Credentials (session cookies) are allowed to named `origins`, never to `*`.

    `methods(scope)` are those that a path is declared with; a path of the shell's own allows all.
    """

    def __init__(self, app: Any, *, origins: Collection[str], methods: Callable[[Any], tuple[str, ...]]) -> None:
        self.app, self._origins, self._methods = app, origins, methods

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        origin = header_text(scope["headers"], b"origin")
        if is_preflight(scope["method"], scope["headers"]):
            methods = ",".join(sorted({*(self._methods(scope) or _METHODS), "OPTIONS"})).encode("ascii")
            lines = self._lines(origin, _TAKEN, (b"access-control-allow-methods", methods), _MAX_AGE)
            headers = [(b"content-type", b"application/json"), *lines, (b"content-length", b"0")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_with_policy(message: Any) -> None:
            if message["type"] == "http.response.start":
                lines = ((bytes(name).lower(), bytes(value)) for name, value in message.get("headers", ()))
                kept = (line for line in lines if not line[0].startswith(_PREFIX))
                message = {**message, "headers": [*kept, *self._lines(origin, _EXPOSED)]}
            await send(message)

        await self.app(scope, receive, send_with_policy)

    def _lines(self, origin: str | None, *permissions: HeaderLine) -> list[HeaderLine]:
        """What an answer says to an origin, with `permissions` for one that is allowed; another one gets the same
        answer without: its browser does the refusing.

        `Vary` whenever the answer depends on the origin, also when there is none: a cache must not mix them up.
        """
        if _ANY_ORIGIN in self._origins:
            return [] if origin is None else [(b"access-control-allow-origin", b"*"), *permissions]
        if origin is None or origin not in self._origins:
            return [(b"vary", b"Origin")]
        named = (b"access-control-allow-origin", origin.encode("latin-1"))
        return [named, (b"access-control-allow-credentials", b"true"), (b"vary", b"Origin"), *permissions]


def _encoded(headers: Mapping[str, str]) -> tuple[HeaderLine, ...]:
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())
