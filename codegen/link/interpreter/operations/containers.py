"""Reading and writing the items of events, bodies, dicts and lists."""

from collections.abc import Iterator
from typing import assert_never

from .... import facts
from ....diagnostics import Finding, Spot
from .. import values as v
from ..branches import joined_records
from ..choices import as_data, choice, made_from, made_of, mapped, parts
from ..protocol import Interpreter

HEADERS = frozenset(("headers", "multiValueHeaders"))
# What a client may leave out.
LOOSE = HEADERS | {"queryStringParameters", "multiValueQueryStringParameters"}
_PARTS = LOOSE | {"pathParameters", "_auth_context"}


def item(machine: Interpreter, base: v.Value, key: v.Value, spot: Spot) -> v.Value:
    """`base[key]` and `base.get(key)`."""
    if isinstance(base, v.Choice):
        return mapped(base, lambda option: item(machine, option, key, spot))
    if isinstance(key, v.Choice) and key.options:
        return mapped(key, lambda option: item(machine, base, option, spot))
    if isinstance(key, v.OfRoute):
        key = v.Known(key.text)
    return _item(machine, base, key, spot)


def _item(machine: Interpreter, base: v.Single, key: v.Value, spot: Spot) -> v.Value:
    if isinstance(base, v.OfRequest):
        return _of_request(machine, base, key, spot)
    match base:
        case v.Record():
            return of_record(machine, base, key, spot)
        case v.Items():
            return _of_items(base, key)
        case v.Typed() | v.Item() | v.Dump(model=v.Typed()):
            return v.Item(base)
        case v.Dump(model=model):
            name = name_of(key)
            return v.Unknown("it is a key of a dump", spot) if name is None else v.Member(model, name, spot)
        case v.PathValue() | v.Text():
            return made_from(v.Text(), base)
        case v.Known() | v.Unknown() | v.Scalar() | v.Json():
            return made_from(v.Unknown("it is an item of what is not known", spot), base)
    kept = isinstance(base, v.Deferred | v.Model | v.External | v.ClassValue | v.Generic)
    return v.Indexed(base, key, spot) if kept else v.Unknown("it is an item of what is not known", spot)


def _of_request(machine: Interpreter, base: v.OfRequest, key: v.Value, spot: Spot) -> v.Value:
    match base:
        case v.Body():
            name = name_of(key)
            if name is not None and base.key is None and name not in base.supplied:
                machine.seen.body_reads.setdefault(name, spot)
            return of_body(base, key)
        case v.EventPart():
            return _of_part(machine, base, key, spot)
        case v.Event():
            return _of_event(machine, key, spot)
        case v.User():
            return v.Unknown("it is an item of what is not known", spot)
    assert_never(base)


def name_of(key: v.Value) -> str | None:
    if isinstance(key, v.OfRoute):
        return key.text
    return key.value if isinstance(key, v.Known) and isinstance(key.value, str) else None


def _of_items(items: v.Items, key: v.Value) -> v.Value:
    if isinstance(key, v.Known) and isinstance(key.value, int):
        count, place = len(items.known), key.value
        if 0 <= place < count or (items.rest is None and -count <= place < 0):
            return items.known[place]
    return elements(items)


def _of_event(machine: Interpreter, key: v.Value, spot: Spot) -> v.Value:
    key = machine.force(key)
    if isinstance(key, v.Choice):
        return mapped(key, lambda option: _of_event(machine, option, spot))
    name = name_of(key) or ""
    machine.seen.event_keys.add(name)
    machine.seen.may_read_body = machine.seen.may_read_body or not name
    if name == "body":
        return body_of(machine, spot)
    if name in _PARTS:
        return v.EventPart(name)
    return _of_route(machine, name, spot) if machine.route else v.Unknown(f"the event's {name} is data", spot)


# Parts of the event that hold what the route says, and keys of which only a request tells what they say.
_CONTEXTS = frozenset(("requestContext", "requestContext.http"))
_UNDECIDED = frozenset(("path", "rawPath", "requestContext.path", "requestContext.http.path"))


def _of_route(machine: Interpreter, name: str, spot: Spot) -> v.Value:
    """What the route says of a key of the event."""
    if name in machine.route:
        told = machine.route[name]
        return v.NOTHING if told is None else v.OfRoute(text=told)
    if name in _CONTEXTS:
        return v.EventPart(name)
    if name in _UNDECIDED:
        machine.seen.is_undecided = True
    return v.Unknown(f"the event's {name} is data", spot)


