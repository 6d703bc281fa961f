"""The type of a response body: text, or JSON of a known shape."""

import json
from dataclasses import replace
from typing import assert_never

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
from .interpreter import values as v
from .interpreter.choices import elsewhere
from .interpreter.declared import types
from .interpreter.declared.shapes import whole
from .interpreter.protocol import Interpreter

_AS_TEXT = Response(ResponseKind.TEXT, TEXT, None, None)


def response_of(machine: Interpreter, body: v.Value, spot: Spot) -> Response | None:
    forced = machine.force(body)
    match forced:
        case v.Choice(options=options):
            return combined(machine, [response_of(machine, option, spot) for option in options], spot)
        case v.Known(value=None | str() | bytes() as text):
            text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
            return _of_text(text) if text else None
        case v.Json(value=value, default=default):
            return _of_json(machine, value, default, spot)
        case v.Text(is_json=True):
            _unknown(machine, v.Unknown("its JSON is put together as text"), spot)
        case v.Text() | v.PathValue() | v.Known() | v.Scalar():
            return _AS_TEXT  # a gateway sends a number or a truth value as JSON prints it
        case v.Typed(annotation=annotation, scope=scope, value=inner) if is_text(machine, forced):
            type_ = types.type_of(machine, annotation, scope)
            if isinstance(type_, Primitive) and type_.name in ("str", "int", "float", "bool"):
                return _AS_TEXT
            _unknown(machine, inner if isinstance(inner, v.Unknown) else v.Unknown(""), spot)
        case _ if not is_text(machine, forced):
            hint = "dump it: json.dumps(...), model_dump_json() or TypeAdapter.dump_json(...)"
            machine.seen.findings.append(Finding("CG109", "the body is not text: API Gateway refuses it", spot, hint))
        case _:
            _unknown(machine, _why(forced), spot)
    return None


def _why(body: v.Value) -> v.Unknown:
    if isinstance(body, v.Unknown):
        return body
    return v.Unknown("it is what the client sends" if isinstance(body, v.Body) else "it is nothing that a body can be")


def is_text(machine: Interpreter, body: v.Value) -> bool:
    """Whether a gateway can send it; True for what is not known."""
    match machine.force(body):
        case v.Record() | v.Items() | v.Model() | v.Dump():
            return False
        case v.Typed(annotation=annotation, scope=scope):
            return not isinstance(types.type_of(machine, annotation, scope), Named | ListOf | MapOf)
        case _:
            return True


def _unknown(machine: Interpreter, why: v.Unknown, spot: Spot) -> None:
    message = "the shape of this body is not known" + (f": {why.reason}" if why.reason else "")
    hint = "annotate the value, or dump a schema or a dict with known keys"
    machine.seen.findings.append(Finding("CG206", message, spot, hint, other=elsewhere(why, spot)))


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
        return Response(ResponseKind.MODEL_LIST, ListOf(ANY if value else types.NOTHING), None, None)
    return _AS_TEXT


def _of_constant(value: object) -> Type:
    if value is None or isinstance(value, dict | list):
        return ANY
    return Primitive(type(value).__name__)


def _of_json(machine: Interpreter, value: v.Value, default: str, spot: Spot) -> Response | None:
    """The response of `json.dumps(value)` and of `value.model_dump_json()`."""
    forced = machine.force(value)
    if isinstance(forced, v.Choice):
        return combined(machine, [_of_json(machine, option, default, spot) for option in forced.options], spot)
    if forced == v.Known(None):
        return None
    type_ = whole(machine, forced, default=default)
    if isinstance(type_, v.Unknown):
        _unknown(machine, type_, spot)
        return None
    if type_ == ListOf(ANY) and isinstance(forced, v.Dump | v.Typed):
        _unknown(machine, v.Unknown("its items are of no schema of the code base"), spot)
    return of_type(machine, type_, spot)


def of_type(machine: Interpreter, type_: Type, spot: Spot) -> Response | None:
    """The response that is JSON of a type; a finding for one that is not known."""
    if isinstance(type_, Named) and type_.within is None:
        _unknown(
            machine,
            v.Unknown(f"no other module has the class {type_.name}: it stands in a function, or for types alone"),
            spot,
        )
        return None
    type_ = types.importable(type_)
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
        case OneOf(discriminator=str()):
            return Response(ResponseKind.MODEL, type_, None, None)
        case OneOf(options=options):
            known = [of_type(machine, option, spot) for option in options if option != types.NONE]
            return combined(machine, known, spot)
        case Primitive(name="int" | "float" | "bool"):
            return Response(ResponseKind.LITERAL, type_, None, None)
        case Literals(values=values):
            is_text = all(isinstance(value, str) for value in values)
            return _AS_TEXT if is_text else Response(ResponseKind.LITERAL, type_, None, None)
        case Primitive():
            _unknown(machine, v.Unknown("" if type_ == ANY else "it is a single value"), spot)
            return None
    assert_never(type_)


def combined(machine: Interpreter, found: list[Response | None], spot: Spot) -> Response | None:
    """One response of several: what is known of all of them, never a guess."""
    known = [response for response in found if response is not None]
    if not known:
        return None
    kinds = {response.kind for response in known}
    if len(kinds) > 1:
        _unknown(machine, v.Unknown("it is of several kinds"), spot)
        return None
    if len({response.media for response in known}) > 1:
        _unknown(machine, v.Unknown("it is of several media types"), spot)
        return None
    return replace(_one(known), media=known[0].media)


def _one(known: list[Response]) -> Response:
    kind, all_types = known[0].kind, [response.type for response in known]
    shapes = [type_ for type_ in all_types if isinstance(type_, Shape)]
    if kind is ResponseKind.LITERAL and shapes:
        joined = _joined(shapes)
        type_ = types.one_of([joined, *(type_ for type_ in all_types if not isinstance(type_, Shape))])
        return Response(kind, type_, None, tuple(f.name for f in joined.fields) if type_ == joined else None)
    schemas = {response.schema for response in known if response.type != ListOf(types.NOTHING)}
    return Response(kind, types.one_of(all_types), schemas.pop() if len(schemas) == 1 else None, None)


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
