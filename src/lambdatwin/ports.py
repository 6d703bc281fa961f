"""The few names that generated routers import; this module knows FastAPI, but nothing of the library behind it.

A generated function is a typed signature that serves the documentation. It never runs: `LambdaRoute` carries the
Lambda handler, and the installation of an app runs that.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import copy, deepcopy
from dataclasses import dataclass, field
from functools import partial, wraps
from inspect import cleandoc, iscoroutinefunction, isfunction, signature, unwrap
from pathlib import Path as FilePath
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, cast, get_args

from fastapi import APIRouter
from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer
from fastapi.params import Depends, Security
from fastapi.params import Query as QueryParameter
from fastapi.routing import APIRoute
from fastapi.security.base import SecurityBase
from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, RootModel, TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from starlette.routing import Match, compile_path
from starlette.types import Receive, Scope, Send

from .gateway.cors import CorsConfiguration, Preflight
from .gateway.event_parts import identity_source
from .gateway.route_table import DEFAULT
from .lambda_runtime.authorizer import LambdaAuthorizer
from .lambda_runtime.executors.declared import DeclaredFunction as Function

if TYPE_CHECKING:
    from .installation import Installation

__all__ = [
    "UNSENT",
    "CorsConfiguration",
    "Function",
    "HandlerModule",
    "LambdaApi",
    "LambdaAuthorizer",
    "LambdaOperation",
    "LambdaRoute",
    "Preflight",
    "Without",
    "absent",
    "content",
    "defaults",
    "endpoint",
    "kebab",
    "router",
]

# The default of a body that a client may leave out, whatever its type is.
UNSENT: Any = None
SECURITY_SCHEME = "Cognito"
# Where an installation keeps what it found for a request: itself, the route (or None), the path parameters, and the
# path and method that it was asked for (None once the router has asked).
MATCH = "lambdatwin.match"
# What the documentation shows of it: a path of FastAPI's begins with a slash.
_DEFAULT_PATH = f"/{DEFAULT}"
_NO_MATCH: tuple[Match, dict[str, Any]] = (Match.NONE, {})
_NOT_INSTALLED = "Lambda routes are served after install(app, routers), not by including their router"

# The name in `{id}` and in `{rest+}`.
_PARAMETER = re.compile(r"(?<=\{)[^{}+]+")

_Function = TypeVar("_Function", bound=Callable[..., Awaitable[None]])


_BEARER = HTTPBearer(
    bearerFormat="JWT",
    description="A Cognito token in the Authorization header. In development, the command `token` prints one.",
)
# What a name of OpenAPI's components has not.
_NO_KEY = re.compile(r"[^\w.-]", re.ASCII)


class DocumentedToken(SecurityBase):
    """A dependency that says in the document that a route takes a token, and where (`identity`); what checks the token
    is the authorizer."""

    def __init__(self, identity: str = "") -> None:
        kind, name = identity_source(identity)
        self.scheme_name, self.model = SECURITY_SCHEME, _BEARER
        if name:
            place = APIKeyIn.header if kind == "header" else APIKeyIn.query
            self.scheme_name = _NO_KEY.sub("-", f"{SECURITY_SCHEME}-{kind}-{name}")
            self.model = APIKey(**{"in": place}, name=name, description="A token as of the Authorization header.")

    async def __call__(self) -> None: ...


TOKEN = DocumentedToken()


class HandlerModule(NamedTuple):
    """A handler module's context, dotted name and module-level container (None where it has none)."""

    context: str
    name: str
    container: object | None


@dataclass(frozen=True, slots=True)
class Cognito:
    """User pools in front of a REST API: without scopes it takes ID tokens, with scopes access tokens. `pools` are
    ARNs, or names of what only a deploy tells. `identity` is the identity source in the API's own syntax, the
    Authorization header where it is empty."""

    name: str
    pools: tuple[str, ...] = ()
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Jwt:
    """An OIDC issuer in front of an HTTP API. None stands for what only a deploy tells: the settings say it then, and
    `unknown` has the names of what tells it, the issuer's first. `identity` as of `Cognito`; it may be a parameter of
    the query."""

    name: str
    issuer: str | None = None
    audience: tuple[str | None, ...] = ()
    unknown: tuple[str, ...] = ()
    identity: str = ""


@dataclass(frozen=True, slots=True)
class NeedsStandIn:
    """An authorizer that is not run here: `kind` is iam, key or lambda. `[tool.lambdatwin.authorizers]` names what
    decides in its place, under its name or its kind."""

    kind: str
    name: str


type Authorizer = Cognito | Jwt | NeedsStandIn