# What the classes for events of Powertools and Chalice call the keys of an event.
_ATTRIBUTES = {
    "body": "body",
    "json_body": "body",
    "raw_body": "body",
    "decoded_body": "body",
    "path_parameters": "pathParameters",
    "uri_params": "pathParameters",
    "headers": "headers",
    "query_string_parameters": "queryStringParameters",
    "query_params": "queryStringParameters",
    "multi_value_query_string_parameters": "multiValueQueryStringParameters",
    "http_method": "httpMethod",
    "method": "httpMethod",
    "resource": "resource",
    "route_key": "routeKey",
    "path": "path",
    "raw_path": "rawPath",
    "request_context": "requestContext",
    "context": "requestContext",
}


def attribute_of_event(machine: Interpreter, name: str, spot: Spot) -> v.Value | None:
    """`event.json_body` of an event in a class of its own; None for another attribute."""
    key = _ATTRIBUTES.get(name, name if name in _PARTS or name in _ATTRIBUTES.values() else None)
    return None if key is None else _of_event(machine, v.Known(key), spot)


def body_of(machine: Interpreter, spot: Spot) -> v.Body:
    """The request's body, noted as read."""
    if machine.seen.body is None:
        machine.seen.body = spot
    return v.Body()


def _of_part(machine: Interpreter, base: v.EventPart, key: v.Value, spot: Spot) -> v.Value:
    key = machine.force(key)
    if isinstance(key, v.Choice):
        return mapped(key, lambda option: _of_part(machine, base, option, spot))
    name = key.value if isinstance(key, v.Known) else None
    if base.part in _CONTEXTS:
        return _of_route(machine, f"{base.part}.{name_of(key)}", spot)
    if base.part == "_auth_context":
        return of_authentication(str(name), spot)
    if base.part == "pathParameters":
        return path_value(machine, name, spot)
    many = base.part.startswith("multi")
    if isinstance(name, str) and base.part in HEADERS:
        machine.seen.header(name)
        return v.Items([], v.Text()) if many else v.Text()
    if not isinstance(name, str):
        return v.Items([], v.Text()) if many else v.Text()
    name = name.replace("_", "-") if base.renamed else name
    machine.seen.direct_query(name, many, spot)
    value = v.QueryValue(name=name)
    return v.Items([], value) if many else value


def of_authentication(name: str, spot: Spot) -> v.Value:
    """A key or an attribute of the context that the authentication adds."""
    if name == "user_object":
        return v.User()
    return v.Text() if name == "user_id" else v.Unknown(f"{name} of the authentication is data", spot)


def path_value(machine: Interpreter, name: facts.Constant, spot: Spot) -> v.Value:
    """A path parameter, noted as read under its name."""
    if not isinstance(name, str):
        hint = "write the name as a string or as a constant"
        machine.seen.findings.append(Finding("CG112", "the name of this path parameter cannot be read", spot, hint))
        return v.Text()
    machine.seen.path_reads.setdefault(name, spot)
    return v.PathValue(name)


def not_followed(machine: Interpreter, part: v.Value, what: str, spot: Spot) -> None:
    """Notes that parts of the request are read in a way that does not tell their names."""
    machine.seen.may_read_body = machine.seen.may_read_body or isinstance(part, v.Event)
    if isinstance(part, v.Event | v.EventPart):
        hint = 'read them one by one: parameters.get("name")'
        machine.seen.findings.append(Finding("CG112", f"the parameters that {what} reads are not known", spot, hint))
    elif isinstance(part, v.Body):
        message = f"what {what} takes out of the body is not followed: only schemas of the whole body document it"
        machine.seen.findings.append(Finding("CG209", message, spot, "validate the whole body with one schema"))


def of_body(base: v.Body, key: v.Value) -> v.Value:
    name = name_of(key)
    if name is not None:
        return base.supplied.get(name, v.Body({}, name if base.key is None else f"{base.key}.{name}"))
    return v.Body(base.supplied, base.key, many=True) if isinstance(key, v.Known) else v.Body({}, "?")


