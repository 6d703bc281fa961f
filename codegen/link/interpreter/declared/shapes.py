"""The shape of a value inside a body."""

from ....model import ANY, TEXT, Field, ListOf, MapOf, Named, Primitive, Shape, Type
from .. import values as v
from ..protocol import Interpreter
from . import dumps, types

_LARGEST = 400
_DEEPEST = 8


def shape_of(machine: Interpreter, value: v.Value, depth: int = 0, default: str = "") -> Type:
    """The type of a value inside a body; Any for what is not known."""
    type_ = whole(machine, value, depth, default)
    return ANY if isinstance(type_, v.Unknown) else type_


def whole(machine: Interpreter, value: v.Value, depth: int = 0, default: str = "") -> Type | v.Unknown:
    """The type of a value, or why it is not known; `default` is that of `Json`."""
    if depth > _DEEPEST:
        return v.Unknown("it is nested too deeply")
    forced = machine.force(value)
    if not isinstance(forced, v.Record | v.Items | v.Choice):
        return _type_of(machine, forced, depth, default)
    # Each stage of a dict that is built in branches holds the one before, several times over.
    key = (id(forced), depth, default)
    known = machine.memo.shapes.get(key)
    if known is None:
        made = _type_of(machine, forced, depth, default)
        made = ANY if depth and not isinstance(made, v.Unknown) and _size(made) > _LARGEST else made
        known = machine.memo.shapes[key] = (forced, made)
    return known[1]


def _size(type_: Type) -> int:
    """How many fields and options it has in all, counted until they are too many to be worth a model."""
    size = 1
    for part in types.parts(type_):
        size += _size(part)
        if size > _LARGEST:
            break
    return size


def _type_of(machine: Interpreter, value: v.Value, depth: int, default: str) -> Type | v.Unknown:
    match value:
        case v.Known(value=constant):
            return types.NONE if constant is None else Primitive(type(constant).__name__)
        case v.Scalar(kind=kind) | v.PathValue(kind=kind):
            return dumps.as_encoded(machine, Primitive(kind), default)
        case v.Text() | v.Json():
            return TEXT
        case v.External(dotted=dotted) if dotted.startswith("http.HTTPStatus."):
            return Primitive("int")
        case v.Record():
            return _of_record(machine, value, depth, default)
        case v.Items():
            found = [shape_of(machine, part, depth + 1, default) for part in value.all()]
            return ListOf(types.one_of(found) if found else types.NOTHING)
        case v.Choice(options=options):
            return _of_choice(machine, options, depth, default)
        case v.Dump():
            return _of_dump(machine, value, depth, default)
        case v.Model() | v.Typed():
            type_ = _of_object(machine, value)
            return type_ if isinstance(type_, v.Unknown) else dumps.as_encoded(machine, type_, default)
    return _untold(value)


def _untold(value: v.Unknown | v.OfRequest | v.Deferred | v.Code) -> v.Unknown:
    """Why a value has no type."""
    if isinstance(value, v.Unknown):
        return value
    if isinstance(value, v.Deferred):
        return v.Unknown("it cannot be followed")
    if isinstance(value, v.External):
        return v.Unknown(f"{value.dotted} is not in the code base")
    return v.Unknown(
        "it is data of the request" if isinstance(value, v.OfRequest) else "it is nothing that JSON can hold"
    )


def _of_dump(machine: Interpreter, value: v.Dump, depth: int, default: str) -> Type | v.Unknown:
    type_ = dumps.own_dump(machine, machine.force(value.model)) or whole(machine, value.model, depth)
    if isinstance(type_, v.Unknown):
        return type_
    style = dumps.style_of(machine, value.options, default)
    return style if isinstance(style, v.Unknown) else dumps.respelled(machine, type_, style)


def _of_object(machine: Interpreter, value: v.Model | v.Typed) -> Type | v.Unknown:
    if isinstance(value, v.Model):
        return _of_schema(machine, machine.force(value.schema))
    type_ = types.type_of(machine, value.annotation, value.scope)
    reason = value.value.reason if isinstance(value.value, v.Unknown) else ""
    return v.Unknown(reason or "its annotation tells no type") if type_ == ANY else type_


def _of_choice(machine: Interpreter, options: tuple[v.Value, ...], depth: int, default: str) -> Type | v.Unknown:
    found = [whole(machine, option, depth + 1, default) for option in options]
    unknown = next((type_ for type_ in found if isinstance(type_, v.Unknown)), None)
    return unknown or types.one_of([type_ for type_ in found if not isinstance(type_, v.Unknown)])


def _of_schema(machine: Interpreter, schema: v.Value) -> Type | v.Unknown:
    match schema:
        case v.ClassValue():
            return types.named(machine, schema)
        case v.Generic(expr=expr, scope=scope) | v.Adapter(expr=expr, scope=scope):
            return types.type_of(machine, expr, scope)
        case v.Unknown():
            return schema
        case v.External(dotted=dotted):
            return v.Unknown(f"the schema {dotted} is not in the code base")
        case _:
            return v.Unknown("its schema is not known")


def _of_record(machine: Interpreter, record: v.Record, depth: int, default: str) -> Type | v.Unknown:
    if len(record.spreads) == 1 and not record.entries and not record.removed and record.computed is None:
        return whole(machine, record.spreads[0], depth + 1, default)
    fields: dict[str, Field] = {}
    for spread in record.spreads:
        inner = shape_of(machine, spread, depth + 1, default)
        if isinstance(inner, Named):
            expanded = dumps.fields_as_dumped(machine, inner)
            inner = ANY if isinstance(expanded, v.Unknown) else expanded
        if not isinstance(inner, Shape):
            return MapOf(ANY)
        fields |= {field.name: field for field in inner.fields}
    fields = {name: field for name, field in fields.items() if name not in record.removed}
    if record.computed is not None:
        alone = not record.entries and not record.spreads
        return MapOf(shape_of(machine, record.computed, depth + 1, default) if alone else ANY)
    for name, entry in record.entries.items():
        under = fields.get(name)
        type_ = shape_of(machine, entry.value, depth + 1, default)
        if entry.optional and under is not None:
            type_ = types.one_of([under.type, type_])
        text = entry.value.value if isinstance(entry.value, v.Known) and isinstance(entry.value.value, str) else None
        required = not entry.optional or (under is not None and under.required)
        fields[name] = Field(name, type_, required, example=text)
    return Shape(tuple(fields.values()))
