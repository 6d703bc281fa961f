"""What a handler asks of its client: query, body, permissions."""

from typing import TYPE_CHECKING

from .. import facts
from ..diagnostics import Finding
from ..model import TEXT, Field, Filter, ListOf, Named, OneOf, Query, Request, Type
from ..names import kebab
from . import bodies, classes, lookup, types
from .choices import options
from .machine import QueryRead
from .values import Adapter, ClassValue, External, Generic, Known, Scope, Use, Value

if TYPE_CHECKING:
    from .machine import Machine


def permissions_of(machine: "Machine") -> tuple[str, ...]:
    """Values of the permissions that are asked for, sorted."""
    found: set[str] = set()
    for value, spot in machine.seen.permissions:
        for option in options(machine.force(value)):
            if isinstance(option, Known) and isinstance(option.value, str):
                found.add(option.value)
            else:
                name = lookup.own_name(value)
                message = f"the permission {name} is in no enum" if name else "this permission cannot be read"
                machine.seen.findings.append(Finding("CG110", message, spot, "use a member of the permission enum"))
    return tuple(sorted(found))


def query_of(machine: "Machine") -> Query | None:
    """The fields of the filter schemas, and the names that are read one by one beside them."""
    reads = machine.seen.queries
    with_schema = [read for read in reads if read.schema is not None]
    known_schemas = [(read, cls) for read in with_schema if (cls := _schema(machine, read)) is not None]
    if not reads or (with_schema and not known_schemas):
        return None
    filters = [(read, _filter(machine, cls)) for read, cls in _most_derived(machine, known_schemas)]
    known = {kebab(name) for _, given in filters for field in given.fields for name in (field.name, field.alias or "")}
    names = {name: many for read in reads for name, many in read.names.items() if kebab(name) not in known}
    first = filters[0][0] if filters else None
    return Query(
        tuple(dict.fromkeys(given for _, given in filters)),
        tuple(Field(name, ListOf(TEXT) if many else TEXT, False) for name, many in names.items()),
        any(read.multi_value for read in reads),
        _given(machine, first.limit if first else None, int),
        _given(machine, first.sort if first else None, str),
        first is None or first.as_sent,
    )


def _schema(machine: "Machine", read: QueryRead) -> ClassValue | None:
    cls = machine.force(read.schema) if read.schema is not None else None
    if isinstance(cls, ClassValue):
        return cls
    _no_schema(machine, read.schema, read)
    return None


def _most_derived(machine: "Machine", reads: list[tuple[QueryRead, ClassValue]]) -> list[tuple[QueryRead, ClassValue]]:
    """Without the schemas of which another one is a subclass: it has their fields, and cannot stand behind them."""
    bases = [base.node for _, cls in reads for base in classes.ancestry(machine, cls)[1:]]
    return [(read, cls) for read, cls in reads if not any(cls.node is base for base in bases)]


def _filter(machine: "Machine", cls: ClassValue) -> Filter:
    return Filter(types.named(machine, cls), types.fields_of(machine, cls), bodies.is_schema(machine, cls))


def _given[T](machine: "Machine", value: Value | None, kind: type[T]) -> T | None:
    found = machine.force(value) if value is not None else None
    return found.value if isinstance(found, Known) and isinstance(found.value, kind) else None


def _no_schema(machine: "Machine", schema: Value | None, place: QueryRead | Use) -> None:
    name = lookup.own_name(schema) if schema is not None else ""
    found = machine.force(schema) if schema is not None else None
    where = f" in {found.dotted.rpartition('.')[0]}" if isinstance(found, External) else ""
    message = f"the schema {name} cannot be found{where}" if name else "this schema cannot be read"
    hint = "import it from a module below one of `import_roots` in [tool.codegen]"
    machine.seen.findings.append(Finding("CG107", message, place.spot, hint))


