"""The Lambda routes of one app: which of them serves a request, and how.

Every `LambdaRoute` stands in `app.router.routes`, where middleware, documentation and instrumentation look for routes;
each asks the one table of the installation whether the request is its own.
"""

import re
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice
from string import punctuation
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote, unquote, unquote_to_bytes

from fastapi import Depends, FastAPI, Request, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.params import Depends as DependsParam
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Match, Router

from .auth.authenticator import NO_ISSUER, OVERRIDE, Accepted, accepted
from .auth.responses import AnswerError
from .endpoint import INVOKED, LambdaEndpoint, RouteServices, head_refusal, send_response
from .gateway.api import HTTP_STAGE, HTTP_TIMEOUT, REST_STAGE, REST_TIMEOUT, Api, HttpApi, RestApi
from .gateway.cors import Preflight, handlers_preflight, is_preflight
from .gateway.event_parts import Route, Stage
from .gateway.http import GatewayResponse, HeaderLine, header_text
from .gateway.route_table import ANY, ANY_METHODS, DEFAULT, RouteError, RouteTable, specificity
from .observability.logging import EventLog
from .observability.requests import LOGGED
from .ports import MATCH, LambdaApi, LambdaOperation, LambdaRoute
from .settings import Settings, SettingsError

_LOG = EventLog("gateway")
_CORS = "access-control-"
_COPIED = "is included from another app: mount that, or install its routers here"
# In the scope of a request with dependencies: what was received, and no handler has had.
_RECEIVED = "lambdatwin.received"
_PATH_CHARACTERS = "/!$&'()*+,;=:@"  # those of RFC 3986 §3.3 that may stand as they are
_ANY_PATH = re.compile(r"|/\{\w+:path\}")

type Found = tuple[LambdaRoute | Preflight, dict[str, str]]


class Deployed(NamedTuple):
    """One API and its routes. Its routes may have payload formats of their own; `api` has the first one's."""

    api: Api
    table: RouteTable[LambdaRoute | Preflight]


async def answer_instead(request: Request, error: Any) -> Response:
    """The exception handler of an app for an `AnswerError`, which a dependency has raised."""
    response = Response(error.response.body, error.response.status)
    response.raw_headers = [*error.response.headers, *response.raw_headers]
    return response


