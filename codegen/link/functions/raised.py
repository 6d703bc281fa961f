"""Errors of Powertools and Chalice, which answer with their own status where a function raises them."""

from dataclasses import replace

from ... import facts
from ...model import ANY, Field, Operation, Primitive, Response, ResponseKind, Shape
from ...routing.modules import ModuleIndex
from ..interpreter import values as v
from ..interpreter.declared import lookup
from ..interpreter.protocol import Interpreter

_STATUSES = {
    "BadRequestError": 400,
    "UnauthorizedError": 401,
    "ForbiddenError": 403,
    "NotFoundError": 404,
    "MethodNotAllowedError": 405,
    "RequestTimeoutError": 408,
    "ConflictError": 409,
    "RequestEntityTooLargeError": 413,
    "UnprocessableEntityError": 422,
    "TooManyRequestsError": 429,
    "InternalServerError": 500,
    "ChaliceViewError": 500,
    "ServiceUnavailableError": 503,
}
# What answers with other words, and perhaps with another status.
_OWN_ANSWERS = ("exception_handler", "not_found")


def _body(*fields: Field) -> Response:
    return Response(ResponseKind.LITERAL, Shape(fields), None, tuple(field.name for field in fields))


_POWERTOOLS = _body(Field("statusCode", Primitive("int"), True), Field("message", ANY, True))
_CHALICE = _body(Field("Code", Primitive("str"), True), Field("Message", Primitive("str"), True))


def with_raised(machine: Interpreter, operation: Operation) -> Operation:
    """The operation with the errors that the function raises."""
    found = dict(filter(None, map(_answer, machine.seen.raised)))
    new = {status: body for status, body in found.items() if status not in operation.statuses}
    others = tuple(sorted({**dict(operation.others), **new}.items()))
    return replace(operation, statuses=tuple(sorted({*operation.statuses, *new})), others=others)


def _answer(raised: v.Value) -> tuple[int, Response] | None:
    """The status and the body that an error gives; None for one of another library."""
    callee = raised.callee if isinstance(raised, v.Pending) else raised
    dotted = lookup.dotted_name(callee)
    name = dotted.rpartition(".")[2]
    if dotted.startswith("chalice."):
        return (_STATUSES[name], _CHALICE) if name in _STATUSES else None
    if not dotted.startswith("aws_lambda_powertools.event_handler."):
        return None
    status: object = _STATUSES.get(name)
    if name == "ServiceError" and isinstance(raised, v.Pending):
        stated = raised.arguments.named.get("status_code", next(iter(raised.arguments.positional), None))
        status = v.constant_of(stated) if stated is not None else None
    return (status, _POWERTOOLS) if isinstance(status, int) and 200 <= status <= 599 else None


def answers_itself(home: ModuleIndex) -> bool:
    """Whether a module may have an app answer errors in words of its own."""
    nodes = facts.nodes_of(home.module.body)
    return any(isinstance(node, facts.Attr) and node.name in _OWN_ANSWERS for node in nodes)
