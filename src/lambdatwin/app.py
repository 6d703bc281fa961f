"""The FastAPI runtime: `create_app(settings)`, and `python -m src.runtimes.fastapi.app` to run it."""

import signal

if __name__ == "__main__":
    # Ctrl-C during the imports below ends without a traceback; whoever serves sets a handler of his own.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from src.contexts.shared_kernel.sources import new_id

from . import runtime as process
from .admission import Admission
from .auth.guards import auth_problems
from .composition import Strategies
from .dispatch import Gateway
from .endpoint import Headers, RequestIds, Serving
from .gateway.cors import CorsPolicy
from .gateway.payloads import payload_of
from .observability.health import add_health
from .observability.tracing import tracing
from .openapi.pages import add_docs, shown_document
from .ports import HandlerModule, LambdaRoute
from .settings import Settings, SettingsError, load_settings

TITLE = "Menu planning"
VERSION = "0.1.0"


@dataclass(frozen=True, slots=True)
class Registry:
    """The generated routers and the handler modules behind them."""

    routers: tuple[APIRouter, ...]
    modules: tuple[HandlerModule, ...]

    @property
    def routes(self) -> list[LambdaRoute]:
        """Every route of every router, in order."""
        return [route for router in self.routers for route in router.routes if isinstance(route, LambdaRoute)]


def load_registry() -> Registry:
    """What `make generate` wrote."""
    from generated import registry

    return Registry(registry.ROUTERS, registry.MODULES)


def _new_request_id(headers: Headers) -> str:
    # Never the client's: the gateway makes the id, and the log relies on it.
    return new_id()


def create_app(
    settings: Settings | None = None, *, registry: Registry | None = None, request_ids: RequestIds = _new_request_id
) -> Gateway:
    """The app with every generated route; nothing connects before the lifespan begins.

    Raises `SettingsError` when the settings do not allow a start.
    """
    settings = settings or load_settings()
    registry = registry or load_registry()
    running = process.build(settings, _checked(settings))
    app = Gateway(
        title=TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(running, registry.modules),
    )
    app.mount_lambda_routes(registry.routes, _serving(running, request_ids), tracing() if settings.tracing else None)
    _add_shell(app, running)
    return app


def _checked(settings: Settings) -> str:
    """The database's URL; raises `SettingsError` with everything that stands against a start."""
    problems = auth_problems(settings)
    if settings.database_url is None:
        problems.append("DATABASE_URL is missing: only `make dev` brings a database of its own")
    if problems or settings.database_url is None:
        raise SettingsError(problems)
    return settings.database_url.get_secret_value()


def _serving(running: process.Process, request_ids: RequestIds) -> Serving:
    settings = running.settings
    return Serving(
        settings,
        running.auth.authenticator,
        Strategies.of(running.users, running.metrics.error),
        payload_of(settings.gateway_payload, settings.binary_media_types),
        running.metrics,
        request_ids,
        CorsPolicy(frozenset(settings.cors_allow_origins)) if settings.cors_allow_origins else None,
        Admission(settings.database_pool_size),
    )


def _add_shell(app: Gateway, running: process.Process) -> None:
    settings = running.settings
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    add_health(app, running.checks(), running.metrics, token, open_=not settings.production)
    add_docs(app, settings)
    app.router.routes.extend(running.auth.routes())
    document: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not document:
            document.update(shown_document(app, settings))
        return document

    app.openapi = openapi  # type: ignore[method-assign]
    app.add_exception_handler(HTTPException, _as_the_gateway)


async def _as_the_gateway(request: Request, error: Exception) -> Response:
    """Below the reserved paths too, a method or path that nobody serves gets the gateway's answer."""
    answer = request.app.serving.payload.unrouted
    status = getattr(error, "status_code", 500)
    if status not in (404, 405):
        return Response(status_code=status, headers=getattr(error, "headers", None))
    return Response(answer.body, answer.status, media_type="application/json")


def _lifespan(running: process.Process, modules: tuple[HandlerModule, ...]) -> Any:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        async with running.running(modules):
            yield

    return lifespan
