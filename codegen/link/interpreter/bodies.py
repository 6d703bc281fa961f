"""How the client's body becomes a schema, and which fields of it the handler fills in itself."""

from collections.abc import Iterator
from sys import stdlib_module_names

from ...diagnostics import Spot
from ...model import Primitive
from . import classes, containers, lookup, types
from .choices import mapped, options
from .protocol import Interpreter
from .values import (
    Adapter,
    Arguments,
    Body,
    Choice,
    ClassValue,
    Dump,
    Entry,
    EventPart,
    Items,
    Json,
    Known,
    Member,
    Model,
    Pending,
    Record,
    Typed,
    Unknown,
    Use,
    Value,
)

_DEPTH = 12
_PATH_TYPES = frozenset(("int", "float", "UUID", "Decimal", "date", "datetime"))
VALIDATORS = frozenset(
    ("model_validate_json", "model_validate", "model_validate_strings", "model_construct", "parse_obj", "parse_raw")
)


def loaded(value: Value) -> Value:
    """`json.loads(value)`."""
    if isinstance(value, Choice):
        return mapped(value, loaded)
    if isinstance(value, Body):
        return Body(dict(value.supplied), value.key, value.many)
    if isinstance(value, Json):
        return value.value
    return Unknown("it is loaded from JSON that is not known")


def dumped(value: Value, default: str = "") -> Value:
    """`json.dumps(value)`, as it stands now: the client's data stays the client's."""
    match value:
        case Choice():
            return mapped(value, lambda option: dumped(option, default))
        case Body():
            return Body(dict(value.supplied), value.key, value.many)
        case _:
            return Json(kept(value), default)


def kept(value: Value) -> Value:
    """A value that no later change of its parts reaches."""
    return _kept(value, {}, 0)


def _kept(value: Value, known: dict[int, Value], depth: int) -> Value:
    if depth > _DEPTH or not isinstance(value, Record | Items | Choice):
        return value
    if id(value) not in known:
        known[id(value)] = _copied(value, known, depth + 1)
    return known[id(value)]


def _copied(value: Record | Items | Choice, known: dict[int, Value], depth: int) -> Value:
    match value:
        case Record():
            entries = {n: Entry(_kept(e.value, known, depth), e.spot, e.optional) for n, e in value.entries.items()}
            spreads = tuple(_kept(spread, known, depth) for spread in value.spreads)
            computed = None if value.computed is None else _kept(value.computed, known, depth)
            return Record(entries, spreads, computed, value.removed)
        case Items():
            rest = None if value.rest is None else _kept(value.rest, known, depth)
            return Items([_kept(part, known, depth) for part in value.known], rest)
        case Choice():
            return mapped(value, lambda option: _kept(option, known, depth))


def validated(machine: Interpreter, schema: Value, arguments: Arguments, spot: Spot) -> Value:
    """`schema.model_validate_json(data)` and its like."""
    named = next((arguments.named[name] for name in ("json_data", "obj") if name in arguments.named), None)
    data = named or (arguments.positional[0] if arguments.positional else None)
    if data is None:  # model_construct(**data)
        data = record_of(machine, arguments, spot)
    return Model(schema, use_of(machine, schema, data, spot))


def adapted(machine: Interpreter, adapter: Adapter, data: Value, spot: Spot) -> Value:
    """`TypeAdapter(X).validate_json(data)`."""
    use_of(machine, adapter, data, spot)
    return of_adapter(adapter)


def of_adapter(adapter: Adapter) -> Typed:
    """What an adapter validates, and what it dumps."""
    return Typed(adapter.expr, adapter.scope, Unknown("its annotation tells no type"))


def record_of(machine: Interpreter, arguments: Arguments, spot: Spot) -> Record:
    record = Record()
    for value in arguments.spreads:
        record = containers.merged(record, value)
    for name, value in arguments.named.items():
        containers.put(machine, record, Known(name), value, spot)
    return record


def use_of(machine: Interpreter, schema: Value, data: Value, spot: Spot) -> Use | None:
    """The use of the client's body as a schema, noted; None if the data is not the client's."""
    read_parts(machine, schema, data, spot)
    found = [client for client in (_client_data(machine, option) for option in options(data)) if client is not None]
    known = next((client for client in found if isinstance(client, Use)), None)
    if known is not None or not found:
        return known
    sent = [client for client in found if not isinstance(client, Use)]
    supplied = set.intersection(*(names for names, _, _ in sent))
    use = Use(schema, supplied, spot, any(many for _, many, _ in sent), partial=any(part for _, _, part in sent))
    machine.seen.uses.append(use)
    return use


def read_parts(machine: Interpreter, schema: Value, data: Value, spot: Spot) -> None:
    """A schema of the path's or the query's parameters reads each of its fields."""
    for part in _event_parts(data):
        if part.part in containers.HEADERS:
            cls = machine.force(schema)
            for field in types.fields_of(machine, cls) if isinstance(cls, ClassValue) else ():
                machine.seen.header(field.alias or field.name)
            continue
        if part.part != "pathParameters":
            machine.seen.schema_query(schema, part, spot)
            continue
        cls = machine.force(schema)
        for field in types.fields_of(machine, cls) if isinstance(cls, ClassValue) else ():
            name = field.alias or field.name
            containers.path_value(machine, name, spot)
            if isinstance(field.type, Primitive) and field.type.name in _PATH_TYPES:
                convert(machine, name, field.type.name)


