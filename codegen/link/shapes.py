"""The shape of a value inside a body."""

from typing import TYPE_CHECKING

from ..model import ANY, TEXT, Field, ListOf, MapOf, Named, OneOf, Primitive, Shape, Type
from . import types
from .declared import declared_type
from .values import (
    Adapter,
    AdapterDump,
    Choice,
    ClassValue,
    Dump,
    Generic,
    Items,
    Json,
    Known,
    Model,
    PathValue,
    Record,
    Scalar,
    Text,
    Typed,
    User,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine

_NONE = types.NONE
_LARGEST = 1000


def shape_of_record(machine: "Machine", record: Record, depth: int = 0) -> Shape | MapOf:
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
        text = entry.value.value if isinstance(entry.value, Known) and isinstance(entry.value.value, str) else None
        fields[name] = Field(name, shape_of(machine, entry.value, depth + 1), not entry.optional, example=text)
    return Shape(tuple(fields.values()))


def _expanded(machine: "Machine", value: Value) -> Shape | None:
    """The fields of a model that is spread into a dict."""
    forced = machine.force(value)
    if isinstance(forced, Dump):
        inner = _expanded(machine, forced.model)
        return None if inner is None else _overwritten(machine, inner, forced.written)
    cls = machine.force(forced.schema) if isinstance(forced, Model) else None
    if isinstance(forced, Typed):
        cls = types.class_of_annotation(machine, forced.annotation, forced.scope)
    return Shape(types.fields_of(machine, cls)) if isinstance(cls, ClassValue) else None


def _overwritten(machine: "Machine", shape: Shape, written: dict[str, Value]) -> Shape:
    """A dump with what was written over it: other keys stand behind its own, which keep their types."""
    known = {name for field in shape.fields for name in (field.name, field.alias)}
    more = [Field(name, shape_of(machine, value, 1), True) for name, value in written.items() if name not in known]
    return Shape((*shape.fields, *more))


def _dumped(machine: "Machine", dump: Dump, depth: int) -> Type:
    """What is dumped names a schema, worth following however deep it stands, if nothing else was written beside it."""
    if depth >= 8:
        return ANY
    type_ = shape_of(machine, dump.model)
    inner = _expanded(machine, dump.model) if dump.written else None
    shape = None if inner is None else _overwritten(machine, inner, dump.written)
    return type_ if shape is None or inner is None or len(shape.fields) == len(inner.fields) else shape


def shape_of(machine: "Machine", value: Value, depth: int = 0) -> Type:
    """The type of a value inside a body; Any for what is not known. Below the top, declarations come before bodies."""
    if depth > 10:
        return ANY
    told = declared_type(machine, value) if depth else ANY
    if told != ANY:
        return told
    near = machine.force(value)
    if not isinstance(near, Record | Items | Choice):
        return _shape_of(machine, near, depth)
    # Each stage of a dict that is built in branches holds the one before, several times over.
    key = (id(near), depth)
    known = machine.shapes.get(key)
    if known is None:
        made = _shape_of(machine, near, depth)
        known = machine.shapes[key] = (near, made if _size(made) <= _LARGEST else ANY)
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


def _shape_of(machine: "Machine", near: Value, depth: int) -> Type:
    match near:
        case Known(value=constant):
            return _NONE if constant is None else Primitive(type(constant).__name__)
        case Scalar(kind=kind) | PathValue(kind="int" | "float" as kind):
            return Primitive(kind)
        case Text() | PathValue(kind="str") | Json():
            return TEXT
        case Record():
            return shape_of_record(machine, near, depth)
        case Items(known=known, rest=rest):
            parts = [*known, *([rest] if rest is not None else [])]
            return ListOf(types.one_of([shape_of(machine, part, depth) for part in parts]) if parts else ANY)
        case Dump():
            return _dumped(machine, near, depth)
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