def of_record(machine: Interpreter, base: v.Record, key: v.Value, spot: Spot) -> v.Value:
    """An item of a dict; several values where its keys are not known."""
    others = [] if base.computed is None else [base.computed]
    if isinstance(key, v.Known) and isinstance(key.value, str | int | float | None):
        entry = base.entries.get(key_of(key.value))
        if entry is not None and not (entry.optional and others):
            return entry.value
        others += [entry.value] if entry is not None else []
        others += [item(machine, spread, key, spot) for spread in base.spreads]
        return choice(others)  # nothing for a key that the dict has not: there an exception ends the way
    unknown = [v.Unknown("the key of a dict is not known", spot)] if base.spreads else []
    return choice([*(entry.value for entry in base.entries.values()), *others, *unknown])


def key_of(value: facts.Constant) -> str:
    """As JSON has it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return value if isinstance(value, str) else repr(value)


def put(machine: Interpreter, record: v.Record, key: v.Value, value: v.Value, spot: Spot) -> None:
    """`record[key] = value`; what came through data is no key that a document could name."""
    machine.branches.touch(record)
    if isinstance(key, v.Imported | v.Member | v.Indexed):
        key = machine.force(key)
    if isinstance(key, v.Known) and isinstance(key.value, str | int | float | None):
        record.entries[key_of(key.value)] = v.Entry(value, spot)
        _overwrite_dumped(machine, record, {key_of(key.value)})
    else:
        record.computed = value if record.computed is None else choice([record.computed, value])


def _overwrite_dumped(machine: Interpreter, record: v.Record, names: set[str]) -> None:
    """A field that is written over the dump of a model which the client sent."""
    for spread in record.spreads:
        if isinstance(spread, v.Dump) and isinstance(spread.model, v.Model):
            overwrite(machine, spread.model.use, names)


def overwrite(machine: Interpreter, use: v.Use | None, names: set[str]) -> None:
    """Notes fields that the handler sets after it has validated what the client sent."""
    if use is not None:
        machine.branches.touch(use)
        use.overwritten |= names


def copied(record: v.Record) -> v.Record:
    return v.Record(dict(record.entries), record.spreads, record.computed, record.removed)


def spread(value: v.Value) -> v.Record:
    """A dict that starts as `{**value}`."""
    return copied(value) if isinstance(value, v.Record) else v.Record(spreads=(value,))


def merged(left: v.Record, right: v.Value) -> v.Record:
    """`{**left, **right}`; right may be one of several dicts, as in `**({"note": note} if note else {})`."""
    if isinstance(right, v.Choice) and right.options and all(isinstance(o, v.Record) for o in right.options):
        return joined_records([merged(left, option) for option in right.options])
    if not isinstance(right, v.Record):
        right = v.Record(spreads=(right,))
    if right.spreads and (left.entries or left.removed or left.computed is not None):
        return v.Record(dict(right.entries), (left, *right.spreads), right.computed, right.removed)
    computed = [c for c in (left.computed, right.computed) if c is not None]
    entries = dict(left.entries)
    for name, entry in right.entries.items():
        entries[name] = _over(entries.get(name), entry)
    spreads = (*left.spreads, *right.spreads)
    return v.Record(entries, spreads, choice(computed) if computed else None, left.removed | right.removed)


def _over(old: v.Entry | None, new: v.Entry) -> v.Entry:
    """What a key stands for after a dict was written over another one that may lack it."""
    if old is None or not new.optional:
        return new
    return v.Entry(choice([old.value, new.value]), new.spot, old.optional)


def update(machine: Interpreter, base: v.Body | v.Record, extra: v.Value) -> None:
    """`base.update(extra)` and `base |= extra`: in a body, what is not the client's own is the server's."""
    machine.branches.touch(base)
    if isinstance(base, v.Record):
        joined = merged(copied(base), extra)  # it is kept: what changes now must not
        base.entries, base.spreads, base.computed = joined.entries, joined.spreads, joined.computed
        base.removed = joined.removed
        if isinstance(extra, v.Record):
            _overwrite_dumped(machine, base, set(extra.entries))
    elif isinstance(extra, v.Record):
        own = {n: e.value for n, e in extra.entries.items() if not (e.optional or is_same_part(e.value, n))}
        base.supplied |= own


def assign_item(machine: Interpreter, base: v.Value, key: v.Value, value: v.Value, spot: Spot) -> None:
    """`base[key] = value`, where base is the client's data, a dict or a list."""
    match base:
        case v.Record():
            put(machine, base, key, value, spot)
        case v.Items():
            scramble(machine, base, value)
        case v.Body():
            name = name_of(key)
            if name is not None and base.key is not None and not is_same_part(value, f"{base.key}.{name}"):
                machine.seen.part_writes.setdefault(base.key, spot)
            update(machine, base, v.Record() if name is None else v.Record({name: v.Entry(value, spot)}))
        case v.Choice():
            machine.branches.on_each(base, lambda option: assign_item(machine, option, key, value, spot))


