"""The composition root: `create_app(project, settings)`."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from . import runtime
from .admission import Admission
from .auth.assembly import MountedIssuer
from .auth.config import auth_problems
from .dispatch import Gateway
from .endpoint import Headers, RequestIds, Serving
from .gateway.api import Api, api_of
from .gateway.cors import CorsPolicy
from .observability.health import add_health
from .observability.tracing import tracing
from .observability.watchdog import watched_loop
from .openapi.pages import add_docs, shown_document
from .ports import HandlerModule
from .project import Project, Registry
from .settings import Environment, Settings, SettingsError, load_settings


def _new_request_id(headers: Headers) -> str:
    # Never the client's: the gateway makes the id, and the log relies on it.
    return str(uuid4())


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    project: Project,
    settings: Settings | None = None,
    *,
    registry: Registry | None = None,
    issuer: MountedIssuer | None = None,
    request_ids: RequestIds = _new_request_id,
    clock: Callable[[], datetime] = _utc_now,
) -> Gateway:
    """The app with every generated route; nothing connects before the lifespan begins.

    `issuer` is the local issuer of development; without one the settings have to name Cognito. Raises `SettingsError`
    when the settings do not allow a start.
    """
    settings = settings or load_settings()
    registry = registry or project.registry()
    running = runtime.build(project, settings, _checked(settings, issuer), issuer)
    app = Gateway(
        title=project.title,
        version=project.version,
        openapi_url="/openapi.json" if settings.docs == "open" else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(running, registry.modules),
    )
    serving = _serving(running, request_ids, clock)
    app.mount_lambda_routes(registry.routes, serving, tracing(project) if settings.tracing else None)
    _add_shell(app, running)
    return app


def _checked(settings: Settings, issuer: MountedIssuer | None) -> str:
    """The database's URL; raises `SettingsError` with everything that stands against a start."""
    problems = auth_problems(settings)
    if settings.local_issuer and issuer is None:
        problems.append("COGNITO_USER_POOL_ID (or COGNITO_ISSUER) is missing: this server has no issuer of its own")
    if settings.database_url is None:
        problems.append("DATABASE_URL is missing: only `make dev` brings a database of its own")
    if problems or settings.database_url is None:
        raise SettingsError(problems)
    return settings.database_url.get_secret_value()


def configured_api(settings: Settings) -> Api:
    """The API that the settings describe."""
    return api_of(
        settings.gateway_payload,
        stage=settings.gateway_stage,
        stage_variables=settings.gateway_stage_variables,
        binary_media_types=settings.binary_media_types,
        header_case=settings.gateway_header_case,
    )


def _serving(running: runtime.Runtime, request_ids: RequestIds, clock: Callable[[], datetime]) -> Serving:
    settings = running.settings
    return Serving(
        running,
        running.auth.authenticator,
        configured_api(settings),
        request_ids,
        clock,
        CorsPolicy(frozenset(settings.cors_allow_origins)) if settings.cors_allow_origins else None,
        Admission(settings.database_pool_size),
    )


def _add_shell(app: Gateway, running: runtime.Runtime) -> None:
    settings = running.settings
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    add_health(app, running.checks(), running.metrics, token, open_=not settings.production)
    if settings.docs == "open":
        add_docs(app, settings)
    app.router.routes.extend(running.auth.routes())
    document: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not document:
            document.update(shown_document(app, running.project, settings, running.auth.login_words))
        return document

    app.openapi = openapi  # type: ignore[method-assign]
    app.add_exception_handler(HTTPException, _as_the_gateway)


async def _as_the_gateway(request: Request, error: Exception) -> Response:
    """Below the reserved paths too, a method or path that nobody serves gets the gateway's answer."""
    answer = request.app.serving.api.unrouted(request.headers.raw)
    status = getattr(error, "status_code", 500)
    if status not in (404, 405):
        return Response(status_code=status, headers=getattr(error, "headers", None))
    lines = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
    return Response(answer.body, answer.status, headers=lines)


def _lifespan(running: runtime.Runtime, modules: tuple[HandlerModule, ...]) -> Any:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        developing = running.settings.environment is Environment.DEVELOPMENT
        async with running.running(modules):
            with watched_loop() if developing else nullcontext():
                yield

    return lifespan
