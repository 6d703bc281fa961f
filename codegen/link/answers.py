"""What a handler returns: statuses, and the shape of the body."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ..diagnostics import Finding, Spot
from ..model import ANYTHING, TEXT, Response, ResponseKind
from .interpreter import values as v
from .interpreter.choices import elsewhere, options
from .interpreter.operations import containers
from .interpreter.protocol import Interpreter
from .responses import combined, is_text, response_of
from .statuses import statuses_of


@dataclass(frozen=True, slots=True)
class Answer:
    """`statuses` is None where they cannot be read; `response` where its shape is not known, or there `is_empty`."""

    statuses: tuple[int, ...] | None
    response: Response | None
    is_empty: bool = False


_MEDIA = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_EMPTY = (v.Known(None), v.Known(""), v.Known(b""))
# A result that the gateway cannot send.
REFUSED = Answer((), None)


def response_among(machine: Interpreter, answers: Sequence[Answer], spot: Spot) -> Response | None:
    """The one response of several answers; None without a body."""
    if all(answer.is_empty for answer in answers):
        return None
    return combined(machine, [answer.response for answer in answers], spot) or ANYTHING


def with_status(answers: Iterable[Answer], status: int | None) -> list[Answer]:
    return [answer for answer in answers if status in (answer.statuses or ())]


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
    if machine.payload == "2.0" and _is_body(forced):
        return [Answer((200,), response_of(machine, v.Json(forced), spot))]
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
    bodies = options(body)
    good = sum(is_text(machine, one) for one in bodies)
    media = _media_of(machine, record)
    response = _sent_as(machine, media, body, where) if good == len(bodies) else response_of(machine, body, where)
    refused = refused if good == len(bodies) else [REFUSED]
    is_empty = all(one in _EMPTY for one in bodies)
    return [*refused, Answer(sent, response, is_empty)] if good else refused


def statuses_given(machine: Interpreter, value: v.Value, spot: Spot) -> list[tuple[int, ...] | None]:
    """The statuses alone of the answers that a handler gives to its decorators, which may make others of them: nothing
    is told of what cannot be read."""
    since = len(machine.seen.findings)
    records = [_as_record(machine, option) for option in options(machine.force(value))]
    statuses = [None if isinstance(one, v.Unknown) else statuses_of(machine, one, spot) for one in records]
    del machine.seen.findings[since:]
    return statuses


def _is_body(result: v.Value) -> bool:
    """Whether an HTTP API takes a result of payload 2.0 for the body: it has no status."""
    if isinstance(result, v.Record):
        return "statusCode" not in result.entries and not result.spreads and result.computed is None
    return isinstance(result, v.Items | v.Text) or (isinstance(result, v.Known) and result.value is not None)


def _sent_as(machine: Interpreter, media: str | None, body: v.Value, spot: Spot) -> Response | None:
    """A body of a media type, of which only JSON has a shape."""
    if media is None or body == v.Known(None):
        return response_of(machine, body, spot)
    if not media.endswith(("/json", "+json")):
        return Response(ResponseKind.TEXT, TEXT, None, None, media)
    found = response_of(machine, body, spot)
    is_empty = all(one in _EMPTY for one in options(body))
    return None if is_empty else replace(found or ANYTHING, media=media)


def _media_of(machine: Interpreter, record: v.Record) -> str | None:
    """The media type that the headers state, where it is another than application/json and all of them say the same."""
    headers = options(machine.force(containers.of_record(machine, record, v.Known("headers"), Spot("", -1))))
    stated = [option for one in headers for option in options(_content_type(machine, one))]
    found = {str(one.value) if isinstance(one, v.Known) else "" for one in map(machine.force, stated)}
    media = found.pop().partition(";")[0].strip().lower() if len(found) == 1 else ""
    return media if _MEDIA.fullmatch(media) and media != "application/json" else None


def _content_type(machine: Interpreter, headers: v.Value) -> v.Value:
    """The value of Content-Type, whatever its case; None where there is none, Unknown where it may be another."""
    if not isinstance(headers, v.Record) or headers.computed is not None:
        return v.Known(None) if headers in _EMPTY else v.Unknown("")
    for name, entry in reversed(headers.entries.items()):
        if name.lower() == "content-type":
            return v.Unknown("") if entry.optional else entry.value
    inner = (_content_type(machine, machine.force(spread)) for spread in reversed(headers.spreads))
    return next((value for value in inner if value != v.Known(None)), v.Known(None))


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
