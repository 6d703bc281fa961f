"""How operations become routes: one each, or one for each method of ANY."""

from http import HTTPStatus

from ..model import Operation
from ..names import METHODS, Identifier, PathTemplate, camel
from .parameters import parameters_of
from .types import Imports, Types
from .views import RouteView

type Claims = dict[tuple[str, ...], set[str]]
"""Methods by the shape of a path."""


def routes_of(operation: Operation, name: str, types: Types, claimed: Claims) -> list[RouteView]:
    """The views of an operation: one, or for ANY one for each method that no other operation of the path claims."""
    if operation.method != "ANY":
        return [_route(operation, operation.method, name, types)]
    taken = claimed[PathTemplate(operation.path).shape]
    return [_route(operation, method, f"{name}_{method.lower()}", types) for method in METHODS if method not in taken]


def _route(operation: Operation, method: str, name: str, types: Types) -> RouteView:
    package, _, module = operation.module.rpartition(".")
    imports = types.imports
    handler = handler_alias(imports, package, module)
    status = operation.status or 200
    return RouteView(
        method=method.lower(),
        path=starlette_path(operation),
        operation_id=f"{operation.context}_{name}",
        summary=operation.docs.summary,
        description=operation.docs.description,
        status=status,
        response_model=_response_model(operation, status, name, types),
        responses=_documented(operation, status),
        has_auth=operation.auth is not None,
        handler=f"{handler}.{operation.function}",
        module=operation.module,
        function=operation.function,
        auth=operation.auth,
        permissions=operation.permissions,
        timeout=operation.timeout,
        idempotency=operation.docs.idempotency,
        name=imports.free(name),
        parameters=tuple(parameters_of(operation, camel(name), types)),
    )


def handler_alias(imports: Imports, package: str, module: str) -> str:
    known = imports.names.setdefault(package, {})
    if module not in known:
        known[module] = imports.free(f"{Identifier.like(module)}_module")
    return known[module]


def starlette_path(operation: Operation) -> str:
    """`{rest+}` is Starlette's `{rest:path}`."""
    return operation.template.text.replace("+}", ":path}")


def _response_model(operation: Operation, status: int, name: str, types: Types) -> str:
    if operation.response is None or status in (204, 205, 304) or status < 200:
        return "None"
    return types.spell(operation.response.type, f"{camel(name)}Response")


def _documented(operation: Operation, status: int) -> tuple[tuple[int, str], ...]:
    found = {code: _phrase(code) for code in operation.statuses}
    found |= {code: words or _phrase(code) for code, words in operation.docs.responses}
    found.pop(status, None)
    return tuple(sorted(found.items()))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"
