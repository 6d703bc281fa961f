"""Decisions about the file of declared functions: their names, and those of their APIs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..declarations import Api, Handler, LambdaAuthorizer
from ..model import Operation
from ..names import Identifier, numbered
from .views import ApiView, DeclaredView, FunctionsView, FunctionView, LambdaAuthorizerView

FUNCTIONS = "functions.py"


@dataclass(frozen=True, slots=True)
class Constants:
    """The names of all functions and APIs in the file."""

    functions: dict[Handler, str]
    apis: dict[Api, str]
    authorizers: dict[LambdaAuthorizer, str]

    def of(self, operation: Operation) -> DeclaredView | None:
        """What a route says of its function; None for a handler that a docstring declares."""
        route = operation.declared
        if route is None or not isinstance(route.handler, Handler):
            return None
        # A REST API has one payload format.
        payload = route.payload if route.api.kind == "http" else None
        authorizer = self.authorizers.get(route.authorizer) if isinstance(route.authorizer, LambdaAuthorizer) else None
        return DeclaredView(self.functions[route.handler], self.apis[route.api], payload, authorizer)


def constants_of(operations: Iterable[Operation]) -> Constants:
    """Names by function and API, whatever the order of the routes."""
    routes = [operation.declared for operation in operations if operation.declared is not None]
    asked = {one.authorizer for one in routes if isinstance(one.authorizer, LambdaAuthorizer)}
    found = [*(route.handler for route in routes), *(authorizer.handler for authorizer in asked)]
    handlers = {handler for handler in found if isinstance(handler, Handler)}
    used: set[str] = set()
    functions = {one: _free(one.name or f"{one.path}_{one.function}", used) for one in sorted(handlers, key=_order)}
    apis = {api: _free(f"{api.name or 'the'}_api", used) for api in sorted({one.api for one in routes}, key=repr)}
    known = sorted((one for one in asked if isinstance(one.handler, Handler)), key=repr)
    return Constants(functions, apis, {one: _free(f"{one.name}_authorizer", used) for one in known})


def functions_view(operations: Iterable[Operation], constants: Constants) -> FunctionsView:
    """The file of functions."""
    sources = {one.spot.path for one in operations if one.declared is not None}
    functions = tuple(
        FunctionView(
            constant,
            one.name or _deployed_name(one),
            one.code_root,
            one.file,
            one.function,
            one.layers,
            one.timeout,
            one.memory,
            tuple(sorted(one.environment)),
        )
        for one, constant in constants.functions.items()
    )
    apis = tuple(_api(api, constant) for api, constant in constants.apis.items())
    authorizers = tuple(
        LambdaAuthorizerView(
            constant,
            constants.functions[one.handler],
            one.name,
            one.form,
            one.identity,
            one.ttl,
            one.payload,
            one.simple,
        )
        for one, constant in constants.authorizers.items()
        if isinstance(one.handler, Handler)
    )
    return FunctionsView(tuple(sorted(sources)), apis, functions, authorizers)


def _api(api: Api, constant: str) -> ApiView:
    return ApiView(constant, api.name, api.kind, api.stage, api.binary_types, api.cors, api.preflights, api.variables)


def _order(handler: Handler) -> tuple[str, ...]:
    return (handler.name, handler.path, handler.function, repr(handler))


def _deployed_name(handler: Handler) -> str:
    """Of a function that the table gives no name: Lambda allows letters, digits, hyphens and underscores."""
    return re.sub(r"[^\w-]", "-", f"{handler.file.removesuffix('.py')}.{handler.function}", flags=re.ASCII)


def _free(text: str, used: set[str]) -> str:
    name = next(one for one in numbered(Identifier.like(text).text.upper()) if one not in used)
    used.add(name)
    return name