class Installation:
    """Generated routes in an app. `verdict` is the dependency that an app may override."""

    def __init__(
        self, app: FastAPI, services: RouteServices, verdict: Any, prefix: str, dependencies: Sequence[DependsParam]
    ) -> None:
        self.app, self.services = app, services
        self.started = False
        self._verdict, self._prefix = verdict, prefix
        # The app's own count for every route of it, as with `include_router`.
        self._dependencies = [*app.router.dependencies, *dependencies]
        self._apis: dict[LambdaApi, Deployed] = {}
        self._claims: dict[tuple[str, str, bool], LambdaApi] = {}
        self._routes: list[LambdaRoute] = []
        # Those of the shell of `create_app`: what an app writes by hand counts more.
        self.pages: list[BaseRoute] = []
        self._solved_routes: dict[tuple[str, str, bool], APIRoute] = {}
        # Those of other installations in the app.
        self._operation_ids = {one.unique_id for one in app.router.routes if isinstance(one, LambdaRoute)}

    def add(self, route: LambdaRoute) -> None:
        """Put a generated route into the app. Raises `RouteError` when its method and path are taken."""
        operation = route.operation
        if operation.document_only:
            documented = route.installed(self, None, self._prefix, self._dependencies)
            self._identify(documented)
            self.app.router.routes.append(documented)
            return
        api = configured_api(self.services.settings, operation)
        if operation.api not in self._apis:
            self._apis[operation.api] = Deployed(api, api.routes())
            for one in operation.api.preflights:
                self._apis[operation.api].table.add("OPTIONS", one.path, one)
        table = self._apis[operation.api].table
        for method in sorted(route.methods or ()):
            declared = Route(ANY if operation.any_method else method, route.resource)
            endpoint = LambdaEndpoint(declared, operation, self.services, api)
            installed = route.installed(self, endpoint, self._prefix, self._dependencies)
            installed.methods = {method}
            self._identify(installed)
            table.add(method, route.template, installed)
            self._claim(installed)
            # In front of what is written by hand, whichever was first in the app: `matches` decides between them.
            self.app.router.routes.insert(len(self._routes), installed)
            self._routes.append(installed)

    def _identify(self, route: LambdaRoute) -> None:
        """Give the route an operation id as FastAPI makes them, where it has none, or another one has it already."""
        if route.operation_id is None or route.operation_id in self._operation_ids:
            made = self.app.router.generate_unique_id_function
            route.operation_id = None
            route.unique_id = (made.value if isinstance(made, DefaultPlaceholder) else made)(route)
        self._operation_ids.add(route.unique_id)

    def _claim(self, route: LambdaRoute) -> None:
        """Of two APIs each has a host of its own; here they share one, so that no two may have one route."""
        for key in sorted(_keys(route)):
            if self._claims.setdefault(key, route.operation.api) != route.operation.api:
                raise RouteError(
                    f"{key[0]} {route.path} is declared by two APIs, which have one address here: "
                    "read only one of them, or install one of them below a prefix"
                )

    @property
    def api(self) -> Api:
        """The API that answers where no route of any has the path: the first one."""
        first = next(iter(self._apis.values()), None)
        return self.services.api if first is None else first.api

    def check(self, starting: Any) -> None:
        """Raises `RouteError` for a hand-written route, or one of another installation, with the very method and path
        of a declared one, and where the app that is `starting`, or one below it, has routes of this one;
        `SettingsError` for a route that depends on `verdict` where no issuer is named."""
        below = (app for _, app in self._mounted(getattr(starting, "routes", ())))
        for app in (one for one in (starting, *below) if one is not self.app):
            for one in (context.original_route for context in iter_route_contexts(list(getattr(app, "routes", ())))):
                if isinstance(one, LambdaRoute) and one.installation is self:
                    raise RouteError(f"{one.path} {_COPIED}")
        for other, method, taken in self._doubles():
            raise RouteError(
                f"{method} {other.path} is written by hand and declared by {taken.operation.module}: remove one"
            )
        served: dict[tuple[str, str, bool], LambdaRoute] = {}
        for one in (route for route in self.app.router.routes if isinstance(route, LambdaRoute)):
            for key in () if one.operation.document_only else sorted(_keys(one)):
                if served.setdefault(key, one).installation is not one.installation:
                    raise RouteError(f"{key[0]} {one.path} is installed twice: install one of the two below a prefix")
        # `verdict` is the authenticator's of the last installation.
        if self.app.state.lambdatwin is not self:
            return
        asking = list[str]()
        for prefix, app in [("", self.app), *self._mounted(self.app.routes)]:
            app.state.lambdatwin = self
            app.add_exception_handler(AnswerError, answer_instead)
            if self.services.runtime.auth.endpoints is None:
                routes = [one for one in iter_route_contexts(list(app.routes)) if hasattr(one, "dependant")]
                asking += [f"{prefix}{one.path}" for one in routes if self._asks(app, one.dependant)]
        if asking:
            raise SettingsError([f"{path} depends on verdict, and {NO_ISSUER}" for path in asking])

    def _mounted(self, routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, Starlette]]:
        """The apps below these routes, inside of middleware too, without an installation of their own; each with its
        path."""
        for route in routes:
            path: str = prefix + getattr(route, "path", "")
            app: Any = getattr(route, "app", None)
            while not isinstance(app, Starlette) and hasattr(app, "app"):
                app = app.app
            if isinstance(app, Starlette):
                if getattr(app.state, "lambdatwin", self) is not self:
                    continue
                yield path, app
            # What others call `routes` may be anything, and lead back to their app.
            if isinstance(app, Starlette | Router):
                yield from self._mounted(app.routes, path)

    def _asks(self, app: Any, asked: Any) -> bool:
        """Whether a dependency of FastAPI's is `verdict`, or has it below, and nothing stands in its place."""
        if isinstance(asked.call, Hashable) and asked.call in getattr(app, "dependency_overrides", ()):
            return False
        return asked.call is self._verdict or any(self._asks(app, one) for one in asked.dependencies)

    def yield_to_declared(self) -> None:
        """Take routes with the very method and path of a declared one out of the app."""
        doubles = [other.original_route for other, _, _ in self._doubles()]
        self.app.router.routes[:] = [route for route in self.app.router.routes if route not in doubles]

    def yield_to_hand_written(self) -> None:
        """Take pages out of the app in whose place a route is written by hand."""
        routes = self.app.router.routes
        # A page answers HEAD beside GET: a route for HEAD alone does not take its place.
        written = {key for key, _ in _stated(route for route in routes if route not in self.pages) if key[0] != "HEAD"}
        taken = [page.original_route for key, page in _stated(self.pages) if key in written]
        routes[:] = [route for route in routes if route not in taken]

    def _doubles(self) -> Iterator[tuple[Any, str, LambdaRoute]]:
        own = (one for one in self.app.router.routes if isinstance(one, LambdaRoute) and one.installation is self)
        served = [route for route in own if not route.operation.document_only]
        declared = {(method, _shape(route.path)): route for route in served for method in _methods(route)}
        for key, other in _stated(self.app.router.routes):
            if key in declared:
                yield other, key[0], declared[key]

    # What `LambdaRoute.matches` and `.handle` ask.

    def matches(self, route: LambdaRoute, scope: Any) -> tuple[Match, dict[str, Any]]:
        """FULL for the one route that serves the request; never PARTIAL, since the gateway knows no 405."""
        found = self._find(scope)
        if found is None or found[0] is not route:
            return Match.NONE, {}
        if (route.is_greedy or "{" in route.path) and self._served_elsewhere(scope, greedy=route.is_greedy):
            return Match.NONE, {}
        parameters = {name: unquote(value) for name, value in found[1].items()}
        path_params = {**scope.get("path_params", {}), **parameters}
        return Match.FULL, {"endpoint": route.endpoint, "path_params": path_params, "route": route}

    async def handle(self, route: LambdaRoute, scope: Any, receive: Any, send: Any) -> None:
        copied = scope.get("app", self.app) is not self.app
        if copied or not self.started:
            # A sentence, for a log that shows no fields: only the lifespan would have set up another one.
            not_started = "the app's lifespan has not run; a mounted app needs its parent's"
            _LOG.error(f"not started: {f'{route.path} {_COPIED}' if copied else not_started}")
            await send_response(send, self.services.unavailable("The service has not started.", self.api))
            return
        preflight = _endpoint_of(route).api.preflight(scope["method"], scope["headers"])
        if preflight is not None:
            await send_response(send, preflight)
            return
        overridden = self._verdict in self.app.dependency_overrides and route.operation.auth is not None
        if overridden or self._dependencies:
            key = (min(route.methods or ()), route.path, overridden)
            if key not in self._solved_routes:
                self._solved_routes[key] = self._solved(route, overridden)
            received = scope[_RECEIVED] = deque[Any]()

            async def receive_and_keep() -> Any:
                received.append(await receive())
                return received[-1]

            await self._solved_routes[key].app(scope, receive_and_keep, send)
        else:
            await self.run(route, scope, receive, send)

    async def run(
        self, route: LambdaRoute, scope: Any, receive: Any, send: Any, verdict: Accepted | None = None
    ) -> None:
        found = self._find(scope)
        endpoint = _endpoint_of(route)
        method = endpoint.api.method(scope["method"], scope["headers"])
        seen = {**scope, "method": method, "raw_path": self._raw_path(scope).encode("latin-1")}
        request_id = request_id_of(scope)
        reads = route.operation.reads
        parameters = {reads.get(name, name): value for name, value in (found[1] if found else {}).items()}
        await endpoint(seen, receive, send, parameters, request_id, verdict)
        scope[LOGGED] = endpoint.logs_requests and INVOKED in seen

    async def default(self, scope: Any, receive: Any, send: Any) -> None:
        """The gateway's answer to a request that no route serves."""
        if scope["type"] != "http":
            await self._not_found(scope, receive, send)
            return
        seen = {**scope, "raw_path": self._raw_path(scope).encode("latin-1")}
        answer = head_refusal(seen, self.services.settings) or self._preflight(scope)
        if answer is None:
            api = self._api_at(scope)
            unrouted = api.own(api.unrouted(scope["headers"]), request_id_of(scope))
            answer = api.with_cors(unrouted, scope["headers"])
        await send_response(send, answer)

    async def stopped(self, scope: Any, send: Any) -> None:
        """The answer to a request that the stopping server does not wait for."""
        answer = self.services.unavailable("The service is being restarted.", self.api)
        await send_response(send, self.api.with_cors(answer, scope["headers"]))

    def use_as_default(self) -> None:
        """Let the app answer as the gateway where nothing serves a request."""
        self._not_found = self.app.router.default
        self.app.router.default = self.default

    def methods(self, scope: Any) -> tuple[str, ...]:
        path = self._raw_path(scope)
        return tuple(sorted({method for deployed in self._apis.values() for method in deployed.table.methods(path)}))

    def unrouted(self, scope: Any) -> dict[str, str]:
        """For a developer: the path that no route serves, and the route that is nearest to it."""
        path = quote(_path_below_root(scope).encode("latin-1"), safe=punctuation)
        declared = (route for route in self.app.router.routes if isinstance(route, LambdaRoute))
        nearest = max(declared, key=lambda route: _likeness(route, scope["method"], path), default=None)
        found = {} if nearest is None else {"nearest": f"{min(nearest.methods or ())} {nearest.path}"}
        return {"unrouted_path": path, **found}

    def _api_at(self, scope: Any) -> Api:
        """The API that answers a method which no route of its path has: the first one that has the path, if any."""
        path = self._raw_path(scope)
        return next((one.api for one in self._apis.values() if one.table.methods(path)), self.api)

    def _preflight(self, scope: Any) -> GatewayResponse | None:
        found = self._find(scope)
        if found is not None and isinstance(found[0], Preflight):
            return found[0].answer(scope["headers"])
        api = self._api_at(scope)
        if not isinstance(api, RestApi):
            return api.preflight(scope["method"], scope["headers"])
        declared, methods = self.services.project.response_headers, self.methods(scope)
        headers = {name: value for name, value in declared.items() if name.lower().startswith(_CORS)}
        if not headers or not methods or not is_preflight(scope["method"], scope["headers"]):
            return None
        return handlers_preflight(methods, headers)

    def _find(self, scope: Any) -> Found | None:
        """The route of a request; asked of the table once a request."""
        # A middleware may ask, and another one change the path then. What the router has found stays: it tries other
        # paths for a redirect, which the gateway does not know.
        asked = None if "router" in scope else (scope["path"], scope.get("method"))
        kept = scope.get(MATCH)
        if kept is not None and kept[0] is self and kept[3] in (None, (scope["path"], scope.get("method"))):
            found = None if kept[1] is None else (kept[1], kept[2])
        else:
            raw_path = self._raw_path(scope) if scope["type"] == "http" else None
            found = None if raw_path is None else self._found(scope, raw_path)
        scope[MATCH] = (self, *(found or (None, None)), asked)
        return found

    def _found(self, scope: Any, raw_path: str) -> Found | None:
        """Of several APIs the one whose route says the most of the path, of equal ones the first."""
        matches = (table.match(_asked_method(api, scope), raw_path) for api, table in self._apis.values())
        found = [one for one in matches if one is not None]
        return min(found, key=lambda one: _generality(one[0])) if len(found) > 1 else next(iter(found), None)

    def _raw_path(self, scope: Any) -> str:
        """The path as it was sent, without what is in front of the API: a root path, a mount, the prefix."""
        # Outside of the prefix there is no route: an empty path matches none.
        return without_prefix(_path_below_root(scope), self._prefix) or ""

    def _served_elsewhere(self, scope: Any, *, greedy: bool) -> bool:
        # Most others have another path: whether one takes every path is asked of those alone that match.
        return any(
            other.matches(scope)[0] is Match.FULL and (greedy or not _takes_all(other, scope))
            for other in self.app.router.routes
            if not isinstance(other, LambdaRoute)
        )

    async def _answer_after(
        self, route: LambdaRoute, request: Request, response: Response, verdict: Accepted | None
    ) -> Response:
        """The handler's answer, after dependencies that may have read of the body, too, and set headers."""
        received, sent = request.scope[_RECEIVED], list[Any]()

        async def receive_again() -> Any:
            if not received:
                await request.receive()
            return received.popleft()

        async def keep(message: Any) -> None:
            sent.append(message)

        await self.run(route, request.scope, receive_again, keep, verdict)
        return _HandlersResponse(sent, response.raw_headers)

    def _solved(self, route: LambdaRoute, overridden: bool) -> APIRoute:
        """The route as one of FastAPI's own, which runs dependencies first."""

        async def run(request: Request, response: Response) -> Response:
            return await self._answer_after(route, request, response, None)

        async def run_with_verdict(
            request: Request, response: Response, found: Annotated[object, Depends(self._verdict)]
        ) -> Response:
            return await self._answer_after(route, request, response, accepted(found, OVERRIDE))

        # Only its `app` is called: the table has chosen the route, whatever method the request has.
        return APIRoute(
            route.path,
            run_with_verdict if overridden else run,
            dependencies=self._dependencies,
            dependency_overrides_provider=self.app,
        )


