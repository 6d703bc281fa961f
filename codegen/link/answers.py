"""What a handler returns: statuses, and the shape of the body."""

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from codegen.diagnostics import Finding, Spot
from codegen.link import containers, missing, types
from codegen.link.values import (
    UNKNOWN,
    Adapter,
    AdapterDump,
    Choice,
    ClassValue,
    Dump,
    External,
    Generic,
    Items,
    Json,
    Known,
    Member,
    Model,
    PathValue,
    Pending,
    Record,
    Text,
    Typed,
    Unknown,
    User,
    Value,
)
from codegen.model import ANY, TEXT, Field, ListOf, MapOf, Named, OneOf, Primitive, Response, ResponseKind, Shape, Type

if TYPE_CHECKING:
    from codegen.link.machine import Machine

_STARLETTE = re.compile(r"HTTP_(\d{3})(_|$)")
_NONE = types.NONE


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
    status = _statuses(machine, forced, spot)
    if status is None:
        return []
    body = containers.of_record(machine, forced, Known("body"), spot)
    where = forced.entries["body"].spot if "body" in forced.entries else spot
    if "body" not in forced.entries and isinstance(body, Unknown):
        return [Answer(status, None)]
    return [Answer(status, _response(machine, body, where))]


def _as_record(machine: "Machine", value: Dump | Model) -> Value:
    """`LambdaResponse(statusCode=201, body=...)`, or its dump: the arguments are the keys."""
    model = machine.force(value.model) if isinstance(value, Dump) else value
    record = Record()
    if isinstance(model, Model):
        for name, given in model.named.items():
            key = {"status_code": "statusCode", "status": "statusCode"}.get(name, name)
            containers.put(machine, record, Known(key), given, Spot("", -1))
    return record if "statusCode" in record.entries else UNKNOWN


def _statuses(machine: "Machine", record: Record, spot: Spot) -> tuple[int, ...] | None:
    value = containers.of_record(machine, record, Known("statusCode"), spot)
    where = record.entries["statusCode"].spot if "statusCode" in record.entries else spot
    found = numbers(machine, value)
    if found is None:
        hint = "use a number, a constant or a conditional expression of such"
        machine.seen.findings.append(Finding("CG108", "this status cannot be read", where, hint))
        return None
    bad = [status for status in found if not 100 <= status <= 599]
    if bad:
        message = f"{bad[0]} is not an HTTP status: API Gateway answers 502"
        machine.seen.findings.append(Finding("CG108", message, where))
        return None
    return tuple(sorted(found))


def numbers(machine: "Machine", value: Value) -> set[int] | None:
    """The numbers that a status may be; None if one of them cannot be read."""
    forced = machine.force(value)
    match forced:
        case Choice(options=options):
            found: set[int] = set()
            for option in options:
                inner = numbers(machine, option)
                if inner is None:
                    return None
                found |= inner
            return found
        case Known(value=bool()):
            return None
        case Known(value=int(number)):
            return {number}
        case Known(value=float(number)) if number.is_integer():
            return {int(number)}
        case Known(value=str(text)) if text.isdecimal() and len(text) < 6:
            return {int(text)}
        case External(dotted=dotted):
            return _of_enum(dotted)
        case _:
            return None


def _of_enum(dotted: str) -> set[int] | None:
    """`http.HTTPStatus.CREATED`, `status.HTTP_201_CREATED` of Starlette."""
    parts = dotted.removesuffix(".value").split(".")
    if len(parts) >= 2 and parts[-2] == "HTTPStatus" and parts[-1] in HTTPStatus.__members__:
        return {int(HTTPStatus[parts[-1]])}
    if "http.client" in dotted and parts[-1] in HTTPStatus.__members__:
        return {int(HTTPStatus[parts[-1]])}
    match = _STARLETTE.match(parts[-1])
    return {int(match[1])} if match else None


def _unknown(machine: "Machine", spot: Spot) -> None:
    message = "the shape of this body is not known"
    hint = "annotate the value, or dump a schema or a dict with known keys"
    machine.seen.findings.append(Finding("CG206", message, spot, hint))


