"""Decisions about the file of declared functions: their names, and those of their APIs."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..declarations import Handler, Route
from ..model import Operation
from ..names import Identifier
from .views import ApiView, DeclaredView, FunctionsView, FunctionView

FUNCTIONS = "functions.py"

type _ApiKey = tuple[str, str, str | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Constants:
    """The names of all functions and APIs in the file."""

    functions: dict[Handler, str]
    apis: dict[_ApiKey, str]

    def of(self, operation: Operation) -> DeclaredView | None:
        """What a route says of its function; None for a handler that a docstring declares."""
        route = operation.declared
        if route is None or not isinstance(route.handler, Handler):
            return None
        return DeclaredView(self.functions[route.handler], self.apis[_api_key(route)], f"{route.method} {route.path}")


def constants_of(operations: Iterable[Operation]) -> Constants:
    """Names by function and API, whatever the order of the routes."""
    routes = [operation.declared for operation in operations if operation.declared is not None]
    handlers = {route.handler for route in routes if isinstance(route.handler, Handler)}
    used: set[str] = set()
    functions = {one: _free(one.name or f"{one.path}_{one.function}", used) for one in sorted(handlers, key=_order)}
    apis = {key: _free(f"{key[0] or 'the'}_api", used) for key in sorted({_api_key(one) for one in routes}, key=str)}
    return Constants(functions, apis)


def functions_view(operations: Iterable[Operation], constants: Constants) -> FunctionsView:
    """The file of functions."""
    sources = {one.spot.path for one in operations if one.declared is not None}
    functions = tuple(
        FunctionView(
            constant,
            one.name or f"{one.file}:{one.function}",
            one.code_root,
            one.file,
            one.function,
            one.layers,
            one.timeout,
            tuple(sorted(one.environment)),
        )
        for one, constant in constants.functions.items()
    )
    apis = tuple(ApiView(constant, key[1], key[2], key[3]) for key, constant in constants.apis.items())
    return FunctionsView(tuple(sorted(sources)), apis, functions)


def _api_key(route: Route) -> _ApiKey:
    """What makes the events of two routes alike."""
    kind = "rest" if route.api.kind == "rest" else f"http-{route.payload}"
    return (route.api.name, kind, route.api.stage, route.api.binary_types)


def _order(handler: Handler) -> tuple[str, ...]:
    return (handler.name, handler.path, handler.function, repr(handler))


def _free(text: str, used: set[str]) -> str:
    wanted = name = Identifier.like(text).text.upper()
    number = 1
    while name in used:
        number += 1
        name = f"{wanted}_{number}"
    used.add(name)
    return name