class _HandlersResponse(Response):
    """What a handler has sent, with the headers that dependencies have set."""

    def __init__(self, sent: Sequence[Any], headers: Sequence[HeaderLine]) -> None:
        super().__init__()
        self._sent, self._more = sent, headers

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        for message in self._sent:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *self._more]}
            await send(message)
        if self.background is not None:
            await self.background()


def _endpoint_of(route: LambdaRoute) -> LambdaEndpoint:
    endpoint = route.lambda_endpoint
    assert isinstance(endpoint, LambdaEndpoint)  # noqa: S101 - `add` put it there
    return endpoint


def configured_api(settings: Settings, operation: LambdaOperation | None = None) -> Api:
    """The API of a route: as it was declared, and as the settings say for the rest."""
    declared = operation.api if operation is not None else LambdaApi()
    payload, given = operation.payload if operation is not None else None, settings.gateway_payload
    # Only HTTP APIs have payload format 2.0.
    is_http = declared.kind == "http" or (declared.kind is None and (payload == "2.0" or given != "rest"))
    stage = declared.stage or (settings.gateway_stage if is_http == (given != "rest") else None)
    variables = dict(declared.stage_variables) or settings.gateway_stage_variables
    case, timeout = settings.gateway_header_case, settings.gateway_timeout
    if not is_http:
        types = declared.binary_media_types or settings.binary_media_types
        return RestApi(Stage(stage or REST_STAGE.name, variables), types, case, timeout or REST_TIMEOUT)
    payload = payload or ("1.0" if given == "http-1.0" else "2.0")
    cors = declared.cors or settings.gateway_cors
    return HttpApi(payload, Stage(stage or HTTP_STAGE.name, variables), case, timeout or HTTP_TIMEOUT, cors)