def _response(machine: "Machine", body: Value, spot: Spot) -> Response | None:
    forced = machine.force(body)
    if isinstance(forced, Choice):
        return combined(machine, [_response(machine, option, spot) for option in forced.options], spot)
    match forced:
        case Known(value=None) | Known(value=""):
            return None
        case Known(value=str(text)):
            return _of_text(text)
        case Known(value=bytes(data)):
            return _of_text(data.decode("utf-8", "replace"))
        case Json(value=value):
            return _of_json(machine, value, spot)
        case Text() | PathValue():
            return Response(ResponseKind.TEXT, TEXT, None, None)
        case Typed(annotation=annotation, scope=scope):
            return _of_typed(machine, types.type_of(machine, annotation, scope), spot)
        case Record() | Items() | Dump() | Model() | AdapterDump() | Known():
            _not_text(machine, spot)
            return None
        case _:
            _unknown(machine, spot)
            return None


def _not_text(machine: "Machine", spot: Spot) -> None:
    hint = "dump it: json.dumps(...), model_dump_json() or TypeAdapter.dump_json(...)"
    machine.seen.findings.append(Finding("CG109", "the body is not text: API Gateway answers 502", spot, hint))


def _of_typed(machine: "Machine", type_: Type, spot: Spot) -> Response | None:
    match type_:
        case Primitive(name="str"):
            return Response(ResponseKind.TEXT, TEXT, None, None)
        case Named() | ListOf() | MapOf() | Primitive(name="int" | "float" | "bool"):
            _not_text(machine, spot)
        case _:
            _unknown(machine, spot)
    return None


