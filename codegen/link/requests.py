"""What a handler asks of its client: query, body, permissions."""

from dataclasses import dataclass, replace

from .. import facts
from ..diagnostics import Finding, Spot
from ..model import ANY, TEXT, Field, Filter, ListOf, Literals, Named, OneOf, Primitive, Query, Request, Shape, Type
from ..names import WITH_BODY, kebab
from .interpreter import values as v
from .interpreter.choices import options
from .interpreter.declared import classes, lookup, serialized, types
from .interpreter.operations import bodies
from .interpreter.protocol import Interpreter
from .interpreter.seen import QueryName, QueryRead

_BOOLEANS = {
    **dict.fromkeys(("true", "1", "yes", "on", "y", "t"), True),
    **dict.fromkeys(("false", "0", "no", "off", "n", "f"), False),
}


def permissions_of(machine: Interpreter) -> tuple[str, ...]:
    """Values of the permissions that are asked for, sorted."""
    found: set[str] = set()
    for value, spot in machine.seen.permissions:
        for option in options(machine.force(value)):
            if isinstance(option, v.Known) and isinstance(option.value, str):
                found.add(option.value)
            else:
                machine.seen.findings.append(_no_permission(value, option, spot))
    return tuple(sorted(found))


def _no_permission(value: v.Value, found: v.Value, spot: Spot) -> Finding:
    name = lookup.own_name(value)
    if isinstance(found, v.External):  # an import that leads nowhere in the code base
        where = found.dotted.rpartition(".")[0]
        message = f"the permission {name} comes from {where}, which is not in the code base"
        return Finding("CG110", message, spot, "import it from a module below one of `import_roots` in [tool.codegen]")
    reason = f": {found.reason}" if isinstance(found, v.Unknown) and found.reason else ""
    message = f"the permission {name} is in no enum{reason}" if name else f"this permission cannot be read{reason}"
    return Finding("CG110", message, spot, "use a member of the permission enum")


def query_of(machine: Interpreter) -> Query | None:
    """The fields of the filter schemas, and the names that are read one by one beside them."""
    reads = machine.seen.queries
    with_schema = [read for read in reads if read.schema is not None]
    known_schemas = [(read, cls) for read in with_schema if (cls := _schema(machine, read)) is not None]
    if not reads or (with_schema and not known_schemas):
        return None
    filters = [(read, _filter(machine, cls)) for read, cls in _most_derived(machine, known_schemas)]
    known = {kebab(name) for _, given in filters for field in given.fields for name in (field.name, field.alias or "")}
    names = {name: found for read in reads for name, found in read.names.items() if kebab(name) not in known}
    first = filters[0][0] if filters else None
    return Query(
        tuple(dict.fromkeys(given for _, given in filters)),
        tuple(_read(name, found) for name, found in names.items()),
        any(read.multi_value for read in reads),
        _given(machine, first.limit if first else None, int),
        _given(machine, first.sort if first else None, str),
        first is None or first.as_sent,
    )


def _read(name: str, found: QueryName) -> Field:
    """A parameter as the handler reads it, with the default where it has one."""
    kind = _kind_read(found)
    if found.many:
        return Field(name, ListOf(Primitive(kind)), False)
    default = _as_kind(*found.defaults, kind=kind) if len(found.defaults) == 1 else None
    return Field(name, Primitive(kind), False, default is not None, default)


def _kind_read(found: QueryName) -> str:
    """The type that a parameter is converted to, unless it may be a text of another form as well."""
    if found.kinds in ({"int"}, {"float"}, {"int", "float"}):
        kind = "int" if found.kinds == {"int"} else "float"
        return kind if all(_as_kind(word, kind=kind) is not None for word in found.words) else "str"
    if found.kinds:
        (kind, *others) = found.kinds
        return "str" if others or found.words else kind
    return "bool" if found.words <= _BOOLEANS.keys() and found.words & {"true", "false"} else "str"


