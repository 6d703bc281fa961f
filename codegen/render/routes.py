"""How operations become routes: one each, which for ANY has the methods that no other operation claims."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from ..declarations import ApiKey, Authorizer, Cognito, Iam, Jwt, LambdaAuthorizer, Public, Unresolved, kind_of
from ..model import Docs, Operation, Response, ResponseKind
from ..names import METHODS, PathTemplate, camel
from .functions import Constants
from .naming import RouteName
from .parameters import parameters_of
from .types import Types
from .views import AuthorizerView, ResponseView, RouteView

_WITHOUT_BODY = (204, 205, 304)

type Claims = dict[tuple[str, ...], set[str]]
"""Methods by the shape of a path."""


def routes_of(
    operation: Operation, name: RouteName, types: Types, claimed: Claims, declared: Constants
) -> Iterator[RouteView]:
    """The view of an operation; none for ANY where other operations of the path claim every method."""
    methods = [operation.method]
    if operation.method == "ANY":
        shape = PathTemplate(operation.path).shape
        mocks = () if operation.declared is None else operation.declared.api.preflights
        taken = claimed[shape] | {"OPTIONS" for one in mocks if PathTemplate(one.path).shape == shape}
        methods = [method for method in METHODS if method not in taken]
    if methods:
        yield _route(operation, methods, name, types, declared)


def _route(operation: Operation, methods: list[str], named: RouteName, types: Types, declared: Constants) -> RouteView:
    imports, docs = types.imports, operation.docs
    alias = "" if operation.declared is not None else imports.module(operation.module)
    status = operation.status or min(operation.statuses, default=200)
    returned = dict(operation.others)
    first = returned.pop(status) if status in returned else operation.response
    said = dict(docs.responses)
    words = said.pop(status, "") or _phrase(status)
    media = None if first is None or status in _WITHOUT_BODY else first.media
    name = camel(named.name)
    model = _model(first, status, f"{name}Response", types)
    apart = () if media is None else (ResponseView(status, words, True, _shown(first, model), media),)
    is_json = media is None and (first is not None or status in _WITHOUT_BODY)
    if not is_json:
        imports.add("fastapi", "Response")
    refused = {one for one in operation.statuses if one != status and one not in returned}
    return RouteView(
        methods=tuple(methods),
        path=_starlette_path(operation.path),
        operation_id=_id(operation, methods, named.id),
        summary=docs.summary,
        description=_description(docs),
        status=status,
        response_model="None" if media else model,
        is_json=is_json,
        response_description=words,
        responses=(*apart, *_others(said, returned, refused, name, types)),
        deprecated=docs.deprecated is not None,
        tags=docs.tags,
        is_hidden=docs.is_hidden,
        module=alias,
        function=operation.function,
        declared=declared.of(operation),
        auth=operation.auth,
        authorizer=None if operation.authorizer is None else _authorizer(operation.authorizer),
        scopes=operation.scopes,
        needs_key=operation.needs_key,
        permissions=operation.permissions,
        timeout=None if operation.is_entry else operation.timeout,  # it keeps its own time
        any_method=operation.is_of_any,
        document_only=operation.document_only,
        is_entry=operation.is_entry,
        reads=operation.renamed,
        extensions=dict(docs.extensions),
        access=docs.access,
        name=imports.free(named.name),
        parameters=tuple(parameters_of(operation, name, types)),
    )


def _id(operation: Operation, methods: list[str], name: str) -> str:
    """The id of an operation. Of one with ANY each method has its own, whether it is the only one that is left."""
    return f"{name}_{methods[0].lower()}" if operation.method == "ANY" and len(methods) == 1 else name


def _authorizer(declared: Authorizer) -> AuthorizerView | None:
    """What `ports` calls a declared authorizer; None for a public route. What is not run there needs a stand-in."""
    kind = kind_of(declared)
    match declared:
        case Public():
            return None
        case Cognito(name=name, pools=pools, identity=identity):
            return AuthorizerView("Cognito", (("name", name), *_given(pools=pools, identity=identity)))
        case Jwt(name=name, issuer=issuer, audience=audience, unknown=unknown, identity=identity):
            arguments = (("name", name), ("issuer", issuer), ("audience", audience))
            return AuthorizerView("Jwt", (*arguments, *_given(unknown=unknown, identity=identity)))
        case LambdaAuthorizer(name=name):
            return AuthorizerView("NeedsStandIn", (("kind", kind), ("name", name)))
        case Iam() | ApiKey() | Unresolved():
            return AuthorizerView("NeedsStandIn", (("kind", kind), ("name", kind)))


def _given(**arguments: str | tuple[str, ...]) -> tuple[tuple[str, Any], ...]:
    """Those that are not the default."""
    return tuple((name, value) for name, value in arguments.items() if value)


def _description(docs: Docs) -> str:
    parts = [docs.description, f"Deprecated: {docs.deprecated}" if docs.deprecated else ""]
    return "\n\n".join(part for part in parts if part)


def _starlette_path(path: str) -> str:
    """`{rest+}` is Starlette's `{rest:path}`."""
    return path.replace("+}", ":path}")


def _model(response: Response | None, status: int, name: str, types: Types) -> str:
    """The code of a response's type; `name` is what a model would be called."""
    if response is None or status in _WITHOUT_BODY or status < 200:
        return "None"
    return types.spell(response.type, name)


def _others(
    said: dict[int, str], returned: dict[int, Response | None], refused: set[int], name: str, types: Types
) -> Iterator[ResponseView]:
    """`refused` are statuses of the gateway's own, for results that it cannot send."""
    for status in sorted(said.keys() | returned.keys() | refused):
        response = returned.get(status)
        model = _model(response, status, f"{name}Response{status}", types)
        media = None if response is None or model == "None" else response.media
        model = model if media is None else _shown(response, model)
        yield ResponseView(status, said.get(status) or _phrase(status), status in returned, model, media)


def _shown(response: Response | None, model: str) -> str:
    """The type of an answer of a media type of its own: a text has none."""
    return "" if response is None or response.kind is ResponseKind.TEXT else model


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
