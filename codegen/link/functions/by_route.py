"""What the events of a route say of it, for functions that ask which route a request has."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...declarations import Route
from ...model import Operation
from ...names import DEFAULT, METHODS_OF_ANY, PathTemplate

type Claims = Mapping[tuple[str, tuple[str, ...]], set[str]]
"""The methods of each path of each API."""


def claimed(operations: Iterable[Operation]) -> Claims:
    found: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for one in operations:
        if one.declared is not None:
            found[_place_of(one)].add(one.method)
            for mock in one.declared.api.preflights:
                found[one.declared.api.name, PathTemplate(mock.path).shape].add("OPTIONS")
    return found


def _place_of(operation: Operation) -> tuple[str, tuple[str, ...]]:
    api = "" if operation.declared is None else operation.declared.api.name
    return api, PathTemplate(operation.path).shape


def of_each_method(operation: Operation, claimed: Claims) -> list[Operation]:
    """An operation with ANY as one of each method that its path has from it alone."""
    free = [method for method in METHODS_OF_ANY if method not in claimed[_place_of(operation)]]
    label = f"ANY {operation.path}"
    made = [replace(operation, method=method) for method in free]
    own = operation.docs.summary == label
    docs = [replace(one.docs, summary=f"{one.method} {one.path}") if own else one.docs for one in made]
    return [replace(one, docs=said) for one, said in zip(made, docs, strict=True)]


def route_of(operation: Operation) -> dict[str, str | None]:
    """What the events of a route say of it, as far as it is the same in each. None for keys that they have not."""
    method, declared = operation.method, operation.declared
    path = operation.path if declared is None else declared.path
    key = path if declared is None or path == DEFAULT else f"{declared.method} {path}"
    fixed = None if "{" in operation.path or path == DEFAULT else operation.path
    is_second = declared is not None and payload_of(declared) == "2.0"
    first = {"httpMethod": method, "resource": path}
    context = {"requestContext.httpMethod": method, "requestContext.resourcePath": path}
    second = {"routeKey": key, "requestContext.routeKey": key, "requestContext.http.method": method}
    absent = {"path", "requestContext.path"} if is_second else {"rawPath", "requestContext.http"}
    found: dict[str, str | None] = {**first, **context, **second, **dict.fromkeys(absent)}
    found |= dict.fromkeys((*first, *context) if is_second else second)
    # Of another stage than the default one the path of payload 2.0 begins with its name.
    is_plain = declared is not None and declared.api.stage in (None, DEFAULT)
    if fixed is not None and (is_plain or not is_second):
        found |= {"rawPath": fixed, "requestContext.http.path": fixed} if is_second else {"path": fixed}
    return found


def payload_of(route: Route) -> str:
    return route.payload if route.api.kind == "http" else "1.0"