def _as_kind(value: str | int | float, *, kind: str) -> str | int | float | None:
    """A default of a handler's as a value of a type; None if it is none, and for an empty text."""
    if kind == "bool":
        return value if isinstance(value, bool) else _BOOLEANS.get(str(value).lower())
    if kind == "str" or isinstance(value, bool):
        return value if isinstance(value, str) and value else None
    try:
        return int(value) if kind == "int" else float(value) if kind == "float" else None
    except (ValueError, OverflowError):
        return None


def _schema(machine: Interpreter, read: QueryRead) -> v.ClassValue | None:
    cls = machine.force(read.schema) if read.schema is not None else None
    if isinstance(cls, v.ClassValue):
        return cls
    _no_schema(machine, read.schema, read)
    return None


def _most_derived(
    machine: Interpreter, reads: list[tuple[QueryRead, v.ClassValue]]
) -> list[tuple[QueryRead, v.ClassValue]]:
    """Without the schemas of which another one is a subclass: it has their fields, and cannot stand behind them."""
    bases = [base.node for _, cls in reads for base in classes.ancestry(machine, cls)[1:]]
    return [(read, cls) for read, cls in reads if not any(cls.node is base for base in bases)]


def _filter(machine: Interpreter, cls: v.ClassValue) -> Filter:
    named = types.named(machine, cls)
    return Filter(named, types.fields_of(machine, cls), bodies.is_schema(machine, cls) and named.within is not None)


def _given[T](machine: Interpreter, value: v.Value | None, kind: type[T]) -> T | None:
    found = machine.force(value) if value is not None else None
    return found.value if isinstance(found, v.Known) and isinstance(found.value, kind) else None


def _no_schema(machine: Interpreter, schema: v.Value | None, place: QueryRead | v.Use) -> None:
    name = lookup.own_name(schema) if schema is not None else ""
    found = machine.force(schema) if schema is not None else None
    where = f" in {found.dotted.rpartition('.')[0]}" if isinstance(found, v.External) else ""
    why = f": {found.reason}" if isinstance(found, v.Unknown) and found.reason and not name else ""
    message = f"the schema {name} cannot be found{where}" if name else f"this schema cannot be read{why}"
    hint = "import it from a module below one of `import_roots` in [tool.codegen]"
    machine.seen.findings.append(Finding("CG107", message, place.spot, hint))


def request_of(machine: Interpreter, method: str, *, optional: bool) -> Request | None:
    """What a client sends, or may send; None where no body is read."""
    seen = machine.seen
    if not seen.uses and seen.body is None:
        return Request(None, (), optional=True) if seen.may_read_body and method in WITH_BODY else None
    if not seen.uses:
        return Request(None, (), optional)
    found = [_one(machine, use) for use in seen.uses]
    typed = [part for part in found if part.type is not None]
    if typed and all(part.fields for part in typed):
        _beside_schemas(machine, {name for part in typed for name in part.fields})
    type_, supplied = _joined(typed) if typed else (None, ())
    return Request(type_, supplied, optional)


def _beside_schemas(machine: Interpreter, fields: set[str]) -> None:
    """CG209: what the code reads of a body and writes into its parts, of which the schemas of the body do not tell."""
    for name, spot in machine.seen.body_reads.items():
        if name not in fields:
            message = f"the code reads {name!r} of the body, which its schema does not have: it is not documented"
            machine.seen.findings.append(Finding("CG209", message, spot, "add it to the schema"))
    for part, spot in machine.seen.part_writes.items():
        message = f"what is written into {part!r} of the body is not followed: a client is still asked for it"
        machine.seen.findings.append(Finding("CG209", message, spot, "let the schema not require it"))


@dataclass(frozen=True, slots=True)
class _Sent:
    """What one validation asks of the client: `names` are the keys of its schema, `supplied` the handler's own;
    `fields` have the names in Python, too, and nothing where a schema takes any key."""

    type: Type | None
    names: frozenset[str] = frozenset()
    supplied: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()


