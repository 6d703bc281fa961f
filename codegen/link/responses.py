"""What a body is when it goes out: text, or JSON of which shape."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from ..diagnostics import Finding, Spot
from ..model import ANY, TEXT, Field, ListOf, MapOf, Named, OneOf, Primitive, Response, ResponseKind, Shape, Type
from . import missing, types
from .shapes import shape_of, shape_of_record
from .values import (
    AdapterDump,
    Choice,
    Dump,
    Items,
    Json,
    Known,
    Model,
    PathValue,
    Record,
    Scalar,
    Text,
    Typed,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine


def response_of(machine: "Machine", body: Value, spot: Spot) -> Response | None:
    forced = machine.force(body)
    if isinstance(forced, Choice):
        return combined(machine, [response_of(machine, option, spot) for option in forced.options], spot)
    match forced:
        case Known(value=None) | Known(value=""):
            return None
        case Known(value=str(text)):
            return _of_text(text)
        case Known(value=bytes(data)):
            return _of_text(data.decode("utf-8", "replace"))
        case Json(value=value):
            return _of_json(machine, value, spot)
        case Text() | PathValue(kind="str"):
            return Response(ResponseKind.TEXT, TEXT, None, None)
        case Typed(annotation=annotation, scope=scope):
            return _of_typed(machine, types.type_of(machine, annotation, scope), spot)
        case Record() | Items() | Dump() | Model() | AdapterDump() | Known() | Scalar() | PathValue():
            _not_text(machine, spot)
            return None
        case _:
            _unknown(machine, spot)
            return None


def _not_text(machine: "Machine", spot: Spot) -> None:
    hint = "dump it: json.dumps(...), model_dump_json() or TypeAdapter.dump_json(...)"
    machine.seen.findings.append(Finding("CG109", "the body is not text: API Gateway answers 502", spot, hint))


def _unknown(machine: "Machine", spot: Spot) -> None:
    message = "the shape of this body is not known"
    hint = "annotate the value, or dump a schema or a dict with known keys"
    machine.seen.findings.append(Finding("CG206", message, spot, hint))


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
        case Known(value=str()) | Text() | PathValue(kind="str"):
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
            known = [_of_type(machine, option, spot) for option in options if option != types.NONE]
            return combined(machine, known, spot)
        case _:
            _unknown(machine, spot)
            return None


def _of_record(machine: "Machine", record: Record) -> Response:
    shape = shape_of_record(machine, record)
    if isinstance(shape, Shape):
        return Response(ResponseKind.LITERAL, shape, None, tuple(field.name for field in shape.fields))
    return Response(ResponseKind.MAPPING, shape, None, None)


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
            required = field.required and (old is None or old.required)
            fields[field.name] = Field(field.name, type_, required, example=old.example if old else field.example)
    everywhere = set.intersection(*({f.name for f in shape.fields} for shape in shapes))
    return Shape(tuple(replace(f, required=f.required and f.name in everywhere) for f in fields.values()))
