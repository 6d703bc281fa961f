"""A gateway over a handful of handlers, without a database and without Cognito."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import httpx
from fastapi import APIRouter, FastAPI

from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.lambdatwin import ports
from src.lambdatwin.app import serve_routes
from src.lambdatwin.auth.assembly import Auth
from src.lambdatwin.auth.authenticator import Accepted, Refused
from src.lambdatwin.auth.responses import Reason
from src.lambdatwin.gateway.answers import UNAUTHORIZED
from src.lambdatwin.gateway.cors import CorsMiddleware
from src.lambdatwin.observability.metrics import Metrics
from src.lambdatwin.observability.requests import RequestIds
from src.lambdatwin.runtime import Runtime
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning

type LambdaHandler = Callable[[dict[str, Any], Any], Awaitable[Any]]
TOKEN = {"Authorization": "Bearer good"}
# Of an app that starts without a database, with an issuer that does not answer.
NO_ISSUER: dict[str, Any] = {
    "environment": "test",
    "cognito_issuer": "http://127.0.0.1:1/pool",
    "cognito_client_id": "client",
}


def scope_of(path: str) -> dict[str, Any]:
    """The ASGI scope of a GET request without headers."""
    return {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
        "client": ("127.0.0.1", 1),
    }


class OneToken:
    """Accepts `Bearer good` as user u1."""

    async def authenticate(
        self, headers: Sequence[tuple[bytes, bytes]], method: str, client: str = "", /
    ) -> Accepted | Refused:
        if (b"authorization", b"Bearer good") in headers:
            return Accepted({"sub": "u1"})
        return Refused(UNAUTHORIZED, Reason.NO_CREDENTIALS)


@dataclass(frozen=True, slots=True)
class KnownUsers:
    """Users by id."""

    users: Mapping[str, SeedUser] = field(default_factory=lambda: {"u1": SeedUser("u1")})

    async def get_user(self, user_id: str, caller_context: str) -> SeedUser | None:
        return self.users.get(user_id)


def toy_router(
    handler: LambdaHandler, *, method: str = "GET", path: str = "/things/{id}", auth: str | None = None, **more: Any
) -> APIRouter:
    """A router as the generator writes it, with one route."""
    router = APIRouter(route_class=ports.LambdaRoute)

    @ports.endpoint(handler=handler, module="toys", function=getattr(handler, "__name__", "handler"), auth=auth, **more)
    async def signature() -> None: ...

    router.add_api_route(path, signature, methods=[method])
    return router


def toy_app(
    routes: Sequence[ports.LambdaRoute],
    settings: Settings,
    authenticator: Any,
    users: Any,
    metrics: Metrics,
    request_ids: RequestIds,
    telemetry: Any = None,
) -> FastAPI:
    """An app over these routes that has started: no database, no Cognito."""
    app = FastAPI(docs_url=None, redoc_url=None, redirect_slashes=False, telemetry=telemetry)
    auth = cast(Auth, SimpleNamespace(authenticator=authenticator, authenticator_of=lambda *_: authenticator))
    running = Runtime(MenuPlanning(), settings, metrics, users, auth)
    installed = serve_routes(app, running, routes, request_ids=request_ids)
    installed.use_as_default()
    installed.started = True
    if settings.cors_allow_origins:
        app.add_middleware(CorsMiddleware, origins=settings.cors_allow_origins, methods=installed.methods)
    return app


def toy_gateway(
    *routers: APIRouter,
    metrics: Metrics | None = None,
    new_request_id: Callable[[], str] = lambda: "request-1",
    telemetry: Any = None,
    **settings: Any,
) -> FastAPI:
    """The gateway over these routers."""
    routes = [route for router in routers for route in router.routes if isinstance(route, ports.LambdaRoute)]
    return toy_app(
        routes,
        Settings(**settings),
        OneToken(),
        KnownUsers(),
        metrics or Metrics(),
        lambda headers: new_request_id(),
        telemetry,
    )


def client_of(app: Any) -> httpx.AsyncClient:
    """A client of the app, without a socket."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test")