def request_of(machine: "Machine") -> Request | None:
    """What a client sends; None where no body is read."""
    seen = machine.seen
    if not seen.uses:
        return None if seen.body is None else Request(None, ())
    found = [_one(machine, use) for use in seen.uses]
    known = [request for request in found if request is not None]
    typed = [request for request in known if request.type is not None]
    if not typed:
        return Request(None, ())
    return _joined(typed)


def _joined(requests: list[Request]) -> Request:
    all_types = types.one_of([request.type for request in requests if request.type is not None])
    supplied = {name for request in requests for name in request.server_supplied}
    return Request(all_types, tuple(sorted(supplied)))


def _one(machine: "Machine", use: Use) -> Request | None:
    if use.partial:
        message = "only a part of the body is validated: what a client sends is documented as any JSON"
        machine.seen.findings.append(Finding("CG209", message, use.spot, "validate the whole body with one schema"))
        return Request(None, ())
    schema = machine.force(use.schema)
    type_: Type
    others: list[ClassValue] = []
    if isinstance(schema, Adapter):
        type_ = types.type_of(machine, schema.expr, schema.scope)
        cls = _class_in(machine, schema)
        others = _classes_in(machine, schema.expr, schema.scope) if cls is None else []
    elif isinstance(schema, Generic):
        type_, cls = types.type_of(machine, schema.expr, schema.scope), None
        others = _classes_in(machine, schema.expr, schema.scope)
    elif isinstance(schema, ClassValue):
        type_, cls = types.named(machine, schema), schema
    else:
        if lookup.own_name(use.schema):
            _no_schema(machine, use.schema, use)
        return Request(None, ())
    if use.field is not None and cls is not None:
        cls, type_ = _field(machine, cls, use.field)
    if use.many and not isinstance(type_, ListOf):
        type_ = ListOf(type_)
    if cls is None and not isinstance(type_, ListOf | OneOf | Named):
        return Request(None, ())
    fields = [f for owner in ([cls] if cls is not None else others) for f in types.fields_of(machine, owner)]
    names = {name for f in fields for name in (f.name, f.alias)}
    return Request(type_, tuple(sorted(name for name in use.supplied if name in names)))


def _class_in(machine: "Machine", adapter: Adapter) -> ClassValue | None:
    inner = types.item_of_annotation(adapter.expr) or adapter.expr
    return types.class_of_annotation(machine, inner, adapter.scope)


def _classes_in(machine: "Machine", annotation: facts.Expr, scope: Scope, depth: int = 0) -> list[ClassValue]:
    """The schemas of a union, which may be annotated, listed, or called by a name of its own."""
    one = types.class_of_annotation(machine, annotation, scope)
    if one is not None or depth > 8:
        return [one] if one is not None else []
    match annotation:
        case facts.Binary(left=left, right=right):
            parts: tuple[facts.Expr, ...] = (left, right)
        case facts.Sub(key=facts.Seq(items=items)):
            parts = items
        case facts.Sub(key=key):
            parts = (key,)
        case facts.Name() | facts.Attr():
            value = machine.force(machine.evaluate(annotation, scope))
            if not isinstance(value, Generic):
                return []
            parts, scope = (value.expr,), value.scope
        case _:
            return []
    return [cls for part in parts for cls in _classes_in(machine, part, scope, depth + 1)]


def _field(machine: "Machine", cls: ClassValue, name: str) -> tuple[ClassValue | None, Type]:
    """The schema of one field: what the client sends where the handler wraps it."""
    for field in types.fields_of(machine, cls):
        if field.name == name or field.alias == name:
            found = classes.class_statements(machine, cls, field.name)
            inner: ClassValue | None = None
            if found is not None and isinstance(found[1], facts.Assign) and found[1].annotation is not None:
                inner = types.class_of_annotation(machine, found[1].annotation, Scope(found[0].home, {}))
            return inner, _without_none(field.type)
    return None, TEXT


def _without_none(type_: Type) -> Type:
    if isinstance(type_, OneOf):
        return types.one_of([option for option in type_.options if option != types.NONE])
    return type_
