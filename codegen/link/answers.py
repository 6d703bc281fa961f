"""What a handler returns: statuses, and the type of the body: text, or JSON of a known shape."""

import json
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import assert_never

from .. import facts
from ..diagnostics import Finding, Spot
from ..model import (
    ANY,
    TEXT,
    Field,
    ListOf,
    Literals,
    MapOf,
    Named,
    OneOf,
    Primitive,
    Response,
    ResponseKind,
    Shape,
    Type,
)
from .interpreter import containers, types
from .interpreter.choices import elsewhere
from .interpreter.protocol import Interpreter
from .interpreter.shapes import whole
from .interpreter.values import (
    NOTHING,
    AdapterDump,
    Body,
    Choice,
    Dump,
    External,
    Items,
    Json,
    Known,
    Model,
    PathValue,
    Record,
    Scalar,
    Text,
    Typed,
    Unknown,
    Value,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """`statuses` is None where they cannot be read."""

    statuses: tuple[int, ...] | None
    response: Response | None


def answers_of(machine: Interpreter, value: Value, spot: Spot) -> list[Answer]:
    """The answers that one `return` may give; what cannot be read is noted as a finding."""
    machine.memo.shapes.clear()  # dicts may have changed since the last one
    return _answers_of(machine, value, spot)


def _answers_of(machine: Interpreter, value: Value, spot: Spot) -> list[Answer]:
    forced = machine.force(value)
    if isinstance(forced, Choice):
        # `result = None` before a loop or a branch that sets it is no answer of its own.
        given = [option for option in forced.options if option != Known(None)]
        return [answer for option in given for answer in _answers_of(machine, option, spot)]
    record = _as_record(machine, forced)
    if isinstance(record, Unknown):
        message = "this answer cannot be read" + (f": {record.reason}" if record.reason else "")
        hint = "return a dict with statusCode, headers and body"
        machine.seen.findings.append(Finding("CG111", message, spot, hint, other=elsewhere(record, spot)))
        return [Answer(None, None)]
    status = statuses_of(machine, record, spot)
    body = containers.of_record(machine, record, Known("body"), spot)
    if "body" not in record.entries and (body == NOTHING or isinstance(body, Unknown)):
        return [Answer(status, None)]
    where = record.entries["body"].spot if "body" in record.entries else spot
    return [Answer(status, response_of(machine, body, where))]


def _as_record(machine: Interpreter, value: Value) -> Record | Unknown:
    """The dict that an answer is; that of `LambdaResponse(statusCode=201)`, or of its dump, has the arguments."""
    match value:
        case Record(entries={}, spreads=(Dump(model=model),)):
            return _as_record(machine, machine.force(model))
        case Record() if value.entries or value.spreads:
            return value
        case Model(named=named):
            record = Record()
            for name, given in named.items():
                key = {"status_code": "statusCode", "status": "statusCode"}.get(name, name)
                containers.put(machine, record, Known(key), given, Spot("", -1))
            return record if "statusCode" in record.entries else Unknown("an object without a status")
        case Unknown():
            return value
        case _:
            return Unknown("")


_STARLETTE = re.compile(r"HTTP_(\d{3})(_|$)")


def statuses_of(machine: Interpreter, record: Record, spot: Spot) -> tuple[int, ...] | None:
    value = containers.of_record(machine, record, Known("statusCode"), spot)
    where = record.entries["statusCode"].spot if "statusCode" in record.entries else spot
    found = numbers(machine, value) or Unknown("there is none")
    if isinstance(found, Unknown):
        message = "this status cannot be read" + (f": {found.reason}" if found.reason else "")
        hint = "use a number, a constant or a conditional expression of such"
        machine.seen.findings.append(Finding("CG108", message, where, hint, other=elsewhere(found, where)))
        return None
    bad = [status for status in found if not 100 <= status <= 599]
    if bad:
        message = f"{bad[0]} is not an HTTP status: API Gateway answers 502"
        machine.seen.findings.append(Finding("CG109", message, where))
        return None
    return tuple(sorted(found))


def numbers(machine: Interpreter, value: Value) -> set[int] | Unknown:
    """The numbers that a status may be, or why one of them cannot be read."""
    forced = machine.force(value)
    match forced:
        case Choice(options=options):
            found = [numbers(machine, option) for option in options]
            unknown = next((inner for inner in found if isinstance(inner, Unknown)), None)
            return unknown or {number for inner in found if not isinstance(inner, Unknown) for number in inner}
        case Known(value=constant):
            return _number(constant)
        case External(dotted=dotted):
            return _of_enum(dotted)
        case Unknown():
            return forced
        case Typed(value=Unknown() as inner):
            return inner
        case Scalar():
            return Unknown("it is computed")
        case _:
            return Unknown("it is no number")


def _number(value: facts.Constant) -> set[int] | Unknown:
    if isinstance(value, bool):
        return Unknown("it is a truth value")
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return {int(value)}
    if isinstance(value, str) and value.isdecimal() and len(value) < 6:
        return {int(value)}
    return Unknown("it is no number")


def _of_enum(dotted: str) -> set[int] | Unknown:
    """`http.HTTPStatus.CREATED`, `status.HTTP_201_CREATED` of Starlette."""
    parts = dotted.removesuffix(".value").split(".")
    if len(parts) >= 2 and parts[-2] == "HTTPStatus" and parts[-1] in HTTPStatus.__members__:
        return {int(HTTPStatus[parts[-1]])}
    if "http.client" in dotted and parts[-1] in HTTPStatus.__members__:
        return {int(HTTPStatus[parts[-1]])}
    match = _STARLETTE.match(parts[-1])
    return {int(match[1])} if match else Unknown(f"{dotted} is not in the code base")


_AS_TEXT = Response(ResponseKind.TEXT, TEXT, None, None)


def response_of(machine: Interpreter, body: Value, spot: Spot) -> Response | None:
    forced = machine.force(body)
    match forced:
        case Choice(options=options):
            return combined(machine, [response_of(machine, option, spot) for option in options], spot)
        case Known(value=None | str() | bytes() as text):
            text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
            return _of_text(text) if text else None
        case Json(value=value, default=default):
            return _of_json(machine, value, default, spot)
        case Text() | PathValue(kind="str"):
            if not isinstance(forced, Text) or not forced.is_json:
                return _AS_TEXT
            _unknown(machine, Unknown("its JSON is put together as text"), spot)
        case Typed(annotation=annotation, scope=scope, value=inner):
            return _of_typed(machine, types.type_of(machine, annotation, scope), inner, spot)
        case Record() | Items() | Model() | AdapterDump() | Known() | Scalar() | PathValue():
            _not_text(machine, spot)
        case Unknown():
            _unknown(machine, forced, spot)
        case Body():
            _unknown(machine, Unknown("it is what the client sends"), spot)
        case _:
            _unknown(machine, Unknown("it is nothing that a body can be"), spot)
    return None


def _not_text(machine: Interpreter, spot: Spot) -> None:
    hint = "dump it: json.dumps(...), model_dump_json() or TypeAdapter.dump_json(...)"
    machine.seen.findings.append(Finding("CG109", "the body is not text: API Gateway answers 502", spot, hint))


def _unknown(machine: Interpreter, why: Unknown, spot: Spot) -> None:
    message = "the shape of this body is not known" + (f": {why.reason}" if why.reason else "")
    hint = "annotate the value, or dump a schema or a dict with known keys"
    machine.seen.findings.append(Finding("CG206", message, spot, hint, other=elsewhere(why, spot)))


def _of_typed(machine: Interpreter, type_: Type, value: Value, spot: Spot) -> Response | None:
    match type_:
        case Primitive(name="str"):
            return _AS_TEXT
        case Named() | ListOf() | MapOf() | Primitive(name="int" | "float" | "bool"):
            _not_text(machine, spot)
        case Primitive() | Shape() | OneOf() | Literals():
            _unknown(machine, value if isinstance(value, Unknown) else Unknown(""), spot)
    return None


def _of_text(text: str) -> Response:
    """A body written out: JSON if it is, else a text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _AS_TEXT
    if isinstance(value, dict):
        fields = tuple(Field(str(key), _of_constant(item), True) for key, item in value.items())
        return Response(ResponseKind.LITERAL, Shape(fields), None, tuple(f.name for f in fields))
    if isinstance(value, list):
        return Response(ResponseKind.MODEL_LIST, ListOf(ANY), None, None)
    return _AS_TEXT


def _of_constant(value: object) -> Type:
    if value is None or isinstance(value, dict | list):
        return ANY
    return Primitive(type(value).__name__)


def _of_json(machine: Interpreter, value: Value, default: str, spot: Spot) -> Response | None:
    """The response of `json.dumps(value)` and of `value.model_dump_json()`."""
    forced = machine.force(value)
    if isinstance(forced, Choice):
        return combined(machine, [_of_json(machine, option, default, spot) for option in forced.options], spot)
    if forced == Known(None):
        return None
    type_ = whole(machine, forced, default=default)
    if isinstance(type_, Unknown):
        _unknown(machine, type_, spot)
        return None
    if type_ == ListOf(ANY) and isinstance(forced, AdapterDump | Typed):
        _unknown(machine, Unknown("its items are of no schema of the code base"), spot)
    return _of_type(machine, type_, spot)


def _of_type(machine: Interpreter, type_: Type, spot: Spot) -> Response | None:
    match type_:
        case Named(name=name):
            return Response(ResponseKind.MODEL, type_, name, None)
        case ListOf(item=item):
            return Response(ResponseKind.MODEL_LIST, type_, item.name if isinstance(item, Named) else None, None)
        case MapOf():
            return Response(ResponseKind.MAPPING, type_, None, None)
        case Shape(fields=fields):
            return Response(ResponseKind.LITERAL, type_, None, tuple(f.alias or f.name for f in fields))
        case Primitive(name="str" | "UUID" | "datetime" | "date"):
            return _AS_TEXT
        case OneOf(options=options):
            known = [_of_type(machine, option, spot) for option in options if option != types.NONE]
            return combined(machine, known, spot)
        case Primitive() | Literals():
            _unknown(machine, Unknown("" if type_ == ANY else "it is a single value"), spot)
            return None
    assert_never(type_)


def combined(machine: Interpreter, found: list[Response | None], spot: Spot) -> Response | None:
    """One response of several: what is known of all of them, never a guess."""
    known = [response for response in found if response is not None]
    if not known:
        return None
    kinds = {response.kind for response in known}
    if len(kinds) > 1:
        _unknown(machine, Unknown("it is of several kinds"), spot)
        return None
    return _one(known)


def _one(known: list[Response]) -> Response:
    first = known[0]
    if first.kind is ResponseKind.LITERAL:
        shape = _joined([r.type for r in known if isinstance(r.type, Shape)])
        return Response(first.kind, shape, None, tuple(f.name for f in shape.fields))
    schemas = sorted({r.schema for r in known if r.schema is not None})
    distinct = [r.type for r in known if r.schema is not None or not schemas]
    type_ = types.one_of(distinct)
    return Response(first.kind, type_, schemas[0] if len(schemas) == 1 else None, None)


def _joined(shapes: list[Shape]) -> Shape:
    """Keys that stand in every shape are required, others may be absent."""
    fields: dict[str, Field] = {}
    for shape in shapes:
        for field in shape.fields:
            old = fields.get(field.name)
            type_ = field.type if old is None else types.one_of([old.type, field.type])
            required = field.required and (old is None or old.required)
            fields[field.name] = Field(field.name, type_, required, example=old.example if old else field.example)
    everywhere = set.intersection(*({f.name for f in shape.fields} for shape in shapes))
    return Shape(tuple(replace(f, required=f.required and f.name in everywhere) for f in fields.values()))
