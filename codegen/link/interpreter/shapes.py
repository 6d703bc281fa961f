"""The shape of a value inside a body."""

from typing import assert_never

from ...model import ANY, TEXT, Field, ListOf, MapOf, Named, OneOf, Primitive, Shape, Type
from . import dumps, types
from .protocol import Interpreter
from .values import (
    Adapter,
    AdapterDump,
    Body,
    Choice,
    ClassValue,
    Dump,
    Event,
    EventPart,
    External,
    FunctionValue,
    Generic,
    Imported,
    Indexed,
    Item,
    Items,
    Json,
    Known,
    Member,
    Model,
    ModuleValue,
    Partial,
    PathValue,
    Pending,
    Record,
    Scalar,
    Text,
    Typed,
    Unknown,
    User,
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
    parts: tuple[Type, ...] = ()
    match type_:
        case Shape(fields=fields):
            parts = tuple(field.type for field in fields)
        case ListOf(item=item) | MapOf(value=item):
            parts = (item,)
        case OneOf(options=options):
            parts = options
    size = 1
    for part in parts:
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
        case Dump(model=model, options=given):
            own = dumps.own_dump(machine, machine.force(model))
            style = dumps.style_of(machine, given, default)
            return own or _respelled(machine, whole(machine, model, depth), style)
        case AdapterDump(adapter=adapter, options=given):
            type_ = types.type_of(machine, adapter.expr, adapter.scope)
            return type_ if given is None else _respelled(machine, type_, dumps.style_of(machine, given, default))
        case Model(schema=schema):
            type_or_not = _of_schema(machine, machine.force(schema))
            return type_or_not if isinstance(type_or_not, Unknown) else dumps.as_encoded(machine, type_or_not, default)
        case Typed(annotation=annotation, scope=scope, value=inner):
            type_ = types.type_of(machine, annotation, scope)
            reason = inner.reason if isinstance(inner, Unknown) and inner.reason else "its annotation tells no type"
            return Unknown(reason) if type_ == ANY else dumps.as_encoded(machine, type_, default)
        case Unknown():
            return value
        case Event() | EventPart() | User() | Body():
            return Unknown("it is data of the request")
        case Adapter() | Generic() | ClassValue() | FunctionValue() | Partial() | ModuleValue():
            return Unknown("it is nothing that JSON can hold")
        case External(dotted=dotted):
            return Unknown(f"{dotted} is not in the code base")
        case Imported() | Member() | Item() | Indexed() | Pending():
            return Unknown("it cannot be followed")
    assert_never(value)


def _of_choice(machine: Interpreter, options: tuple[Value, ...], depth: int, default: str) -> Type | Unknown:
    found = [whole(machine, option, depth + 1, default) for option in options]
    unknown = next((type_ for type_ in found if isinstance(type_, Unknown)), None)
    return unknown or types.one_of([type_ for type_ in found if not isinstance(type_, Unknown)])


def _respelled(machine: Interpreter, type_: Type | Unknown, style: dumps.Style | Unknown) -> Type | Unknown:
    if isinstance(type_, Unknown):
        return type_
    return style if isinstance(style, Unknown) else dumps.respelled(machine, type_, style)


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
