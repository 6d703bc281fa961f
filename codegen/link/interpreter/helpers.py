"""Calls of the helpers that every handler uses, known by name whatever they are imported as."""

from ...diagnostics import Finding, Spot
from . import containers, lookup
from .protocol import Interpreter
from .seen import QueryRead
from .values import Arguments, Event, EventPart, FunctionValue, Known, Record, Scalar, Scope, Text, Unknown, Value

# What the query helper does when an argument is left out, unless its own signature is in the tree.
_QUERY_DEFAULTS: dict[str, str | int | bool] = {
    "use_multi_value": True,
    "default_limit": 50,
    "default_sort": "-updated_at",
}


def helper_call(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value | None:
    """The value of a helper's call; None if the callee is none of them."""
    name, names = lookup.own_name(callee), machine.helpers
    if name in names.has_permission:
        return _permission(machine, arguments, spot)
    if name in names.path_parameter:
        return _path_parameter(machine, arguments, spot)
    if name in names.header:
        return _header(machine, arguments)
    if name in names.query_filters:
        return _query_filters(machine, callee, arguments, spot)
    if name in names.request_body:
        return containers.body_of(machine, spot)
    for helper, field in names.body_with:
        if name == helper:
            body = containers.body_of(machine, spot)
            body.supplied[field] = Text()
            return body
    return None


def _permission(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    given = arguments.named.get("permission")
    if given is None and arguments.positional:
        given = arguments.positional[-1]
    if given is None:
        given = next(iter(arguments.named.values()), None)
    if given is not None:
        machine.seen.permissions.append((given, spot))
    return Scalar("bool")


def _path_parameter(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    candidates = [v for v in (*arguments.positional, *arguments.named.values()) if not isinstance(v, Event | EventPart)]
    for value in candidates:
        forced = machine.force(value)
        if isinstance(forced, Known) and isinstance(forced.value, str):
            return containers.path_value(machine, forced.value, spot)
    return containers.path_value(machine, None, spot)


def _header(machine: Interpreter, arguments: Arguments) -> Value:
    for value in (*arguments.positional, *arguments.named.values()):
        forced = machine.force(value)
        if isinstance(forced, Known) and isinstance(forced.value, str):
            machine.seen.header(forced.value)
    return Text()


def _query_filters(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    schema = arguments.get(1, "filter_schema_class") or arguments.named.get("schema")
    if schema is None:
        hint = "pass filter_schema_class="
        machine.seen.findings.append(Finding("CG107", "the query helper is called without a filter schema", spot, hint))
    multi_value = _query_argument(machine, callee, arguments, 2, "use_multi_value")
    limit = _query_argument(machine, callee, arguments, 3, "default_limit")
    sort = _query_argument(machine, callee, arguments, 4, "default_sort")
    many = machine.force(multi_value)
    flag = bool(many.value) if isinstance(many, Known) else True
    machine.seen.queries.append(QueryRead(schema, flag, limit, sort, {}, spot))
    return Record(computed=Unknown("what a client asks for is data", spot))


def _query_argument(machine: Interpreter, callee: Value, arguments: Arguments, place: int, name: str) -> Value:
    given = arguments.get(place, name)
    if given is not None:
        return given
    function = machine.force(callee)
    if isinstance(function, FunctionValue):
        for param in function.node.params:
            if param.name == name and param.default is not None:
                return machine.evaluate(param.default, Scope(function.home, {}))
    return Known(_QUERY_DEFAULTS[name])
