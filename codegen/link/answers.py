"""What a handler returns: statuses, and the shape of the body."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..diagnostics import Finding, Spot
from ..model import Response
from . import containers
from .joining import of_way
from .responses import response_of
from .statuses import statuses_of
from .values import UNKNOWN, Choice, Dump, Entry, Known, Model, Record, Unknown, Value

if TYPE_CHECKING:
    from .machine import Machine


@dataclass(frozen=True, slots=True)
class Answer:
    statuses: tuple[int, ...]
    response: Response | None


def answers_of(machine: "Machine", value: Value, spot: Spot) -> list[Answer]:
    """The answers that one `return` may give; what cannot be read is noted as a finding."""
    machine.shapes.clear()  # dicts may have changed since the last one
    return _answers_of(machine, value, spot)


def _answers_of(machine: "Machine", value: Value, spot: Spot) -> list[Answer]:
    forced = machine.force(value)
    if isinstance(forced, Choice):
        # `result = None` before a loop or a branch that sets it is no answer of its own.
        given = [option for option in forced.options if option != Known(None)]
        return [answer for option in given for answer in _answers_of(machine, option, spot)]
    if isinstance(forced, Dump | Model):
        forced = _as_record(machine, forced)
    if not isinstance(forced, Record) or not (forced.entries or forced.spreads):
        hint = "return a dict with statusCode, headers and body"
        machine.seen.findings.append(Finding("CG111", "this answer cannot be read", spot, hint))
        return []
    apart = _apart(machine, forced)
    if apart:
        return [answer for record in apart for answer in _answers_of(machine, record, spot)]
    status = statuses_of(machine, forced, spot)
    if status is None:
        return []
    body = containers.of_record(machine, forced, Known("body"), spot)
    where = forced.entries["body"].spot if "body" in forced.entries else spot
    if "body" not in forced.entries and isinstance(body, Unknown):
        return [Answer(status, None)]
    return [Answer(status, response_of(machine, body, where))]


def _apart(machine: "Machine", record: Record) -> list[Record]:
    """`status, body = (200, found) if found else (404, error)`: one answer for each branch that sets both."""
    status, body = record.entries.get("statusCode"), record.entries.get("body")
    if status is None or body is None:
        return []
    code, content = machine.force(status.value), machine.force(body.value)
    if not isinstance(code, Choice) or not code.ways:
        return []
    rest = {name: entry for name, entry in record.entries.items() if entry is not status and entry is not body}
    found: list[Record] = []
    for way, given in enumerate(code.ways):
        entries = {"statusCode": Entry(given, status.spot), "body": Entry(of_way(content, code.at, way), body.spot)}
        found.append(Record(rest | entries, record.spreads, record.computed))
    return found


def _as_record(machine: "Machine", value: Dump | Model) -> Value:
    """`LambdaResponse(statusCode=201, body=...)`, or its dump: the arguments are the keys."""
    model = machine.force(value.model) if isinstance(value, Dump) else value
    record = Record()
    if isinstance(model, Model):
        for name, given in model.named.items():
            key = {"status_code": "statusCode", "status": "statusCode"}.get(name, name)
            containers.put(machine, record, Known(key), given, Spot("", -1))
    return record if "statusCode" in record.entries else UNKNOWN
