"""How the client's body becomes a schema, and which fields of it the handler fills in itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from sys import stdlib_module_names
from typing import Any

from ....diagnostics import Spot
from ....model import ListOf, Primitive
from .. import values as v
from ..choices import made_of, mapped, options
from ..declared import classes, lookup, serialized, types
from ..protocol import Interpreter
from . import containers

_DEPTH = 12
_PATH_TYPES = frozenset(("int", "float", "UUID", "Decimal", "date", "datetime"))
VALIDATORS = frozenset(
    ("model_validate_json", "model_validate", "model_validate_strings", "model_construct", "parse_obj", "parse_raw")
)


def loaded(value: v.Value) -> v.Value:
    """`json.loads(value)`."""
    if isinstance(value, v.Choice):
        return mapped(value, loaded)
    if isinstance(value, v.Body):
        return v.Body(dict(value.supplied), value.key, value.many)
    if isinstance(value, v.Json):
        return value.value
    if isinstance(value, v.Known) and isinstance(value.value, str):
        return _parsed(value.value)
    return v.Unknown("it is loaded from JSON that is not known")


def _parsed(text: str) -> v.Value:
    """What JSON of a constant holds; nothing where loading it fails."""
    try:
        return _of_json(json.loads(text))
    except (ValueError, RecursionError):
        return v.NOTHING


def _of_json(value: Any) -> v.Value:
    if isinstance(value, dict):
        return v.Record({key: v.Entry(_of_json(inner), Spot("", -1)) for key, inner in value.items()})
    return v.Items([_of_json(inner) for inner in value]) if isinstance(value, list) else v.Known(value)


def dumped(value: v.Value, default: str = "") -> v.Value:
    """`json.dumps(value)`, as it stands now: the client's data stays the client's."""
    match value:
        case v.Choice():
            return mapped(value, lambda option: dumped(option, default))
        case v.Body():
            return v.Body(dict(value.supplied), value.key, value.many)
        case _:
            return v.Json(kept(value), default)


def kept(value: v.Value) -> v.Value:
    """A value that no later change of its parts reaches."""
    return _kept(value, {}, 0)


def _kept(value: v.Value, known: dict[int, v.Value], depth: int) -> v.Value:
    if depth > _DEPTH or not isinstance(value, v.Record | v.Items | v.Choice):
        return value
    if id(value) not in known:
        known[id(value)] = _copied(value, known, depth + 1)
    return known[id(value)]


def _copied(value: v.Record | v.Items | v.Choice, known: dict[int, v.Value], depth: int) -> v.Value:
    match value:
        case v.Record():
            entries = {n: v.Entry(_kept(e.value, known, depth), e.spot, e.optional) for n, e in value.entries.items()}
            spreads = tuple(_kept(spread, known, depth) for spread in value.spreads)
            computed = None if value.computed is None else _kept(value.computed, known, depth)
            return v.Record(entries, spreads, computed, value.removed)
        case v.Items():
            rest = None if value.rest is None else _kept(value.rest, known, depth)
            return v.Items([_kept(part, known, depth) for part in value.known], rest)
        case v.Choice():
            return mapped(value, lambda option: _kept(option, known, depth))


def validated(machine: Interpreter, schema: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`schema.model_validate_json(data)` and its like."""
    named = next((arguments.named[name] for name in ("json_data", "obj") if name in arguments.named), None)
    data = named or (arguments.positional[0] if arguments.positional else None)
    if data is None:  # model_construct(**data)
        data = record_of(machine, arguments, spot)
    return v.Model(schema, use_of(machine, schema, data, spot))


def as_schema(machine: Interpreter, schema: v.Value, data: v.Value, spot: Spot) -> v.Value:
    """The data as a class, by a function that is given both."""
    found = machine.force(schema)
    if isinstance(found, v.Generic):
        return adapted(machine, v.Adapter(found.expr, found.scope), data, spot)
    return v.Model(found, use_of(machine, found, data, spot)) if isinstance(found, v.ClassValue) else v.Unknown("")


def adapted(machine: Interpreter, adapter: v.Adapter, data: v.Value, spot: Spot) -> v.Value:
    """`TypeAdapter(X).validate_json(data)`."""
    use_of(machine, adapter, data, spot)
    return of_adapter(adapter)


def of_adapter(adapter: v.Adapter) -> v.Typed:
    """What an adapter validates, and what it dumps."""
    return v.Typed(adapter.expr, adapter.scope, v.Unknown("its annotation tells no type"))