def _of_text(text: str) -> Response:
    """A body written out: JSON if it is, else a text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Response(ResponseKind.TEXT, TEXT, None, None)
    if isinstance(value, dict):
        fields = tuple(Field(str(key), _of_constant(item), True) for key, item in value.items())
        return Response(ResponseKind.LITERAL, Shape(fields), None, tuple(f.name for f in fields))
    if isinstance(value, list):
        return Response(ResponseKind.MODEL_LIST, ListOf(ANY), None, None)
    return Response(ResponseKind.TEXT, TEXT, None, None)


def _of_constant(value: object) -> Type:
    if value is None or isinstance(value, dict | list):
        return ANY
    return Primitive(type(value).__name__)


def _of_json(machine: "Machine", value: Value, spot: Spot) -> Response | None:
    """The response of `json.dumps(value)` and of `value.model_dump_json()`."""
    forced = machine.force(value)
    if isinstance(forced, Choice):
        return combined(machine, [_of_json(machine, option, spot) for option in forced.options], spot)
    match forced:
        case Record():
            return _of_record(machine, forced)
        case Known(value=str()) | Text() | PathValue():
            return Response(ResponseKind.TEXT, TEXT, None, None)
        case Known(value=None):
            return None
        case Json():  # dumped twice: a JSON string that holds JSON
            return Response(ResponseKind.TEXT, TEXT, None, None)
        case _:
            type_ = shape_of(machine, forced)
            if type_ in (ANY, ListOf(ANY)) and missing.report(machine, value, spot):
                return None
            return _of_type(machine, type_, spot)


def _of_type(machine: "Machine", type_: Type, spot: Spot) -> Response | None:
    match type_:
        case Named(name=name):
            return Response(ResponseKind.MODEL, type_, name, None)
        case ListOf(item=Named(name=name)):
            return Response(ResponseKind.MODEL_LIST, type_, name, None)
        case ListOf():
            return Response(ResponseKind.MODEL_LIST, type_, None, None)
        case MapOf():
            return Response(ResponseKind.MAPPING, type_, None, None)
        case Shape(fields=fields):
            return Response(ResponseKind.LITERAL, type_, None, tuple(f.alias or f.name for f in fields))
        case Primitive(name="str" | "UUID" | "datetime" | "date"):
            return Response(ResponseKind.TEXT, TEXT, None, None)
        case OneOf(options=options):
            known = [_of_type(machine, option, spot) for option in options if option != _NONE]
            return combined(machine, known, spot)
        case _:
            _unknown(machine, spot)
            return None


def _of_record(machine: "Machine", record: Record) -> Response:
    shape = _shape_of_record(machine, record)
    if isinstance(shape, Shape):
        return Response(ResponseKind.LITERAL, shape, None, tuple(field.name for field in shape.fields))
    return Response(ResponseKind.MAPPING, shape, None, None)


def _shape_of_record(machine: "Machine", record: Record, depth: int = 0) -> Shape | MapOf:
    fields: dict[str, Field] = {}
    for spread in record.spreads:
        inner = shape_of(machine, spread, depth + 1)
        if isinstance(inner, Named):
            inner = _expanded(machine, spread) or inner
        if not isinstance(inner, Shape):
            return MapOf(ANY)
        fields |= {field.name: field for field in inner.fields}
    if record.computed is not None:
        alone = not record.entries and not record.spreads
        return MapOf(shape_of(machine, record.computed, depth + 1) if alone else ANY)
    for name, entry in record.entries.items():
        fields[name] = Field(name, shape_of(machine, entry.value, depth + 1), True)
    return Shape(tuple(fields.values()))


def _expanded(machine: "Machine", value: Value) -> Shape | None:
    """The fields of a model that is spread into a dict."""
    forced = machine.force(value)
    forced = machine.force(forced.model) if isinstance(forced, Dump) else forced
    cls = machine.force(forced.schema) if isinstance(forced, Model) else None
    if isinstance(forced, Typed):
        cls = types.class_of_annotation(machine, forced.annotation, forced.scope)
    return Shape(types.fields_of(machine, cls)) if isinstance(cls, ClassValue) else None


def shape_of(machine: "Machine", value: Value, depth: int = 0) -> Type:
    """The type of a value inside a body; Any for what is not known. Imports are followed at the top only."""
    if depth > 10:
        return ANY
    near = _near(machine, value, depth)
    match near:
        case Known(value=constant):
            return _NONE if constant is None else Primitive(type(constant).__name__)
        case Text() | PathValue() | Json():
            return TEXT
        case Record():
            return _shape_of_record(machine, near, depth)
        case Items(known=known, rest=rest):
            parts = [*known, *([rest] if rest is not None else [])]
            return ListOf(types.one_of([shape_of(machine, part, depth) for part in parts]) if parts else ANY)
        case Dump(model=model):  # what is dumped names a schema: worth following however deep it stands
            return shape_of(machine, model) if depth < 8 else ANY
        case Model(schema=schema):
            return _of_schema(machine, schema)
        case Typed(annotation=annotation, scope=scope):
            return types.type_of(machine, annotation, scope)
        case AdapterDump(adapter=adapter):
            return types.type_of(machine, adapter.expr, adapter.scope)
        case Choice(options=options):
            return types.one_of([shape_of(machine, option, depth + 1) for option in options])
        case User():
            return ANY
        case _:
            return ANY


def _near(machine: "Machine", value: Value, depth: int) -> Value:
    """Deep inside a literal only what needs no other module is followed: an id's type is not worth a file."""
    if depth < 1 or not _is_far(value):
        return machine.force(value)
    return UNKNOWN


def _is_far(value: Value) -> bool:
    if isinstance(value, Pending):
        return _is_far(value.callee)
    if isinstance(value, Member):
        return _is_far(value.base)
    return not isinstance(
        value,
        Known | Text | PathValue | Record | Items | Dump | Model | Typed | AdapterDump | Choice | Json | ClassValue,
    )


def _of_schema(machine: "Machine", schema: Value) -> Type:
    forced = machine.force(schema)
    match forced:
        case ClassValue():
            return types.named(machine, forced)
        case Generic(expr=expr, scope=scope):
            return types.type_of(machine, expr, scope)
        case Adapter(expr=expr, scope=scope):
            return types.type_of(machine, expr, scope)
        case _:
            return ANY


def combined(machine: "Machine", found: list[Response | None], spot: Spot) -> Response | None:
    """One response of several: what is known of all of them, never a guess."""
    known = [response for response in found if response is not None]
    if not known:
        return None
    kinds = {response.kind for response in known}
    if len(kinds) > 1:
        _unknown(machine, spot)
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
            fields[field.name] = Field(field.name, type_, True)
    everywhere = set.intersection(*({f.name for f in shape.fields} for shape in shapes))
    return Shape(tuple(Field(f.name, f.type, f.name in everywhere) for f in fields.values()))