def convert(machine: Interpreter, name: str, kind: str) -> None:
    """Notes that a path parameter has to be of a type wherever the handler goes on from here."""
    machine.branches.touch(machine.seen.conversions)
    machine.seen.conversions.kinds[name] = kind


def _event_parts(data: Value) -> Iterator[EventPart]:
    match data:
        case EventPart():
            yield data
        case Choice(options=options):
            for option in options:
                yield from _event_parts(option)
        case Record(spreads=spreads):
            for spread in spreads:
                yield from _event_parts(spread)
        case _:
            return


def _client_data(machine: Interpreter, data: Value) -> tuple[set[str], bool, bool] | Use | None:
    """(supplied names, a list of them, only a part of what the client sends) of data that came from the client."""
    match data:
        case Body():
            return set(data.supplied), data.many, data.key is not None
        case Items():
            for part in data.all():
                found = _client_data(machine, part)
                if isinstance(found, tuple):
                    return found[0], True, found[2]
            return None
        case Record():
            return _client_record(machine, data)
        case Json(value=value):
            return _client_data(machine, value)
        case Dump(model=Model(use=use)):
            return use
        case Choice(options=options):
            found_all = [_client_data(machine, option) for option in options]
            return next((found for found in found_all if found is not None), None)
        case _:
            return None


def _client_record(machine: Interpreter, data: Record) -> tuple[set[str], bool, bool] | Use | None:
    defaults: set[str] = set()
    certain = {name: entry.value for name, entry in data.entries.items() if not entry.optional}
    for spread in data.spreads:
        found = _client_data(machine, spread)
        if isinstance(found, Use):
            names = {name for name, value in certain.items() if not _from_model(value, found, name)}
            containers.overwrite(machine, found, names)
            return found
        if found is not None:
            own = {name for name, value in certain.items() if not containers.is_same_part(value, name)}
            return found[0] | own | defaults, found[1], found[2]
        defaults |= set(spread.entries) if isinstance(spread, Record) else set()
    if not any(_is_part(value) for value in certain.values()):
        return None
    renamed = any(_is_part(value) and not containers.is_same_part(value, name) for name, value in certain.items())
    return {name for name, value in certain.items() if not _is_part(value)}, False, renamed


def _is_part(value: Value) -> bool:
    if isinstance(value, Choice):
        return any(_is_part(option) for option in value.options)
    return isinstance(value, Body) and value.key is not None


def _from_model(value: Value, use: Use, name: str) -> bool:
    return isinstance(value, Member) and isinstance(value.base, Model) and value.base.use is use and value.name == name


def constructed(machine: Interpreter, cls: ClassValue, arguments: Arguments, spot: Spot) -> Value:
    """`X(...)` with the request in its arguments."""
    if not is_schema(machine, cls):
        read_parts(machine, cls, record_of(machine, arguments, spot), spot)
        return machine.force(Pending(cls, arguments, spot))
    whole = _whole_body(arguments)
    if whole is not None:
        field, body = whole
        use = Use(cls, set(body.supplied), spot, body.many, field)
        machine.seen.uses.append(use)
        return Model(cls, None, dict(arguments.named))
    record = record_of(machine, arguments, spot)
    used = use_of(machine, cls, record, spot)
    return Model(cls, used, dict(arguments.named))


def _whole_body(arguments: Arguments) -> tuple[str, Body] | None:
    """`ApiRate(rating=data)`: what the client sends is one field of the schema."""
    for name, value in arguments.named.items():
        for option in value.options if isinstance(value, Choice) else (value,):
            if isinstance(option, Body) and option.key is None:
                return name, option
            if isinstance(option, Record) and any(isinstance(s, Body) and s.key is None for s in option.spreads):
                supplied = {n: e.value for n, e in option.entries.items() if not containers.is_same_part(e.value, n)}
                source = next(s for s in option.spreads if isinstance(s, Body))
                return name, Body(source.supplied | supplied, None, source.many)
    return None


def is_schema(machine: Interpreter, cls: ClassValue) -> bool:
    """A class of pydantic's, or one whose bases are outside the tree and may be one."""
    bases = classes.external_bases(machine, cls)
    return any(base == "?" or base.startswith(("pydantic", ".")) or _may_be(base) for base in bases)


def _may_be(base: str) -> bool:
    first = base.partition(".")[0]
    return first not in stdlib_module_names and first != "builtins" and first != "typing_extensions"


def rebuilt(machine: Interpreter, callee: Value, arguments: Arguments) -> Model | None:
    """`X(id=path_id, **api.model_dump())` or `X(id=path_id, changes=api.changes)` of a validated `api`."""
    if not lookup.own_name(callee)[:1].isupper():
        return None
    dumped = [spread.model for spread in arguments.spreads if isinstance(spread, Dump)]
    read = [value.base for value in arguments.named.values() if isinstance(value, Member)]
    for model in (*dumped, *(base for base in read if isinstance(base, Model) and _is_same(base.schema, callee))):
        if isinstance(model, Model) and model.use is not None:
            use, named = model.use, arguments.named
            containers.overwrite(machine, use, {n for n, value in named.items() if not _from_model(value, use, n)})
            return Model(callee, use, dict(named))
    return None


def _is_same(schema: Value, callee: Value) -> bool:
    """Whether two values name one class."""
    while isinstance(schema, Member) and isinstance(callee, Member) and schema.name == callee.name:
        schema, callee = schema.base, callee.base
    return schema is callee