def delete_item(machine: Interpreter, base: v.Value, key: v.Value) -> None:
    """`del base[key]`, and what else takes a key out of a dict."""
    match base:
        case v.Choice():
            machine.branches.on_each(base, lambda option: delete_item(machine, option, key))
        case v.Record() if isinstance(key, v.Known):
            machine.branches.touch(base)
            name = key_of(key.value) if isinstance(key.value, str | int | float | None) else ""
            base.entries.pop(name, None)
            base.removed |= {name} if base.spreads else frozenset()
        case v.Record():
            machine.branches.touch(base)
            base.entries = {n: v.Entry(entry.value, entry.spot, True) for n, entry in base.entries.items()}
            if base.spreads:
                base.computed = v.Unknown("a key that is not known is taken out of it")
        case v.Items():
            scramble(machine, base)


def add(machine: Interpreter, items: v.Items, value: v.Value) -> None:
    """`items.append(value)`."""
    machine.branches.touch(items)
    items.rest = value if items.rest is None else choice([items.rest, value])


def extend(machine: Interpreter, items: v.Items, value: v.Value) -> None:
    """`items += value`."""
    more = elements(value)
    if more != v.Choice(()):
        add(machine, items, more)


def scramble(machine: Interpreter, items: v.Items, *more: v.Value) -> None:
    """What puts items in other places, or into the middle, or takes them out."""
    machine.branches.touch(items)
    items.known, items.rest = [], choice([*items.all(), *more])


def is_same_part(value: v.Value, name: str) -> bool:
    """`data["name"]` put back under its own name, perhaps converted, perhaps with a default."""
    return any(part == name or part.startswith(f"{name}.") for part in made_of(value))


def _row(value: v.Value) -> v.Value:
    """One of many dicts: what stands under its keys is data, which no constant is."""
    if not isinstance(value, v.Record) or not value.entries:
        return value
    entries = {name: v.Entry(as_data(entry.value), entry.spot, entry.optional) for name, entry in value.entries.items()}
    return v.Record(entries, value.spreads, value.computed, value.removed)


def elements(value: v.Value) -> v.Value:
    """What a loop over a value sees."""
    match value:
        case v.Items():
            return choice([_row(part) for part in value.all()])
        case v.Body():
            return v.Body(value.supplied, value.key, many=True)
        case v.Choice():
            return mapped(value, elements)
        case v.Dump(model=v.Typed()):
            return v.Item(value)
        case v.Record() | v.Dump() | v.PathValue() | v.Known(value=str()):
            return v.Text()
        case v.Text():
            return made_from(v.Text(), value)
    kept = isinstance(value, v.Deferred | v.Typed | v.ClassValue)
    return v.Item(value) if kept else made_from(v.Unknown("it is an item of what is not known"), value)


_MOST_ITEMS = 1000


def capped(items: v.Items) -> v.Items:
    """A list that has not grown beyond all measure; of one that has, what its items are."""
    return items if len(items.known) <= _MOST_ITEMS else v.Items([], elements(items))


def holds_event(value: v.Value) -> bool:
    """Whether the whole request is in a value."""
    return any(isinstance(part, v.Event) for part in _within(value))


def is_request(value: v.Value) -> bool:
    """Whether the request itself, or a part of it that no schema has validated, is in a value."""
    return any(isinstance(part, v.OfRequest) for part in _within(value))


def _within(value: v.Value) -> Iterator[v.Value]:
    """A value with all that it holds, each dict and list once: branches share them."""
    waiting, seen = [value], set[v.Value]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, v.Record | v.Items):
            if one in seen:
                continue
            seen.add(one)
        yield one
        waiting += parts(one)