@dataclass(frozen=True, slots=True)
class LambdaApi:
    """The API that declares a route; what is None or empty is as the settings (`GATEWAY_*`) say.

    Routes with equal APIs share a route table; an app may serve several APIs whose routes differ.
    """

    name: str = ""
    kind: Literal["rest", "http"] | None = None
    stage: str | None = None
    binary_media_types: tuple[str, ...] = ()
    cors: CorsConfiguration | None = None
    preflights: tuple[Preflight, ...] = ()
    stage_variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LambdaOperation:
    """What the gateway needs to serve a route; `auth` is the context whose user is asked for, None a public route.

    `authorizer` is None for a route that declares none of its own: it takes a token of the kind that the settings say.
    A token must hold one of `scopes`, where there are any. `needs_key`: an API key is asked for, too.

    `access` says in the handler's words who may ask.

    `timeout` (seconds) and the authentication count only for a handler whose decorator left no `__endpoint__`.

    `any_method`: the route is declared with ANY, as events of HTTP APIs say. `document_only`: another route, whose path
    takes several, serves its requests. `reads`: the names of path parameters in the event, where the handler reads
    others than the path's. `api` and `payload` are those that the route is declared with.

    A handler that is no coroutine is `declared` as a function of an environment, and `handler` is not called. A
    `lambda_authorizer` decides alone who may call.
    """

    handler: Callable[..., Any]
    module: str
    function: str
    auth: str | None
    permissions: tuple[str, ...] = ()
    timeout: float | None = None
    access: str | None = None
    any_method: bool = False
    document_only: bool = False
    reads: Mapping[str, str] = field(default_factory=dict)
    api: LambdaApi = LambdaApi()
    payload: Literal["1.0", "2.0"] | None = None
    declared: Function | None = None
    lambda_authorizer: LambdaAuthorizer | None = None
    authorizer: Authorizer | None = None
    scopes: tuple[str, ...] = ()
    needs_key: bool = False

    def openapi(self) -> dict[str, Any]:
        """What the OpenAPI operation says of it, apart from the token that it asks for."""
        extra: dict[str, Any] = {"x-lambda-handler": f"{self.module}:{self.function}"}
        if self.auth is None:
            extra["security"] = []
        if self.permissions:
            extra["x-required-permissions"] = list(self.permissions)
        if self.access is not None:
            extra["x-access"] = self.access
        return extra


def _identity_of(operation: LambdaOperation) -> str:
    """The identity source that the document names, empty for the Authorization header. Of several sources of a Lambda
    authorizer it is the first that a client sends: a header or a parameter of the query."""
    if operation.lambda_authorizer is None:
        return operation.authorizer.identity if isinstance(operation.authorizer, Cognito | Jwt) else ""
    for source in operation.lambda_authorizer.identity:
        kind, name = identity_source(source)
        if kind in ("header", "querystring"):
            return "" if (kind, name.lower()) == ("header", "authorization") else source
    return ""


def endpoint(
    *,
    function: str | Function,
    module: ModuleType | str = "",
    handler: Callable[..., Any] | None = None,
    timeout: float | None = None,
    is_entry: bool = False,
    **stated: Any,
) -> Callable[[_Function], _Function]:
    """Bind a documented signature to the Lambda handler that answers for it: a function of a module, as it is there,
    or one that a table declares. `stated` are further fields of `LambdaOperation`.

    For a handler that no module holds, `module` is a name and `handler` the function. `is_entry`: Lambda calls it, so
    it runs in an environment, and its result is sent as it is, even a coroutine.
    """
    declared: Function | None
    if isinstance(function, Function):
        handler, declared = _runs_elsewhere, function
        name, entry = function.path, function.entry
    else:
        handler = handler or getattr(module, function)
        declared = None if isinstance(module, str) else _of_module(module, function, handler, timeout, is_entry)
        name, entry = module if isinstance(module, str) else module.__name__, function
    operation = LambdaOperation(handler, name, entry, timeout=timeout, declared=declared, **stated)

    def bind(signature: _Function) -> _Function:
        @wraps(signature)
        async def refuse(*args: Any, **options: Any) -> None:
            raise RuntimeError(f"{name}:{entry}: {_NOT_INSTALLED}")

        refuse.__lambda_operation__ = operation  # type: ignore[attr-defined]
        return cast(_Function, refuse)

    return bind


async def _runs_elsewhere(event: Any, context: Any) -> Any:
    raise RuntimeError("a declared function is called by its environment")


def _of_module(
    module: ModuleType, function: str, handler: Any, timeout: float | None, is_entry: bool
) -> Function | None:
    """A handler that is no coroutine, as a function of an environment; None for one that the event loop runs."""
    innermost = unwrap(handler)
    runs_here = not isfunction(innermost) or iscoroutinefunction(innermost) or iscoroutinefunction(handler)
    if runs_here and not is_entry:
        return None
    path = FilePath(module.__file__ or "").resolve()
    root = path.parents[module.__name__.count(".") + (path.stem == "__init__")]
    return Function(module.__name__, str(root), path.relative_to(root).as_posix(), function, timeout=timeout)


