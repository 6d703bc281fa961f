"""A gateway over a handful of handlers, without a database and without Cognito."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import httpx
from fastapi import APIRouter

from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.lambdatwin import ports
from src.lambdatwin.admission import Admission
from src.lambdatwin.app import configured_api
from src.lambdatwin.auth.assembly import Auth
from src.lambdatwin.auth.authenticator import Accepted, Refused
from src.lambdatwin.auth.responses import Reason
from src.lambdatwin.dispatch import Gateway
from src.lambdatwin.endpoint import RequestIds, Serving
from src.lambdatwin.gateway.answers import UNAUTHORIZED
from src.lambdatwin.gateway.cors import CorsPolicy
from src.lambdatwin.observability.metrics import Metrics
from src.lambdatwin.runtime import Runtime
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning

type LambdaHandler = Callable[[dict[str, Any], Any], Awaitable[Any]]
TOKEN = {"Authorization": "Bearer good"}


class OneToken:
    """Accepts `Bearer good` as user u1."""

    def cached(self, headers: Sequence[tuple[bytes, bytes]], method: str, /) -> Accepted | None:
        return None

    async def authenticate(self, headers: Sequence[tuple[bytes, bytes]], method: str, /) -> Accepted | Refused:
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
    handler: LambdaHandler, *, method: str = "GET", path: str = "/things/{id}", auth: str | None = None
) -> APIRouter:
    """A router as the generator writes it, with one route."""
    router = APIRouter(route_class=ports.LambdaRoute)

    @ports.endpoint(handler=handler, module="toys", function=getattr(handler, "__name__", "handler"), auth=auth)
    async def signature() -> None: ...

    router.add_api_route(path, signature, methods=[method])
    return router


def toy_serving(
    settings: Settings, authenticator: Any, users: Any, metrics: Metrics, request_ids: RequestIds
) -> Serving:
    """What the routes share: no database, no Cognito."""
    return Serving(
        Runtime(MenuPlanning(), settings, metrics, users, cast(Auth, None)),
        authenticator,
        configured_api(settings),
        request_ids,
        lambda: datetime.now(UTC),
        CorsPolicy(frozenset(settings.cors_allow_origins)) if settings.cors_allow_origins else None,
        Admission(settings.database_pool_size),
    )


def toy_gateway(
    *routers: APIRouter,
    metrics: Metrics | None = None,
    new_request_id: Callable[[], str] = lambda: "request-1",
    **settings: Any,
) -> Gateway:
    """The gateway over these routers."""
    app = Gateway(docs_url=None, redoc_url=None, redirect_slashes=False)
    serving = toy_serving(
        Settings(**settings), OneToken(), KnownUsers(), metrics or Metrics(), lambda headers: new_request_id()
    )
    app.mount_lambda_routes(
        [route for router in routers for route in router.routes if isinstance(route, ports.LambdaRoute)], serving
    )
    return app


def client_of(app: Any) -> httpx.AsyncClient:
    """A client of the app, without a socket."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test")
