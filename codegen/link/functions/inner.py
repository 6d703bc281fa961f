"""What functions with a decorator of Powertools or Chalice do, read as handlers are: they return a body, a body with a
status, or a `Response`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ... import facts
from ...diagnostics import Spot
from ...model import ANYTHING, Operation
from ...names import WITH_BODY
from ...routing.decorated import VERBS
from ...routing.modules import ModuleIndex
from .. import answers, requests
from ..interpreter import values as v
from ..interpreter.calls import wrappers
from ..interpreter.declared import lookup
from ..interpreter.machine import Machine
from ..interpreter.operations import containers

_NOWHERE = Spot("", -1)
# The arguments of `Response`, in their order.
_POWERTOOLS = ("status_code", "content_type", "body", "headers")
_CHALICE = ("body", "headers", "status_code")


def followed(
    machine: Machine, home: ModuleIndex, node: facts.Function, names: Sequence[str], operation: Operation
) -> Operation | None:
    """The operation as the function answers, its types still with classes; None where that cannot be followed. The
    record of the machine has the findings."""
    own = replace(node, decorators=tuple(one for one in node.decorators if not _is_route(one)))
    function = v.FunctionValue(home, own)
    if any(wrappers(machine, function, own)) or own.is_async:
        return None
    found: list[answers.Answer] = []

    def returned(value: v.Value, spot: Spot) -> None:
        for option in _options(machine, value):
            found.extend(answers.answers_of(machine, _result(machine, option, operation.status or 200, spot), spot))

    given = {name: containers.path_value(machine, name, _NOWHERE) for name in names}
    machine.run_handler(function, v.Arguments((), given, ()), returned)
    if not found or any(answer.statuses is None or answer is answers.REFUSED for answer in found):
        return None
    statuses = tuple(sorted({status for answer in found for status in answer.statuses or ()}))
    if not statuses:
        return None
    status = next((one for one in statuses if 200 <= one < 300), None)
    given_with = {one: answers.with_status(found, one) for one in statuses}
    bodies = {one: answers.response_among(machine, given, operation.spot) for one, given in given_with.items()}
    kinds = machine.seen.way.kinds
    parameters = zip(operation.path_parameters, names, strict=True)
    request = requests.request_of(machine, operation.method, optional=True) if operation.method in WITH_BODY else None
    return replace(
        operation,
        status=status,
        statuses=statuses,
        path_parameters=tuple(replace(one, type=kinds.get(name, "str")) for one, name in parameters),
        query=requests.query_of(machine),
        request=request,
        response=bodies.get(status) if status is not None else ANYTHING,
        headers=tuple(machine.seen.headers.values()),
        others=tuple((one, body) for one, body in bodies.items() if one != status),
    )


def joined(said: Operation | None, done: Operation | None) -> Operation | None:
    """What the annotations of a function say, and where they say nothing, what it does."""
    if said is None or done is None:
        return said or done
    known = said.response if said.response != ANYTHING else done.response
    return replace(
        done,
        path_parameters=said.path_parameters,
        query=said.query or done.query,
        headers=said.headers or done.headers,
        request=said.request or done.request,
        response=known if done.status is not None else done.response,
    )


def _is_route(decorator: facts.Expr) -> bool:
    match decorator:
        case facts.Call(func=facts.Attr(name=name)):
            return name in (*VERBS, "route")
        case _:
            return False


def _options(machine: Machine, value: v.Value) -> tuple[v.Value, ...]:
    """What a function may return, with a call that makes a `Response` kept as it is."""
    if isinstance(value, v.Choice):
        return tuple(one for option in value.options for one in _options(machine, option))
    if isinstance(value, v.Pending) and lookup.own_name(value.callee) == "Response":
        return (value,)
    forced = machine.force(value)
    return forced.options if isinstance(forced, v.Choice) else (forced,)


def _result(machine: Machine, value: v.Value, status: int, spot: Spot) -> v.Value:
    """The result of the Lambda function for what an inner one returns."""
    if isinstance(value, v.Pending):
        is_chalice = lookup.dotted_name(value.callee).startswith("chalice")
        if not is_chalice and not lookup.dotted_name(value.callee).startswith("aws_lambda_powertools"):
            return v.Unknown("")
        names = _CHALICE if is_chalice else _POWERTOOLS
        given = dict(zip(names, value.arguments.positional, strict=False)) | value.arguments.named
        return v.Unknown("") if value.arguments.spreads else _made(machine, given, spot)
    if isinstance(value, v.Unknown):
        return value
    if isinstance(value, v.Items) and value.rest is None and len(value.known) == 2:
        body, second = value.known
        if isinstance(machine.force(second), v.Known | v.External):
            return _made(machine, {"body": body, "status_code": second}, spot)
    return _made(machine, {"body": value, "status_code": v.Known(status)}, spot)


def _made(machine: Machine, given: Mapping[str, v.Value], spot: Spot) -> v.Record:
    body = machine.force(given.get("body", v.Known(None)))
    headers = given.get("headers", v.Known(None))
    media = given.get("content_type")
    if media is not None:
        headers = v.Record({"Content-Type": v.Entry(media, spot)})
    is_text = isinstance(v.constant_of(body), str | bytes) or isinstance(body, v.Text | v.Json | v.PathValue)
    sent = body if is_text or isinstance(body, v.Unknown) else v.Json(body)
    entries = {"statusCode": given.get("status_code", v.Known(200)), "headers": headers, "body": sent}
    return v.Record({name: v.Entry(value, spot) for name, value in entries.items()})