class LambdaRoute(APIRoute):
    """A route that runs a Lambda handler.

    Raises TypeError for a function without `@endpoint(...)`, and for security or dependencies stated anywhere else:
    they would be documented, but never run.
    """

    operation: LambdaOperation
    installation: "Installation | None" = None
    lambda_endpoint: object = None

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        operation = getattr(endpoint, "__lambda_operation__", None)
        if not isinstance(operation, LambdaOperation):
            raise TypeError(f"{path}: a LambdaRoute needs a function decorated with @ports.endpoint(...)")
        extra = options.get("openapi_extra") or {}
        if options.get("dependencies") or "security" in extra:
            raise TypeError(f"{path}: only the auth= of @ports.endpoint(...) may state the authentication")
        self.operation = operation
        options["description"] = "\n\n".join(filter(None, (options.get("description"), *_words_of_filters(endpoint))))
        options["openapi_extra"] = {**extra, **operation.openapi()}
        if operation.auth is not None:
            token = DocumentedToken(_identity_of(operation))
            options["dependencies"] = [Security(token, scopes=operation.scopes)]
        options["responses"] = _with_failures(options.get("responses") or {}, operation)
        super().__init__(_DEFAULT_PATH if path == DEFAULT else path, endpoint, **options)
        # Whether it takes only what no other route of its API does.
        self.is_greedy = self.template.endswith(("+}", DEFAULT))

    @property
    def template(self) -> str:
        """The path as API Gateway spells it: `$default`, and `{rest+}` where Starlette has `{rest:path}`."""
        return DEFAULT if self.path == _DEFAULT_PATH else self.path.replace(":path}", "+}")

    @property
    def resource(self) -> str:
        """The template with the names that the event has."""
        reads = self.operation.reads
        return _PARAMETER.sub(lambda found: reads.get(found[0], found[0]), self.template)

    def installed(
        self, installation: "Installation", endpoint: object, prefix: str, dependencies: Sequence[Depends]
    ) -> "LambdaRoute":
        """A copy that serves: `installation` says which requests are its own, and runs `dependencies` and `endpoint`
        for them."""
        route = copy(self)
        route.installation, route.lambda_endpoint = installation, endpoint
        route.app = partial(installation.handle, route)
        if prefix:
            route.path = prefix + self.path
            route.path_regex, route.path_format, route.param_convertors = compile_path(route.path)
        host = installation.app.router
        if dependencies or host.responses:
            # What the document says of them, and of the app's own options, as of a route of its own.
            options: dict[str, Any] = {"responses": {**host.responses, **self.responses}}
            stated = APIRoute(route.path, route.endpoint, dependencies=[*dependencies, *self.dependencies], **options)
            route.dependencies, route.dependant = stated.dependencies, stated.dependant
            route.responses, route.response_fields = stated.responses, stated.response_fields
            # The handler's own body is the whole one.
            route.body_field = self.body_field or stated.body_field
        route.callbacks = [*(host.callbacks or ()), *(self.callbacks or ())]
        route.deprecated = self.deprecated or host.deprecated
        route.include_in_schema = self.include_in_schema and host.include_in_schema
        return route

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """FULL where the installation finds this route; a route that was only included matches by its path."""
        if scope["type"] != "http" or self.operation.document_only:
            return _NO_MATCH
        kept = scope.get(MATCH)
        if kept is not None and kept[0] is self.installation and kept[1] is not self and kept[3] is None:
            # Another route of the installation serves it, or none: most of many routes get no further than this.
            return _NO_MATCH
        return super().matches(scope) if self.installation is None else self.installation.matches(self, scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the Lambda handler. Raises RuntimeError for a route that was only included."""
        if self.installation is None:
            raise RuntimeError(f"{self.path}: {_NOT_INSTALLED}")
        if scope["method"] in (self.methods or ()):
            await super().handle(scope, receive, send)  # which instrumentation wraps
        else:  # of ANY, or of X-HTTP-Method-Override
            await self.installation.handle(self, scope, receive, send)


def _words_of_filters(endpoint: Callable[..., Any]) -> Iterator[str]:
    """The docstrings of the schemas from which a query model is derived: a document has no other place for them."""
    for parameter in signature(endpoint).parameters.values():
        model, *marks = get_args(parameter.annotation) or (None,)
        if isinstance(model, type) and any(isinstance(mark, QueryParameter) for mark in marks):
            yield from (cleandoc(base.__doc__) for base in model.__bases__ if base is not BaseModel and base.__doc__)


class _Router(APIRouter):
    """Makes of a route with ANY one for each method, so that each has an operation id of its own."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        operation = getattr(endpoint, "__lambda_operation__", None)
        if not isinstance(operation, LambdaOperation) or not operation.any_method:
            super().add_api_route(path, endpoint, **options)
            return
        name, methods = options.pop("operation_id", None), options.pop("methods", None) or ("GET",)
        for method in methods:
            own = f"{name}_{method.lower()}" if name and len(methods) > 1 else name
            super().add_api_route(path, endpoint, methods=[method], operation_id=own, **options)


def router(tag: str) -> APIRouter:
    """The router of a generated module, documented under `tag`. An app that only includes it does not start."""
    return _Router(route_class=LambdaRoute, tags=[tag], lifespan=_refuse_to_start)


@asynccontextmanager
async def _refuse_to_start(app: object) -> AsyncIterator[None]:
    raise RuntimeError(f"a generated router: {_NOT_INSTALLED}")
    yield


def content(media: str, model: Any = None) -> dict[str, Any]:
    """What the document says of an answer of another type than application/json: the schema of a model, which FastAPI
    would document as application/json; else a text, or bytes, which have no schema."""
    if model is not None:
        schema = TypeAdapter(model).json_schema(mode="serialization")
        return {media: {"schema": _resolved(schema, schema.pop("$defs", {}))}}
    is_text = media.startswith("text/") or media.endswith(("xml", "javascript", "yaml", "urlencoded"))
    return {media: {"schema": {"type": "string"}} if is_text else {}}


def _resolved(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """A schema that stands by itself, with each definition in the place of its reference; one within itself is any
    JSON."""
    if isinstance(schema, list):
        return [_resolved(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        others = {key: part for key, part in definitions.items() if key != name}
        beside = {key: part for key, part in schema.items() if key != "$ref"}
        return {**_resolved(definitions.get(name, {}), others), **beside}
    told = (pair for pair in schema.items() if pair[0] != "discriminator" or "mapping" not in pair[1])
    return {key: _resolved(part, definitions) for key, part in told}


def absent() -> Any:
    """The default of a key that may be missing, whatever its type is: the document has no default for it, nor null."""
    return None


def kebab(name: str) -> str:
    """The query parameter of a field: `created-at` of `created_at`."""
    return name.replace("_", "-")


def defaults[M: type[BaseModel]](**values: object) -> Callable[[M], M]:
    """Gives inherited fields of a query model the values that the handler takes where a client sends none."""

    def change(model: M) -> M:
        fields: dict[str, FieldInfo] = model.model_fields  # type: ignore[call-overload]
        for name, value in values.items():
            fields[name].default = value
        model.model_rebuild(force=True)
        return model

    return change


class Without:
    """Annotates a schema of which a client does not send some fields: `Annotated[ApiX, Without("author_id")]`."""

    def __init__(self, *fields: str) -> None:
        self.fields = fields

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        reduced = deepcopy(handler.resolve_ref_schema(handler(schema)))
        for name in self.fields:
            reduced.get("properties", {}).pop(name, None)
        required = [name for name in reduced.get("required", []) if name not in self.fields]
        reduced.pop("required", None)
        return {**reduced, "required": required} if required else reduced


class ErrorBody(BaseModel):
    """What a handler or its middleware answers when a request fails; `Project.error_body` says what is in it."""

    model_config = ConfigDict(extra="allow")


class GatewayMessage(BaseModel):
    """What the gateway itself answers."""

    message: str


class Failure(RootModel[ErrorBody | GatewayMessage]):
    """What the handler or the gateway answers when a request fails."""


# Statuses that the gateway gives as well as a handler.
_GATEWAYS_TOO = frozenset((401, 413, 502, 503, 504))

type Responses = dict[int | str, dict[str, Any]]


def _with_failures(documented: Responses, operation: LambdaOperation) -> Responses:
    """The responses of an operation: its own, the authorizer's, and one for all others.

    An error that a route documents without a model is raised by its handler and answered by the handler's middleware.
    """
    own = {status: _modelled(status, response) for status, response in documented.items()}
    if operation.auth is not None:
        own.setdefault(401, {"description": "No valid token, or a user whom the API does not know.", "model": Failure})
    own.setdefault("default", {"description": "Any other failure, of the handler or of the gateway.", "model": Failure})
    return own


def _modelled(status: int | str, response: dict[str, Any]) -> dict[str, Any]:
    if not str(status).startswith(("4", "5")) or "content" in response:
        return response
    return {"model": Failure if status in _GATEWAYS_TOO else ErrorBody, **response}
