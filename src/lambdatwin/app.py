"""The composition root: `create_app(project, settings)`, and `install(app, routers)` for any other app."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, FastAPI
from fastapi.params import Depends
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from . import runtime
from .auth.assembly import MountedIssuer
from .auth.authorizers import authorizer_problems, take_own_tokens, token_authorizers
from .auth.config import auth_problems
from .auth.responses import AnswerError
from .dependencies import verdict
from .endpoint import RouteServices
from .gateway.cors import CorsMiddleware
from .gateway.http import HeaderLine
from .gateway.route_table import RouteError
from .installation import Installation, answer_instead, configured_api
from .lambda_runtime.executors.declared import Functions
from .observability.health import add_health
from .observability.logging import EventLog, configure_default, sentences
from .observability.requests import InnermostMiddleware, RequestIds, RequestMiddleware
from .observability.watchdog import DEVELOPMENT_BLOCK, PRODUCTION_BLOCK, watched_loop
from .openapi.pages import add_docs, shown_document
from .ports import HandlerModule, LambdaOperation, LambdaRoute
from .project import Project, Registry, find_project
from .settings import Settings, SettingsError, ignored_database, load_settings

_LOG = EventLog("start")
_NO_PACKAGES = "the packages for PostgreSQL are not installed (`pip install 'lambdatwin[postgres]'`)"
_IN_MEMORY = "logouts are kept in the memory of this process: without PostgreSQL run one worker only"


def _new_request_id(headers: Sequence[HeaderLine]) -> str:
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
) -> FastAPI:
    """An app with every generated route; nothing connects before the lifespan begins.

    `issuer` is the local issuer of development; without one the settings have to name Cognito. Raises `SettingsError`
    when the settings do not allow a start.
    """
    settings = settings or load_settings(project.settings_prefix)
    project.prepare()
    app = FastAPI(
        title=project.title,
        version=project.version,
        description=project.description,
        openapi_url="/openapi.json" if settings.docs == "open" else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    found = registry or project.registry()
    try:
        installed = _installed(app, project, settings, found, issuer=issuer, request_ids=request_ids, clock=clock)
    except RouteError as error:
        raise SettingsError([str(error)]) from None
    installed.use_as_default()
    before = list(app.router.routes)
    _add_shell(app, installed)
    # `reserved` of the generator says which of these the API may have for its own.
    installed.yield_to_declared()
    installed.pages = [route for route in app.router.routes if route not in before]
    if settings.cors_allow_origins:
        app.add_middleware(CorsMiddleware, origins=settings.cors_allow_origins, methods=installed.methods)
    return app


def install(
    app: FastAPI,
    routers: Sequence[APIRouter],
    prefix: str = "",
    dependencies: Sequence[Depends] = (),
    *,
    project: Project | None = None,
    settings: Settings | None = None,
    modules: Sequence[HandlerModule] = (),
) -> None:
    """Serve generated routers in any other app, below `prefix`, each request after `dependencies`.

    The app's lifespan starts what the routes need, so a mounted app needs its parent to run its lifespan. Raises
    `SettingsError`, and ValueError for a prefix that is no path and for routes that are not generated.
    """
    if prefix and (not prefix.startswith("/") or prefix.endswith("/")):
        raise ValueError(f"prefix {prefix!r}: write it like /v1")
    if "{" in prefix:
        raise ValueError(
            f"prefix {prefix!r}: it has no parameters; install into an app of its own, and mount that there"
        )
    if any(not isinstance(route, LambdaRoute) for router in routers for route in router.routes):
        raise ValueError("install(app, routers) takes the generated routers themselves; include all others in the app")
    if any(router.dependencies for router in routers):
        raise ValueError("install(app, routers, dependencies=...) takes the dependencies, not the routers")
    project = project or find_project()
    settings = settings or load_settings(project.settings_prefix)
    _installed(app, project, settings, Registry(tuple(routers), tuple(modules)), prefix, dependencies)


def _installed(
    app: FastAPI,
    project: Project,
    settings: Settings,
    registry: Registry,
    prefix: str = "",
    dependencies: Sequence[Depends] = (),
    *,
    issuer: MountedIssuer | None = None,
    **sources: Any,
) -> Installation:
    stand_ins = project.authorizers()
    needed = issuer is not None or take_own_tokens(registry.routes, stand_ins)
    _check(project, settings, issuer, authorizer_problems(registry.routes, stand_ins), needed)
    running = runtime.build(project, settings, issuer, token_authorizers(registry.routes, stand_ins))
    if settings.production and (problems := running.auth.pools.undecided()):
        raise SettingsError(problems)
    installed = serve_routes(app, running, registry.documented, prefix, dependencies, **sources)
    _extend_lifespan(app, _lifespan(installed, registry))
    return installed


def serve_routes(
    app: FastAPI,
    running: runtime.Runtime,
    routes: Sequence[LambdaRoute],
    prefix: str = "",
    dependencies: Sequence[Depends] = (),
    *,
    request_ids: RequestIds = _new_request_id,
    clock: Callable[[], datetime] = _utc_now,
) -> Installation:
    """Put the routes into the app. Raises `RouteError` when two claim one method and path."""
    functions = functions_of([route.operation for route in routes], running.settings)
    services = RouteServices(running, configured_api(running.settings), clock, functions, running.project.authorizers())
    installed = Installation(app, services, verdict, prefix, dependencies)
    for route in routes:
        installed.add(route)
    app.state.lambdatwin = installed
    app.openapi_schema = None  # FastAPI makes it anew only for routes that its own methods have added
    running.metrics.watch("handlers_running", "Handlers that run right now.", lambda: installed.services.running)
    app.add_exception_handler(AnswerError, answer_instead)
    outermost = Middleware(
        RequestMiddleware,
        request_ids=request_ids,
        metrics=running.metrics,
        begin=running.project.begin,
        unrouted=installed.unrouted if running.settings.development else lambda _: {},
        stopped=installed.stopped,
    )
    _surround(app, outermost, Middleware(InnermostMiddleware))
    return installed


def _surround(app: FastAPI, outermost: Middleware, innermost: Middleware) -> None:
    """Put middleware around all other, and inside of all other, whenever that is added."""
    theirs = app.build_middleware_stack

    def build() -> Any:
        if outermost not in app.user_middleware:
            app.user_middleware[:] = [outermost, *app.user_middleware, innermost]
        return theirs()

    app.build_middleware_stack = build  # type: ignore[method-assign]


def functions_of(operations: Sequence[LambdaOperation], settings: Settings) -> Functions:
    authorizers = [one.lambda_authorizer.function for one in operations if one.lambda_authorizer is not None]
    return Functions(
        (*(one.declared for one in operations if one.declared is not None), *authorizers),
        environments=settings.lambda_environments,
        queue=settings.lambda_queue,
        memory=settings.lambda_environment_memory,
        dotenv=settings.development,
    )


def _check(
    project: Project, settings: Settings, issuer: MountedIssuer | None, found: Sequence[str], needed: bool
) -> None:
    """Raises `SettingsError` with everything that stands against a start: what was `found`, and more. `needed`: an
    issuer of the settings' own."""
    problems = [*auth_problems(settings, needed=needed), *project.problems(), *found]
    if needed and settings.local_issuer and issuer is None:
        problems.append("COGNITO_USER_POOL_ID (or COGNITO_ISSUER) is missing: this server has no issuer of its own")
    if project.needs_database and settings.database_url is None:
        missing = "DATABASE_URL is missing: only the development server brings a database of its own"
        problems.append(ignored_database(project.settings_prefix) or missing)
    if project.needs_database and not runtime.knows_postgres():
        problems.append(_NO_PACKAGES)
    if problems:
        raise SettingsError(problems)


