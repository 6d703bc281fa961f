"""Middleware that gives every request an id, and middleware that gives it a line in the log and a sample in the
metrics."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple

from ..gateway.http import HeaderLine
from .logging import REQUEST, EventLog
from .metrics import Metrics

type RequestIds = Callable[[Sequence[HeaderLine]], str]
# What the line of a request says that no route serves.
type Unrouted = Callable[[Any], Mapping[str, str]]

_LOG = EventLog("gateway")
LOGGED = "lambdatwin.logged"
# A list in the scope: no longer empty when the client has left, and shared by the copies that middleware makes.
LEFT = "lambdatwin.left"
_ID = "lambdatwin.request_id"
_FINISHES = "lambdatwin.finishes"
_REQUEST_ID = b"x-request-id"


class Served(NamedTuple):
    """The request that a task serves, and its handler as `module:function` once it has come to one."""

    request_id: str | None
    handler: str | None = None


SERVED: ContextVar[Served | None] = ContextVar("lambdatwin_served", default=None)


class RequestIdMiddleware:
    """The outermost ASGI middleware: an answer keeps the `x-request-id` that a middleware of the developer gave it.

    `stopped` answers a request that the server cancels: when it stops, and has waited for long enough.
    """

    def __init__(self, app: Any, *, request_ids: RequestIds, stopped: Callable[[Any, Any], Awaitable[None]]) -> None:
        self._app, self._request_ids, self._stopped = app, request_ids, stopped

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or _ID in scope:  # the id: of an app around this one, or of a second installation
            await self._app(scope, receive, send)
            return
        request_id = scope[_ID] = self._request_ids(scope["headers"])
        left = scope[LEFT] = list[bool]()
        # What cancels a request of a mounted app may be middleware of its parent, which answers then.
        answered = "router" in scope

        async def send_with_id(message: Any) -> None:
            nonlocal answered
            if left:
                return
            answered = True
            headers = message.get("headers", ())
            if message["type"] == "http.response.start" and all(name.lower() != _REQUEST_ID for name, _ in headers):
                line = (_REQUEST_ID, request_id.encode("latin-1", "replace"))
                message = {**message, "headers": [*headers, line]}
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except asyncio.CancelledError:
            if answered:
                raise
            await self._stopped(scope, send_with_id)


class RequestMiddleware:
    """The innermost ASGI middleware: others may replace the scope, which holds the route. `begin` is told the id; a
    request whose scope has `LOGGED` has its line already."""

    def __init__(self, app: Any, *, metrics: Metrics, begin: Callable[[str], None], unrouted: Unrouted) -> None:
        self._app, self._metrics, self._begin, self._unrouted = app, metrics, begin, unrouted

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on."""
        if scope["type"] != "http" or _FINISHES in scope:  # as above
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0
        scope[_FINISHES] = True
        request_id = str(scope.get(_ID, ""))
        SERVED.set(Served(request_id))
        self._begin(request_id)

        async def send_on(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        except asyncio.CancelledError:
            status = status or 503  # a server that stops, or middleware that limits the time, answers
            raise
        except Exception:
            status = 500  # the server's error middleware answers, outside of this one
            raise
        finally:
            if status:
                self._finished(scope, status, time.perf_counter() - started)

    def _finished(self, scope: Any, status: int, seconds: float) -> None:
        route = route_of(scope)
        method = scope["method"] if route != "unrouted" else "ANY"
        self._metrics.observe(method, route, status, seconds)
        if not scope.get(LOGGED):
            _LOG.info(
                REQUEST,
                user_id=None,
                method=scope["method"],
                route=route,
                status=status,
                duration_ms=round(seconds * 1000, 2),
                **(self._unrouted(scope) if route == "unrouted" else {}),
            )


def route_of(scope: Any) -> str:
    """The template of the route that served a request, so that the number of series is bounded."""
    # Of an included router FastAPI keeps what has the prefix of `include_router` beside the route, which has none.
    included = scope.get("fastapi", {}).get("effective_route_context")
    for route in (getattr(included, "starlette_route", None), included, scope.get("route")):
        path = getattr(route, "path_format", None) or getattr(route, "path", None)
        if path:
            return str(path)
    if "endpoint" not in scope:
        return "unrouted"
    # Starlette's own routes are not in the scope: one without parameters is its path, a mount has many.
    own = {getattr(other, "path", None) for other in scope["app"].routes}
    return str(scope["path"]) if scope["path"] in own else "other"