def _joined(parts: list[_Sent]) -> tuple[Type, tuple[str, ...]]:
    """A field is the handler's own if it is so wherever a schema has it."""
    all_types = types.one_of([part.type for part in parts if part.type is not None])
    supplied = {name for part in parts for name in part.supplied}
    asked = {name for part in parts for name in part.names - part.supplied}
    return all_types, tuple(sorted(supplied - asked))


def _one(machine: Interpreter, use: v.Use) -> _Sent:
    if use.partial:
        message = "only a part of the body is validated here: only schemas of the whole body document it"
        machine.seen.findings.append(Finding("CG209", message, use.spot, "validate the whole body with one schema"))
        return _Sent(None)
    schema = machine.force(use.schema)
    type_: Type
    if isinstance(schema, v.Adapter | v.Generic):
        type_ = types.type_of(machine, schema.expr, schema.scope)
        names = (node for node in facts.nodes_of(schema.expr) if isinstance(node, facts.Name))
        unknown = next((one for one in names if isinstance(machine.evaluate(one, schema.scope), v.Unknown)), None)
        if unknown is not None and type_ != ANY:
            _no_schema(machine, machine.evaluate(unknown, schema.scope), use)
    elif isinstance(schema, v.ClassValue):
        type_ = types.named(machine, schema) if use.field is None else _field(machine, schema, use.field)
    else:
        _no_schema(machine, use.schema, use)
        return _Sent(None)
    if type_ == ANY:
        hint = "name a type of the code base or of the standard library"
        machine.seen.findings.append(Finding("CG107", "the type of this body cannot be read", use.spot, hint))
        return _Sent(None)
    if use.many and not isinstance(type_, ListOf):
        type_ = ListOf(type_)
    if use.field is not None and isinstance(type_, Primitive | Literals):
        return _Sent(None)  # a body that is no JSON may be the text
    keys: set[str] = set()
    supplied: set[str] = set()
    known = types.classes_in(machine, type_)
    for cls in known:
        for field, key in serialized.sent_fields(machine, cls):
            keys.add(key or field.name)
            # A schema that validates all of the body asks the client for what it requires, whatever is written over it
            # later. What stands in for a field that is not sent keeps no client from sending it.
            own = use.supplied if field.required else (use.supplied - use.defaults) | use.overwritten
            if not own & {field.name, key}:
                continue
            supplied.add(key or field.name)
            if key is None:
                message = f"the alias of {cls.node.name}.{field.name} cannot be read: a client is still asked for it"
                machine.seen.findings.append(Finding("CG107", message, use.spot, "give the field an alias of its own"))
    if isinstance(type_, Named) and type_.within is None and isinstance(schema, v.ClassValue):
        sent = serialized.sent_fields(machine, schema)
        type_ = Shape(tuple(replace(field, name=key or field.name, alias=None) for field, key in sent))
    is_closed = use.field is None and not any(_takes_any_key(machine, cls) for cls in known)
    fields = {field.name for cls in known for field in types.fields_of(machine, cls)} if is_closed else set[str]()
    return _Sent(
        types.importable(type_), frozenset(keys), frozenset(supplied), frozenset(keys | fields if is_closed else ())
    )


def _takes_any_key(machine: Interpreter, cls: v.ClassValue) -> bool:
    is_root = any(lookup.own_name(base) == "RootModel" for base in classes.base_values(machine, cls))
    return is_root or serialized.config_of(machine, cls).get("extra") == v.Known("allow")


def _field(machine: Interpreter, cls: v.ClassValue, name: str) -> Type:
    """The type of one field: what the client sends where the handler wraps it."""
    found = (field.type for field in types.fields_of(machine, cls) if name in (field.name, field.alias))
    return _without_none(next(found, TEXT))  # a field that the class does not have is one of a base elsewhere


def _without_none(type_: Type) -> Type:
    if isinstance(type_, OneOf):
        return types.one_of([option for option in type_.options if option != types.NONE])
    return type_
