"""The shape of a value inside a body."""

from ...model import ANY, TEXT, Field, ListOf, MapOf, Named, Primitive, Shape, Type
from . import dumps, types
from .protocol import Interpreter
from .values import (
    Adapter,
    Choice,
    ClassValue,
    Code,
    Deferred,
    Dump,
    External,
    Generic,
    Items,
    Json,
    Known,
    Model,
    OfRequest,
    PathValue,
    Record,
    Scalar,
    Text,
    Typed,
    Unknown,
    Value,
)

_LARGEST = 400
_DEEPEST = 8


def shape_of(machine: Interpreter, value: Value, depth: int = 0, default: str = "") -> Type:
    """The type of a value inside a body; Any for what is not known."""
    type_ = whole(machine, value, depth, default)
    return ANY if isinstance(type_, Unknown) else type_


def whole(machine: Interpreter, value: Value, depth: int = 0, default: str = "") -> Type | Unknown:
    """The type of a value, or why it is not known; `default` is that of `Json`."""
    if depth > _DEEPEST:
        return Unknown("it is nested too deeply")
    forced = machine.force(value)
    if not isinstance(forced, Record | Items | Choice):
        return _type_of(machine, forced, depth, default)
    # Each stage of a dict that is built in branches holds the one before, several times over.
    key = (id(forced), depth, default)
    known = machine.memo.shapes.get(key)
    if known is None:
        made = _type_of(machine, forced, depth, default)
        made = ANY if depth and not isinstance(made, Unknown) and _size(made) > _LARGEST else made
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


def _type_of(machine: Interpreter, value: Value, depth: int, default: str) -> Type | Unknown:
    match value:
        case Known(value=constant):
            return types.NONE if constant is None else Primitive(type(constant).__name__)
        case Scalar(kind=kind) | PathValue(kind=kind):
            return dumps.as_encoded(machine, Primitive(kind), default)
        case Text() | Json():
            return TEXT
        case Record():
            return _of_record(machine, value, depth, default)
        case Items():
            return ListOf(types.one_of([shape_of(machine, part, depth + 1, default) for part in value.all()]))
        case Choice(options=options):
            return _of_choice(machine, options, depth, default)
        case Dump():
            return _of_dump(machine, value, depth, default)
        case Model() | Typed():
            type_ = _of_object(machine, value)
            return type_ if isinstance(type_, Unknown) else dumps.as_encoded(machine, type_, default)
    return _untold(value)


def _untold(value: Unknown | OfRequest | Deferred | Code) -> Unknown:
    """Why a value has no type."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Deferred):
        return Unknown("it cannot be followed")
    if isinstance(value, External):
        return Unknown(f"{value.dotted} is not in the code base")
    return Unknown("it is data of the request" if isinstance(value, OfRequest) else "it is nothing that JSON can hold")


def _of_dump(machine: Interpreter, value: Dump, depth: int, default: str) -> Type | Unknown:
    type_ = dumps.own_dump(machine, machine.force(value.model)) or whole(machine, value.model, depth)
    if isinstance(type_, Unknown):
        return type_
    style = dumps.style_of(machine, value.options, default)
    return style if isinstance(style, Unknown) else dumps.respelled(machine, type_, style)


def _of_object(machine: Interpreter, value: Model | Typed) -> Type | Unknown:
    if isinstance(value, Model):
        return _of_schema(machine, machine.force(value.schema))
    type_ = types.type_of(machine, value.annotation, value.scope)
    reason = value.value.reason if isinstance(value.value, Unknown) else ""
    return Unknown(reason or "its annotation tells no type") if type_ == ANY else type_


def _of_choice(machine: Interpreter, options: tuple[Value, ...], depth: int, default: str) -> Type | Unknown:
    found = [whole(machine, option, depth + 1, default) for option in options]
    unknown = next((type_ for type_ in found if isinstance(type_, Unknown)), None)
    return unknown or types.one_of([type_ for type_ in found if not isinstance(type_, Unknown)])


def _of_schema(machine: Interpreter, schema: Value) -> Type | Unknown:
    match schema:
        case ClassValue():
            return types.named(machine, schema)
        case Generic(expr=expr, scope=scope) | Adapter(expr=expr, scope=scope):
            return types.type_of(machine, expr, scope)
        case Unknown():
            return schema
        case External(dotted=dotted):
            return Unknown(f"the schema {dotted} is not in the code base")
        case _:
            return Unknown("its schema is not known")


def _of_record(machine: Interpreter, record: Record, depth: int, default: str) -> Type | Unknown:
    if len(record.spreads) == 1 and not record.entries and not record.removed and record.computed is None:
        return whole(machine, record.spreads[0], depth + 1, default)
    fields: dict[str, Field] = {}
    for spread in record.spreads:
        inner = shape_of(machine, spread, depth + 1, default)
        if isinstance(inner, Named):
            expanded = dumps.fields_as_dumped(machine, inner)
            inner = ANY if isinstance(expanded, Unknown) else expanded
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
        text = entry.value.value if isinstance(entry.value, Known) and isinstance(entry.value.value, str) else None
        required = not entry.optional or (under is not None and under.required)
        fields[name] = Field(name, type_, required, example=text)
    return Shape(tuple(fields.values()))