def _add_shell(app: FastAPI, installed: Installation) -> None:
    running = installed.services.runtime
    settings = running.settings
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    add_health(
        app,
        running.checks(),
        running.metrics,
        token,
        open_=not settings.production,
        services=running.project.external_services(),
        started=lambda: installed.started,
    )
    if settings.docs == "open":
        add_docs(app, settings, running.auth.login_base)
    app.router.routes.extend(running.auth.routes())
    routes: list[BaseRoute] = []

    def document() -> dict[str, Any]:
        """As FastAPI's own: kept until a route is added, or until it is taken away."""
        if app.openapi_schema is None or routes != app.router.routes:
            routes[:] = app.router.routes
            app.openapi_schema = shown_document(app, running.project, settings, running.auth)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _lifespan(installed: Installation, registry: Registry) -> Any:
    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        installed.check(app)
        installed.yield_to_hand_written()
        running = installed.services.runtime
        developing = running.settings.development
        people = {person.sub: person.username for person in running.project.people}
        configure_default(sentences(people), json_lines=not developing)
        async with running.lifespan(registry.modules) as sharing:
            _log_start(running, registry.routes, sharing)
            tune_garbage_collection()
            installed.started = True
            installed.services.functions.open()
            try:
                with watched_loop(DEVELOPMENT_BLOCK if developing else PRODUCTION_BLOCK):
                    yield
            finally:
                installed.started = False
                await installed.services.functions.close()
                _LOG.info(f"{_name(running)} stopped: {_declared(registry.routes)} routes")

    return lifespan


def _log_start(running: runtime.Runtime, routes: Sequence[LambdaRoute], sharing: int) -> None:
    """Say what is served, and what a developer may take for granted and is not so here."""
    handlers = {(route.operation.module, route.operation.function) for route in routes}
    found = f"{_declared(routes)} routes, {len(handlers)} handlers, {sharing} share the engine"
    _LOG.info(f"{_name(running)} started: {found}")
    if running.database is None and running.auth.takes_tokens:
        log = _LOG.warning if running.settings.production else _LOG.info
        log(_IN_MEMORY if running.settings.database_url is None else f"{_NO_PACKAGES}: {_IN_MEMORY}")
    for sentence in running.auth.pools.undecided():
        _LOG.warning(f"{sentence}; production does not start so")
    hooked = type(running.project).on_user_changed is not Project.on_user_changed
    # A Lambda authorizer answers for whom it lets in; no user is looked up.
    operations = [route.operation for route in routes if route.operation.lambda_authorizer is None]
    if not hooked and any(operation.auth is not None for operation in operations):
        _LOG.info("users may be cached by the backend: the project does not override on_user_changed")


def _declared(routes: Sequence[LambdaRoute]) -> int:
    """How many routes were declared: one with ANY may be written out as one of each method."""
    methods = [() if one.operation.any_method else tuple(one.methods or ()) for one in routes]
    return len({(one.operation.api, m, one.resource) for one, m in zip(routes, methods, strict=True)})


def _name(running: runtime.Runtime) -> str:
    return f"{running.project.title} {running.project.version} ({running.settings.environment})"


def _extend_lifespan(app: FastAPI, ours: Any) -> None:
    theirs = app.router.lifespan_context

    @asynccontextmanager
    async def both(scope_app: Any) -> AsyncIterator[Any]:
        async with ours(scope_app), theirs(scope_app) as state:
            yield state

    app.router.lifespan_context = both


def tune_garbage_collection() -> None:
    """Freeze imported objects: each full collection would visit them, which takes 50 ms.

    The young generation holds the objects of several pages of a list: with Python's 700 it is gone through while they
    are all in use, which was half of the CPU of a page of 50 (`tests/bench/serving.py --parts database`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
