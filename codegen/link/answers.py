"""What a handler returns: statuses, and the shape of the body."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codegen.diagnostics import Finding, Spot
from codegen.link import containers
from codegen.link.responses import response_of
from codegen.link.statuses import statuses_of
from codegen.link.values import UNKNOWN, Choice, Dump, Known, Model, Record, Unknown, Value
from codegen.model import Response

if TYPE_CHECKING:
    from codegen.link.machine import Machine


@dataclass(frozen=True, slots=True)
class Answer:
    statuses: tuple[int, ...]
    response: Response | None


def answers_of(machine: "Machine", value: Value, spot: Spot) -> list[Answer]:
    """The answers that one `return` may give; what cannot be read is noted as a finding."""
    forced = machine.force(value)
    if isinstance(forced, Choice):
        # `result = None` before a loop or a branch that sets it is no answer of its own.
        given = [option for option in forced.options if option != Known(None)]
        return [answer for option in given for answer in answers_of(machine, option, spot)]
    if isinstance(forced, Dump | Model):
        forced = _as_record(machine, forced)
    if not isinstance(forced, Record) or not (forced.entries or forced.spreads):
        hint = "return a dict with statusCode, headers and body"
        machine.seen.findings.append(Finding("CG111", "this answer cannot be read", spot, hint))
        return []
    status = statuses_of(machine, forced, spot)
    if status is None:
        return []
    body = containers.of_record(machine, forced, Known("body"), spot)
    where = forced.entries["body"].spot if "body" in forced.entries else spot
    if "body" not in forced.entries and isinstance(body, Unknown):
        return [Answer(status, None)]
    return [Answer(status, response_of(machine, body, where))]


def _as_record(machine: "Machine", value: Dump | Model) -> Value:
    """`LambdaResponse(statusCode=201, body=...)`, or its dump: the arguments are the keys."""
    model = machine.force(value.model) if isinstance(value, Dump) else value
    record = Record()
    if isinstance(model, Model):
        for name, given in model.named.items():
            key = {"status_code": "statusCode", "status": "statusCode"}.get(name, name)
            containers.put(machine, record, Known(key), given, Spot("", -1))
    return record if "statusCode" in record.entries else UNKNOWN
