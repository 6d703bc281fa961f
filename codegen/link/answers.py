"""What a handler returns: statuses, and the shape of the body."""

from dataclasses import dataclass

from ..diagnostics import Finding, Spot
from ..model import Response
from .interpreter import values as v
from .interpreter.choices import elsewhere, options
from .interpreter.operations import containers
from .interpreter.protocol import Interpreter
from .responses import is_text, response_of
from .statuses import statuses_of


@dataclass(frozen=True, slots=True)
class Answer:
    """`statuses` is None where they cannot be read; `response` where its shape is not known, or there `is_empty`."""

    statuses: tuple[int, ...] | None
    response: Response | None
    is_empty: bool = False


_EMPTY = (v.Known(None), v.Known(""), v.Known(b""))
# A result that the gateway cannot send.
REFUSED = Answer((), None)


def answers_of(machine: Interpreter, value: v.Value, spot: Spot) -> list[Answer]:
    """The answers that one `return` may give; what cannot be read is noted as a finding."""
    machine.memo.shapes.clear()  # dicts may have changed since the last one
    return _answers_of(machine, value, spot)


def _answers_of(machine: Interpreter, value: v.Value, spot: Spot) -> list[Answer]:
    forced = machine.force(value)
    if isinstance(forced, v.Choice):
        # `result = None` before a loop or a branch that sets it is no answer of its own.
        given = [option for option in forced.options if option != v.Known(None)]
        return [answer for option in given for answer in _answers_of(machine, option, spot)]
    record = _as_record(machine, forced)
    if isinstance(record, v.Unknown):
        message = "this answer cannot be read" + (f": {record.reason}" if record.reason else "")
        hint = "return a dict with statusCode, headers and body"
        machine.seen.findings.append(Finding("CG111", message, spot, hint, other=elsewhere(record, spot)))
        return [Answer(None, None)]
    statuses = statuses_of(machine, record, spot)
    sent = None if statuses is None else tuple(status for status in statuses if 200 <= status <= 599)
    refused = [] if sent == statuses else [REFUSED]
    if sent == ():
        return refused
    body = machine.force(containers.of_record(machine, record, v.Known("body"), spot))
    if "body" not in record.entries and (body == v.NOTHING or isinstance(body, v.Unknown)):
        return [*refused, Answer(sent, None, is_empty=body == v.NOTHING)]
    where = record.entries["body"].spot if "body" in record.entries else spot
    response = response_of(machine, body, where)
    bodies = options(body)
    good = sum(is_text(machine, one) for one in bodies)
    refused = refused if good == len(bodies) else [REFUSED]
    is_empty = all(one in _EMPTY for one in bodies)
    return [*refused, Answer(sent, response, is_empty)] if good else refused


def _as_record(machine: Interpreter, value: v.Value) -> v.Record | v.Unknown:
    """The dict that an answer is; that of `LambdaResponse(statusCode=201)`, or of its dump, has the arguments."""
    match value:
        case v.Record(entries={}, spreads=(v.Dump(model=model),)):
            return _as_record(machine, machine.force(model))
        case v.Record() if value.entries or value.spreads or value.computed is None:
            return value
        case v.Model(named=named):
            record = v.Record()
            for name, given in named.items():
                key = {"status_code": "statusCode", "status": "statusCode"}.get(name, name)
                containers.put(machine, record, v.Known(key), given, Spot("", -1))
            return record if "statusCode" in record.entries else v.Unknown("an object without a status")
        case v.Unknown():
            return value
        case _:
            return v.Unknown("")