def _asked_method(api: Api, scope: Any) -> str:
    """The method that has to have a route. A preflight that the API answers itself is of the method that it asks
    for."""
    if api.preflight(scope["method"], scope["headers"]) is not None:
        return header_text(scope["headers"], b"access-control-request-method") or ""
    return api.method(scope["method"], scope["headers"])


def request_id_of(scope: Any) -> str:
    """The id that the request middleware gave; empty without it."""
    return str(scope.get("lambdatwin.request_id", ""))


def _path_below_root(scope: Any) -> str:
    """The path as it was sent, without a root path or a mount."""
    raw = (scope.get("raw_path") or b"").partition(b"?")[0]
    path: str = raw.decode("latin-1")
    if path != scope["path"] and unquote_to_bytes(raw).decode("utf-8", "replace") != scope["path"]:
        # A server that keeps no raw path, or a middleware or dispatcher that knows only the decoded one.
        path = quote(scope["path"], _PATH_CHARACTERS, errors="replace")
    below = without_prefix(path, scope.get("root_path", "").rstrip("/"))
    return path if below is None else below


def without_prefix(raw_path: str, prefix: str) -> str | None:
    """A raw path without as many segments as the (decoded) prefix has; None where it does not begin so."""
    if not prefix:
        return raw_path
    depth = prefix.count("/")
    segments = raw_path.split("/")
    if unquote("/".join(segments[: depth + 1])) != prefix:
        return None
    return "/" + "/".join(segments[depth + 1 :])