def record_of(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Record:
    record = v.Record()
    for value in arguments.spreads:
        record = containers.merged(record, value)
    for name, value in arguments.named.items():
        containers.put(machine, record, v.Known(name), value, spot)
    return record


def use_of(machine: Interpreter, schema: v.Value, data: v.Value, spot: Spot) -> v.Use | None:
    """The use of the client's body as a schema, noted; None if the data is not the client's."""
    read_parts(machine, schema, data, spot)
    found = [client for client in (_client_data(machine, option) for option in options(data)) if client is not None]
    known = next((client for client in found if isinstance(client, v.Use)), None)
    if known is not None or not found:
        return known
    of_client = [client for client in found if not isinstance(client, v.Use)]
    supplied = set.intersection(*(client.supplied for client in of_client))
    many, partial = any(client.many for client in of_client), any(client.partial for client in of_client)
    defaults = set.union(*(client.defaults for client in of_client))
    use = v.Use(schema, supplied, spot, many, partial=partial, defaults=defaults)
    machine.seen.uses.append(use)
    if not _may_lack(machine, data) or _requires_a_field(machine, schema, supplied):
        sent(machine)
    return use


def read_parts(machine: Interpreter, schema: v.Value, data: v.Value, spot: Spot) -> None:
    """A schema of the path's or the query's parameters reads each of its fields."""
    for part in _event_parts(data):
        if part.part not in containers.HEADERS and part.part != "pathParameters":
            machine.seen.schema_query(schema, part, spot)
            continue
        cls = machine.force(schema)
        for field in types.fields_of(machine, cls) if isinstance(cls, v.ClassValue) else ():
            name = field.alias or field.name
            if part.part in containers.HEADERS:
                machine.seen.header(name)
                continue
            containers.path_value(machine, name, spot)
            if isinstance(field.type, Primitive) and field.type.name in _PATH_TYPES:
                convert(machine, name, field.type.name)


def convert(machine: Interpreter, name: str, kind: str) -> None:
    """Notes that a path parameter has to be of a type wherever the handler goes on from here."""
    machine.branches.touch(machine.seen.way)
    machine.seen.way.kinds[name] = kind


def sent(machine: Interpreter) -> None:
    """Notes that the code goes on from here only if the client has sent a body."""
    machine.branches.touch(machine.seen.way)
    machine.seen.way.has_body = True


def is_sent(value: v.Value) -> bool:
    """Whether what is done with a value fails without a body: it is one, or else None or an empty text."""
    given = [option for option in options(value) if option not in (v.Known(None), v.Known(""))]
    return bool(given) and all(isinstance(option, v.Body) for option in given)


def _event_parts(data: v.Value) -> Iterator[v.EventPart]:
    if isinstance(data, v.EventPart):
        yield data
    for inner in data.spreads if isinstance(data, v.Record) else data.options if isinstance(data, v.Choice) else ():
        yield from _event_parts(inner)


@dataclass(frozen=True, slots=True)
class _Sent:
    """Data that came from the client, with the names that the handler has supplied, of which `defaults` only where the
    client did not. `many`: a list of such; `partial`: only a part of what the client sends."""

    supplied: set[str]
    defaults: set[str]
    many: bool
    partial: bool


def _of_body(body: v.Body) -> _Sent:
    defaults = {name for name, value in body.supplied.items() if containers.is_same_part(value, name)}
    return _Sent(set(body.supplied), defaults, body.many, body.key is not None)


def _client_data(machine: Interpreter, data: v.Value) -> _Sent | v.Use | None:
    match data:
        case v.Body():
            return _of_body(data)
        case v.Items():
            for part in data.all():
                found = _client_data(machine, part)
                if isinstance(found, _Sent):
                    return replace(found, many=True)
            return None
        case v.Record():
            return _client_record(machine, data)
        case v.Json(value=value):
            return _client_data(machine, value)
        case v.Dump(model=v.Model(use=use)):
            return use
        case v.Choice(options=options):
            found_all = [_client_data(machine, option) for option in options]
            return next((found for found in found_all if found is not None), None)
        case _:
            return None


def _may_lack(machine: Interpreter, data: v.Value) -> bool:
    """Whether it may be something else than what the client sends."""
    match data:
        case v.Choice(options=options):
            given = [option for option in options if option not in (v.Known(None), v.Known(""))]
            return any(_may_lack(machine, option) for option in given)
        case v.Record(spreads=spreads):
            bodies = [spread for spread in spreads if _client_data(machine, spread) is not None]
            return all(_may_lack(machine, body) for body in bodies)
        case v.Json(value=value):
            return _may_lack(machine, value)
        case _:
            return _client_data(machine, data) is None


def _requires_a_field(machine: Interpreter, schema: v.Value, supplied: set[str]) -> bool:
    """Whether a schema refuses an empty object."""
    found = machine.force(schema)
    if isinstance(found, v.Adapter | v.Generic):
        type_ = types.type_of(machine, found.expr, found.scope)
        known = [] if isinstance(type_, ListOf) else types.classes_in(machine, type_)
    else:
        known = [found] if isinstance(found, v.ClassValue) else []
    return bool(known) and all(
        any(field.required and not supplied & {field.name, key} for field, key in serialized.sent_fields(machine, cls))
        for cls in known
    )


def _client_record(machine: Interpreter, data: v.Record) -> _Sent | v.Use | None:
    defaults: set[str] = set()
    certain = {name: entry.value for name, entry in data.entries.items() if not entry.optional}
    for spread in data.spreads:
        found = _client_data(machine, spread)
        if isinstance(found, v.Use):
            names = {name for name, value in certain.items() if not _from_model(value, found, name)}
            containers.overwrite(machine, found, names)
            return found
        if found is not None:
            own = {name for name, value in certain.items() if not containers.is_same_part(value, name)}
            return replace(found, supplied=found.supplied | own | defaults, defaults=(found.defaults | defaults) - own)
        defaults |= set(spread.entries) if isinstance(spread, v.Record) else set()
    return _of_parts(certain)


def _of_parts(values: dict[str, v.Value]) -> _Sent | None:
    """`{"title": data["title"], "stars": int(data["stars"]), "author_id": user.id}`."""
    same = {name for name, value in values.items() if containers.is_same_part(value, name)}
    if not same and not any(_is_part(value) for value in values.values()):
        return None
    used = made_of(*(value for name, value in values.items() if name not in same))
    renamed = any(part not in same and part.partition(".")[0] not in same for part in used)
    return _Sent(values.keys() - same, set(), False, renamed)


def _is_part(value: v.Value) -> bool:
    if isinstance(value, v.Choice):
        return any(_is_part(option) for option in value.options)
    return isinstance(value, v.Body) and value.key is not None


def _from_model(value: v.Value, use: v.Use, name: str) -> bool:
    return (
        isinstance(value, v.Member) and isinstance(value.base, v.Model) and value.base.use is use and value.name == name
    )


def constructed(machine: Interpreter, cls: v.ClassValue, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`X(...)` with the request in its arguments."""
    if not is_schema(machine, cls):
        record = record_of(machine, arguments, spot)
        if classes.is_data(machine, cls) and any(isinstance(one, v.Body) for one in arguments.spreads):
            return v.Model(cls, use_of(machine, cls, record, spot), dict(arguments.named))
        read_parts(machine, cls, record, spot)
        return machine.force(v.Pending(cls, arguments, spot))
    whole = _whole_body(arguments)
    if whole is not None:
        field, body = whole
        sends = _of_body(body)
        use = v.Use(cls, sends.supplied, spot, body.many, field, defaults=sends.defaults)
        machine.seen.uses.append(use)
        if is_sent(arguments.named[field]):
            sent(machine)
        return v.Model(cls, None, dict(arguments.named))
    record = record_of(machine, arguments, spot)
    used = use_of(machine, cls, record, spot)
    return v.Model(cls, used, dict(arguments.named))


def _whole_body(arguments: v.Arguments) -> tuple[str, v.Body] | None:
    """`ApiRate(rating=data)`: what the client sends is one field of the schema."""
    for name, value in arguments.named.items():
        for option in value.options if isinstance(value, v.Choice) else (value,):
            if isinstance(option, v.Body) and option.key is None:
                return name, option
            if isinstance(option, v.Record) and any(isinstance(s, v.Body) and s.key is None for s in option.spreads):
                supplied = {n: e.value for n, e in option.entries.items() if not containers.is_same_part(e.value, n)}
                source = next(s for s in option.spreads if isinstance(s, v.Body))
                return name, v.Body(source.supplied | supplied, None, source.many)
    return None


def is_schema(machine: Interpreter, cls: v.ClassValue) -> bool:
    """A class of pydantic's, or one whose bases are outside the tree and may be one."""
    bases = classes.external_bases(machine, cls)
    return any(base == "?" or base.startswith(("pydantic", ".")) or _may_be(base) for base in bases)


# Whose classes validate no body: those of SQLAlchemy are rows of tables.
_NO_SCHEMAS = frozenset(("builtins", "typing_extensions", "sqlalchemy"))


def _may_be(base: str) -> bool:
    first = base.partition(".")[0]
    return first not in stdlib_module_names and first not in _NO_SCHEMAS


def rebuilt(machine: Interpreter, callee: v.Value, arguments: v.Arguments) -> v.Model | None:
    """`X(id=path_id, **api.model_dump())` or `X(id=path_id, changes=api.changes)` of a validated `api`."""
    if not lookup.own_name(callee)[:1].isupper():
        return None
    dumped = [spread.model for spread in arguments.spreads if isinstance(spread, v.Dump)]
    read = [value.base for value in arguments.named.values() if isinstance(value, v.Member)]
    for model in (*dumped, *(base for base in read if isinstance(base, v.Model) and _is_same(base.schema, callee))):
        if isinstance(model, v.Model) and model.use is not None:
            use, named = model.use, arguments.named
            containers.overwrite(machine, use, {n for n, value in named.items() if not _from_model(value, use, n)})
            return v.Model(callee, use, dict(named))
    return None


def _is_same(schema: v.Value, callee: v.Value) -> bool:
    """Whether two values name one class."""
    while isinstance(schema, v.Member) and isinstance(callee, v.Member) and schema.name == callee.name:
        schema, callee = schema.base, callee.base
    return schema is callee
