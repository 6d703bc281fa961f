"""Reading and writing the items of events, bodies, dicts and lists."""

from typing import TYPE_CHECKING

from .. import facts
from ..diagnostics import Finding, Spot
from .choices import choice, forked, mapped
from .values import (
    UNKNOWN,
    Adapter,
    AdapterDump,
    Body,
    Choice,
    Dump,
    Entry,
    Event,
    EventPart,
    Imported,
    Indexed,
    Item,
    Items,
    Known,
    Member,
    Model,
    PathValue,
    Pending,
    Record,
    Scope,
    Text,
    Typed,
    Unknown,
    User,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine

HEADERS = frozenset(("headers", "multiValueHeaders"))
_PARTS = HEADERS | {"pathParameters", "queryStringParameters", "multiValueQueryStringParameters", "_auth_context"}


def item(machine: "Machine", base: Value, key: Value, spot: Spot) -> Value:
    """`base[key]` and `base.get(key)`."""
    if isinstance(base, Choice):
        return mapped(base, lambda option: item(machine, option, key, spot))
    if isinstance(key, Choice):
        return choice([item(machine, base, option, spot) for option in key.options])
    match base:
        case Event():
            return _of_event(machine, key, spot)
        case EventPart():
            return _of_part(machine, base, key, spot)
        case Body():
            return _of_body(base, key)
        case Record():
            return of_record(machine, base, key, spot)
        case Items(known=known, rest=rest):
            if isinstance(key, Known) and isinstance(key.value, int) and key.value < len(known):
                return known[key.value]
            return choice([*known, *([rest] if rest is not None else [])])
        case Dump(model=model, written=written) if isinstance(key, Known) and isinstance(key.value, str):
            return written.get(key.value) or Member(model, key.value, spot)
        case PathValue() | Text():
            return Text()
        case Imported() | Member() | Pending() | Indexed():
            return Indexed(base, key, spot)
        case Typed() | AdapterDump() | Item():
            return Item(base)
        case _:
            return Indexed(base, key, spot) if not isinstance(base, Known) else UNKNOWN


def _of_event(machine: "Machine", key: Value, spot: Spot) -> Value:
    key = machine.force(key)
    if isinstance(key, Choice):
        return choice([_of_event(machine, option, spot) for option in key.options])
    name = key.value if isinstance(key, Known) else None
    if name == "body":
        return body_of(machine, spot)
    return EventPart(name) if isinstance(name, str) and name in _PARTS else UNKNOWN


def body_of(machine: "Machine", spot: Spot) -> Body:
    """The request's body, noted as read."""
    if machine.seen.body is None:
        machine.seen.body = spot
    return Body()


def _of_part(machine: "Machine", base: EventPart, key: Value, spot: Spot) -> Value:
    key = machine.force(key)
    if isinstance(key, Choice):
        return choice([_of_part(machine, base, option, spot) for option in key.options])
    name = key.value if isinstance(key, Known) else None
    if base.part == "_auth_context":
        return User() if name == "user_object" else Text() if name == "user_id" else UNKNOWN
    if base.part == "pathParameters":
        return path_value(machine, name, spot)
    if isinstance(name, str) and base.part in HEADERS:
        machine.seen.header(name)
    elif isinstance(name, str):
        name = name.replace("_", "-") if base.renamed else name
        machine.seen.direct_query(name, base.part.startswith("multi"), spot)
    return Text()


def path_value(machine: "Machine", name: facts.Constant, spot: Spot) -> Value:
    """A path parameter, noted as read under its name."""
    if not isinstance(name, str):
        hint = "write the name as a string or as a constant"
        machine.seen.findings.append(Finding("CG112", "the name of this path parameter cannot be read", spot, hint))
        return Text()
    machine.seen.path_reads.setdefault(name, spot)
    return PathValue(name)


def _of_body(base: Body, key: Value) -> Value:
    if isinstance(key, Known) and isinstance(key.value, str):
        return base.supplied.get(key.value, Body({}, key.value if base.key is None else f"{base.key}.{key.value}"))
    return Body(base.supplied, base.key, many=True) if isinstance(key, Known) else Body({}, "?")


def of_record(machine: "Machine", base: Record, key: Value, spot: Spot) -> Value:
    if isinstance(key, Known) and isinstance(key.value, str | int):
        entry = base.entries.get(_key(key.value))
        if entry is not None:
            return entry.value
        found = [item(machine, spread, key, spot) for spread in base.spreads]
        return (
            choice([*found, *([base.computed] if base.computed is not None else [])])
            if found
            else (base.computed or UNKNOWN)
        )
    rest = [base.computed] if base.computed is not None else []
    return choice([*(entry.value for entry in base.entries.values()), *rest])


def _key(value: str | int) -> str:
    """As JSON has it."""
    return value if isinstance(value, str) else f"{value!r}".lower()


def touch(machine: "Machine", record: Record) -> None:
    """Keeps a record's state before a branch changes it, so that the other branch does not see the change."""
    if machine.changed and id(record) not in machine.changed[-1]:
        before = Record(dict(record.entries), record.spreads, record.computed)
        machine.changed[-1][id(record)] = (record, before)


def put(machine: "Machine", record: Record, key: Value, value: Value, spot: Spot) -> None:
    """`record[key] = value`."""
    touch(machine, record)
    if isinstance(key, Imported | Member | Indexed):
        key = machine.force(key)
    if isinstance(key, Known) and isinstance(key.value, str | int):
        record.entries[_key(key.value)] = Entry(value, spot)
    else:
        record.computed = value if record.computed is None else choice([record.computed, value])


def spread(value: Value) -> Record:
    """A dict that starts as `{**value}`."""
    if isinstance(value, Record):
        return Record(dict(value.entries), value.spreads, value.computed)
    return Record(spreads=(value,))


def merged(left: Record, right: Value) -> Record:
    """`{**left, **right}`; right may be one of several dicts, as in `**({"note": note} if note else {})`."""
    if isinstance(right, Choice) and right.options and all(isinstance(o, Record) for o in right.options):
        return joined([merged(left, option) for option in right.options])
    if isinstance(right, Record):
        computed = [c for c in (left.computed, right.computed) if c is not None]
        both = choice(computed) if computed else None
        entries = dict(left.entries)
        for name, entry in right.entries.items():
            entries[name] = _over(entries.get(name), entry)
        return Record(entries, (*left.spreads, *right.spreads), both)
    return Record(dict(left.entries), (*left.spreads, right), left.computed)


def _over(old: Entry | None, new: Entry) -> Entry:
    """What a key stands for after a dict was written over another one that may lack it."""
    if old is None or not new.optional:
        return new
    return Entry(choice([old.value, new.value]), new.spot, old.optional)


def joined(states: list[Record], at: int = 0) -> Record:
    """A dict that was left in one of several states: a key that some of them lack may be missing."""
    first, *others = states
    result = Record({}, first.spreads, first.computed)
    for state in others:
        result.spreads = result.spreads or state.spreads
        result.computed = result.computed or state.computed
    for name in dict.fromkeys(name for state in states for name in state.entries):
        found = [state.entries[name] for state in states if name in state.entries]
        result.entries[name] = _one_entry(found, at, everywhere=len(found) == len(states))
    return result


def _one_entry(found: list[Entry], at: int, *, everywhere: bool) -> Entry:
    first, last = found[0], found[-1]
    if everywhere and all(entry is first for entry in found):
        return first
    same = all(entry.value is first.value for entry in found)
    value = first.value if same else forked([entry.value for entry in found], at if everywhere else 0)
    return Entry(value, last.spot, not everywhere or any(entry.optional for entry in found))


def assign_item(machine: "Machine", base: Value, key: Value, value: Value, spot: Spot) -> None:
    """`base[key] = value`, where base is the client's data, a dict or a dump."""
    match base:
        case Record():
            put(machine, base, key, value, spot)
        case Items():
            add(base, value)
        case Body():
            name = _name_in(key)
            supply(base, Record() if name is None else Record({name: Entry(value, spot)}))
        case Dump():
            name = _name_in(key)
            override(base, {} if name is None else {name: value})
        case Choice(options=options):
            for option in options:
                assign_item(machine, option, key, value, spot)
        case _:
            pass


def delete_item(machine: "Machine", base: Value, key: Value) -> None:
    """`del base[key]`, and what else takes a key out of a dict."""
    if isinstance(base, Choice):
        for option in base.options:
            delete_item(machine, option, key)
    elif isinstance(base, Record) and isinstance(key, Known) and isinstance(key.value, str | int):
        touch(machine, base)
        base.entries.pop(_key(key.value), None)


def add(items: Items, value: Value) -> None:
    """`items.append(value)`."""
    items.rest = value if items.rest is None else choice([items.rest, value])


def _name_in(key: Value) -> str | None:
    return key.value if isinstance(key, Known) and isinstance(key.value, str) else None


def supply(body: Body, extra: Value) -> None:
    """`body.update(extra)`: what is not the client's own is the server's."""
    if isinstance(extra, Record):
        for name, entry in extra.entries.items():
            if not is_same_part(entry.value, name):
                body.supplied[name] = entry.value


def is_same_part(value: Value, name: str) -> bool:
    """`data["name"]` put back under its own name, perhaps with a default."""
    if isinstance(value, Choice):
        return any(is_same_part(option, name) for option in value.options)
    return isinstance(value, Body) and value.key == name


def override(dump: Dump, written: dict[str, Value]) -> None:
    """Fields written over the dump of a model, which the server supplies if the client sent the model."""
    dump.written.update(written)
    model = dump.model
    if isinstance(model, Model) and model.use is not None:
        model.use.supplied |= set(written)


def adapter(expr: facts.Call, scope: Scope) -> Value:
    """`TypeAdapter(X)`; X is an annotation, or a name bound to one."""
    first = expr.args[0].value
    return Adapter(first, scope)


def elements(value: Value) -> Value:
    """What a loop over a value sees."""
    match value:
        case Items(known=known, rest=rest):
            return choice([*known, *([rest] if rest is not None else [])])
        case Body():
            return Body(value.supplied, value.key, many=True)
        case Choice(options=options):
            return choice([elements(option) for option in options])
        case Record(entries=entries, spreads=spreads, computed=computed):
            others = [UNKNOWN] if spreads or computed is not None else []
            return choice([*[Known(key) for key in entries], *others])
        case PathValue() | Text():
            return Text()
        case Known() | Unknown() | User():
            return UNKNOWN
        case _:
            return Item(value)


_MOST_ITEMS = 1000


def capped(items: Items) -> Items:
    """A list that has not grown beyond all measure; of one that has, what its items are."""
    return items if len(items.known) <= _MOST_ITEMS else Items([], elements(items))


def is_request(value: Value) -> bool:
    """Whether the request itself, or a part of it that no schema has validated, is in a value."""
    match value:
        case Event() | EventPart() | Body() | User():
            return True
        case Record(entries=entries, spreads=spreads):
            return any(is_request(entry.value) for entry in entries.values()) or any(is_request(s) for s in spreads)
        case Items(known=known):
            return any(is_request(part) for part in known)
        case Choice(options=options):
            return any(is_request(option) for option in options)
        case _:
            return False


def holds_request(value: Value) -> bool:
    """Whether a value is an object of the code base that was given the request."""
    return isinstance(value, Model) and value.use is None and any(is_request(held) for held in value.named.values())
