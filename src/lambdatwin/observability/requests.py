"""Middleware that gives every request an id, a line in the log and a sample in the metrics."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, NamedTuple

from starlette.routing import Mount, Route

from ..gateway.http import HeaderLine
from .logging import REQUEST, EventLog
from .metrics import Metrics

type RequestIds = Callable[[Sequence[HeaderLine]], str]
# What the line of a request says that no route serves.
type Unrouted = Callable[[Any], Mapping[str, str]]

# The routes and the root path of an app, before the mounts in it change the scope.
type _Own = tuple[Sequence[Any], str]

_LOG = EventLog("gateway")
LOGGED = "lambdatwin.logged"
# A list in the scope: no longer empty when the client has left, and shared by the copies that middleware makes.
LEFT = "lambdatwin.left"
_ID = "lambdatwin.request_id"
# A list in the scope: the scopes that have come as far as the routes, of this app and of those mounted in it.
_REACHED = "lambdatwin.reached"
# What uvicorn says when it cancels the requests that it does not wait for any longer.
STOPPED = "graceful shutdown exceeded"
_REQUEST_ID = b"x-request-id"


class Served(NamedTuple):
    """The request that a task serves, and its handler as `module:function` once it has come to one."""

    request_id: str | None
    handler: str | None = None


SERVED: ContextVar[Served | None] = ContextVar("lambdatwin_served", default=None)


class RequestMiddleware:
    """The outermost ASGI middleware: gives a request its id, its line in the log and its sample in the metrics.

    An answer keeps the `x-request-id` that a middleware of the developer gave it. `begin` is told the id; a request
    whose scope has `LOGGED` has its line already. `stopped` answers one that the server cancels when it has waited for
    long enough. Middleware that limits the time answers the others itself.
    """

    def __init__(
        self,
        app: Any,
        *,
        request_ids: RequestIds,
        metrics: Metrics,
        begin: Callable[[str], None],
        unrouted: Unrouted,
        stopped: Callable[[Any, Any], Awaitable[None]],
    ) -> None:
        self.app, self._request_ids, self._metrics = app, request_ids, metrics
        self._begin, self._unrouted, self._stopped = begin, unrouted, stopped

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or _ID in scope:  # the id: of an app around this one, or of a second installation
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0
        request_id = scope[_ID] = self._request_ids(scope["headers"])
        left = scope[LEFT] = list[bool]()
        reached = scope[_REACHED] = list[Any]()
        own = getattr(scope.get("app"), "routes", ()), scope.get("root_path", "")
        SERVED.set(Served(request_id))
        self._begin(request_id)

        async def send_with_id(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if all(name.lower() != _REQUEST_ID for name, _ in message.get("headers", ())):
                    line = (_REQUEST_ID, request_id.encode("latin-1", "replace"))
                    message = {**message, "headers": [*message.get("headers", ()), line]}
            if not left:
                await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except asyncio.CancelledError as error:
            if status or STOPPED not in str(error):
                status = status or 503  # middleware that limits the time answers
                raise
            await self._stopped(scope, send_with_id)
        except Exception:
            status = 500  # Starlette's error middleware answers, outside of this one
            raise
        finally:
            if status:
                self._finished(scope, reached, own, status, time.perf_counter() - started)

    def _finished(self, scope: Any, reached: Sequence[Any], own: _Own, status: int, seconds: float) -> None:
        """`reached` is empty when a middleware has answered."""
        seen = reached[-1] if reached else scope
        routes, root_path = own
        route = route_of(seen, _mount_of(routes, seen.get("root_path", "").removeprefix(root_path)))
        lost = self._unrouted(seen) if route == "unrouted" else {}
        if route == "unrouted" and reached and status < 400:
            route = "other"  # a preflight, or a file of `FastAPI.frontend`: the scope says nothing of either
        method = scope["method"] if route != "unrouted" else "ANY"
        self._metrics.observe(method, route, status, seconds)
        if not seen.get(LOGGED):
            _LOG.info(
                REQUEST,
                user_id=None,
                method=scope["method"],
                route=route,
                status=status,
                duration_ms=round(seconds * 1000, 2),
                **{name: value for name, value in lost.items() if reached or name != "nearest"},
            )


class InnermostMiddleware:
    """Keeps the scope that reaches the routes, and gets the route from them: middleware may have copied it."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if _REACHED in scope:
            scope[_REACHED].append(scope)
        await self.app(scope, receive, send)


def _mount_of(routes: Sequence[Any], path: str) -> str:
    """The templates of the mounts that a request went through; `path` is what they have added to the root path."""
    for route in routes if path else ():
        found = route.path_regex.match(f"{path}/") if isinstance(route, Mount) else None
        if found:
            below = f"/{found['path']}".rstrip("/")
            return f"{route.path}{_mount_of(route.routes, below)}"
    return ""


def route_of(scope: Any, mount: str) -> str:
    """The template of the route that served a request, so that the number of series is bounded; `mount` is that of
    the mounts around it."""
    # Of an included router FastAPI keeps what has the prefix of `include_router` beside the route, which has none.
    included = scope.get("fastapi", {}).get("effective_route_context")
    for route in (getattr(included, "starlette_route", None), included, scope.get("route")):
        path = getattr(route, "path_format", None) or getattr(route, "path", None)
        if path:
            return (mount.removesuffix(route.path) if isinstance(route, Mount) else mount) + str(path)
    if "endpoint" not in scope:
        return "unrouted"
    # Starlette's own routes are not in the scope.
    path, endpoint = scope["path"].removeprefix(scope.get("root_path", "")), scope["endpoint"]
    for other in scope["app"].routes:
        if isinstance(other, Route) and other.endpoint is endpoint and other.path_regex.match(path):
            return mount + other.path_format
    return f"{mount}/{{path}}"