def _stated(routes: Iterable[BaseRoute]) -> Iterator[tuple[tuple[str, str], Any]]:
    """Method and shape of the path of each route that is not generated, in included routers too."""
    for one in iter_route_contexts(list(routes)):
        if not isinstance(one.original_route, LambdaRoute) and one.path is not None:
            yield from (((method, _shape(one.path)), one) for method in sorted(one.methods or ()))


def _keys(route: LambdaRoute) -> set[tuple[str, str, bool]]:
    """What no two APIs of one address can both have."""
    return {(method, _shape(route.path), route.is_greedy) for method in _methods(route)}


def _methods(route: LambdaRoute) -> frozenset[str]:
    methods = frozenset(route.methods or ())
    return ANY_METHODS if ANY in methods else methods


def _likeness(route: LambdaRoute, method: str, path: str) -> tuple[float, bool]:
    """How much of a path a route has; of equal ones that of the method is nearer."""
    asked = path.strip("/").split("/")
    parts = route.resource.strip("/").split("/")
    filled = [asked[place] if part.startswith("{") and place < len(asked) else part for place, part in enumerate(parts)]
    return SequenceMatcher(None, "/".join(filled), "/".join(asked)).ratio(), method in _methods(route)


def _shape(path: str) -> str:
    """A path template without the names of its parameters."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _generality(route: LambdaRoute | Preflight) -> tuple[bool, bool, list[int]]:
    """What takes the rest comes last, `$default` behind all; before, literal segments come before parameters."""
    template = route.template if isinstance(route, LambdaRoute) else route.path
    return route.is_greedy, template == DEFAULT, specificity(template)


def _takes_all(route: BaseRoute, scope: Any) -> bool:
    """Whether a route that serves the request matches every path: a mount at the root, or one like `/{path:path}`.

    Of an included router it is the first one that matches.
    """
    serving = (one for one in iter_route_contexts([route]) if one.matches(scope)[0] is Match.FULL)
    paths = [one.path for one in islice(serving, 1)]
    return all(path is not None and _ANY_PATH.fullmatch(path) is not None for path in paths)
