"""Methods of values that the interpreter knows: events, bodies, dicts, lists, texts, schemas and their adapters."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..diagnostics import Spot
from . import bodies, classes, containers, lookup, types
from .choices import choice, mapped
from .containers import elements
from .operators import is_text
from .values import (
    UNKNOWN,
    Adapter,
    AdapterDump,
    Arguments,
    Body,
    Choice,
    ClassValue,
    Dump,
    Entry,
    Event,
    EventPart,
    Imported,
    Indexed,
    Items,
    Json,
    Known,
    Member,
    Model,
    PathValue,
    Pending,
    Record,
    Scalar,
    Text,
    Typed,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine

_ADAPTER = frozenset(("dump_json", "dump_python", "validate_json", "validate_python", "validate_strings"))
_ASKED = frozenset(("startswith", "endswith", "isalnum", "isalpha", "isdecimal", "isdigit", "isnumeric", "isupper"))
_COUNTS = frozenset(("count", "find", "index", "rfind", "rindex"))
_CHANGES: dict[str, Callable[[str], str]] = {"strip": str.strip, "lower": str.lower, "upper": str.upper, "encode": str}
_TEXT = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "encode",
        "decode",
        "lower",
        "upper",
        "removeprefix",
        "removesuffix",
        "replace",
        "title",
        "casefold",
    ]
)


def method_call(machine: "Machine", base: Value, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    """The value of `base.name(...)`; None if nothing is known about it."""
    if isinstance(base, Choice):
        found = [method_call(machine, option, name, arguments, spot) for option in base.options]
        known = [value for value in found if value is not None]
        if base.ways and len(known) == len(found):
            return _of_ways(base, dict(zip(map(id, base.options), known, strict=True)), choice(known))
        return choice(known) if known else None
    if name in bodies.VALIDATORS:
        return bodies.validated(machine, base, arguments, spot)
    if name in _ADAPTER:
        return _adapter_call(machine, base, name, arguments, spot)
    if name == "model_dump_json":
        return Json(base)
    if name == "model_dump":
        return Dump(base)
    match base:
        case Event():
            return _of_event(machine, name, arguments, spot)
        case EventPart():
            return _of_part(machine, base, name, arguments, spot)
        case Body():
            return _of_body(machine, base, name, arguments, spot)
        case Record():
            return _of_record(machine, base, name, arguments, spot)
        case Items():
            return _of_items(machine, base, name, arguments)
        case Known() | Text() | PathValue():
            return _of_text(base, name)
        case Json():
            return base if name in _TEXT else Text()
        case Dump():
            return _of_dump(machine, base, name, arguments, spot)
        case Model() | Typed():
            return _of_model(machine, base, name, arguments, spot)
        case Imported() | Member() | Indexed() if name == "get" and _is_constant_dict(base):
            return _looked_up(machine, base, arguments, spot)
        case Pending() if name in _TEXT:
            return _text_of_pending(machine, base, name, spot, arguments)
        case _:
            return None


def _of_ways(value: Value, made: dict[int, Value], other: Value) -> Value:
    """What was made of the options of a value, by the branches that they come from."""
    if isinstance(value, Choice):
        return mapped(value, lambda way: _of_ways(way, made, other))
    return made.get(id(value), other)


def _of_event(machine: "Machine", name: str, arguments: Arguments, spot: Spot) -> Value | None:
    if name in ("get", "pop", "setdefault", "__getitem__") and arguments.positional:
        found = containers.item(machine, Event(), arguments.positional[0], spot)
        default = arguments.positional[1] if len(arguments.positional) > 1 else None
        worth = default is not None and not (isinstance(default, Known) and default.value in (None, "", "{}"))
        return choice([found, default]) if isinstance(found, Body) and default is not None and worth else found
    return Event() if name == "copy" else None


def _of_part(machine: "Machine", base: EventPart, name: str, arguments: Arguments, spot: Spot) -> Value:
    if name in ("get", "pop", "setdefault", "__getitem__") and arguments.positional:
        return containers.item(machine, base, arguments.positional[0], spot)
    if name == "copy":
        return base
    return UNKNOWN


def _of_body(machine: "Machine", body: Body, name: str, arguments: Arguments, spot: Spot) -> Value:
    first = arguments.positional[0] if arguments.positional else None
    match name:
        case "get" | "pop" if first is not None:
            return containers.item(machine, body, first, spot)
        case "update":
            _update_body(machine, body, arguments)
            return Known(None)
        case "setdefault" if first is not None:
            containers.assign_item(machine, body, first, arguments.get(1, "default") or UNKNOWN, spot)
            return containers.item(machine, body, first, spot)
        case "copy":
            return Body(dict(body.supplied), body.key, body.many)
        case "items":
            return Items([], Items([UNKNOWN, body]))
        case "values":
            return Items([], Body({}, "?"))
        case "keys":
            return Items([], Text())
        case "append" | "extend" | "clear":
            return Known(None)
        case _:
            return body if name in _TEXT else UNKNOWN


def _update_body(machine: "Machine", body: Body, arguments: Arguments) -> None:
    for value in arguments.positional:
        containers.supply(body, machine.force(value))
    for key, value in arguments.named.items():
        if not containers.is_same_part(value, key):
            body.supplied[key] = value


def _of_record(machine: "Machine", record: Record, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    first = arguments.positional[0] if arguments.positional else None
    match name:
        case "get" if first is not None:
            found = containers.item(machine, record, first, spot)
            default = arguments.positional[1] if len(arguments.positional) > 1 else None
            certain = isinstance(first, Known) and isinstance(first.value, str) and first.value in record.entries
            return found if certain or default is None else choice([found, default])
        case "pop" if first is not None:
            return _popped(machine, record, first, spot)
        case "update":
            _update_record(machine, record, arguments, spot)
            return Known(None)
        case "setdefault" if first is not None:
            found = containers.item(machine, record, first, spot)
            containers.put(machine, record, first, choice([found, arguments.get(1, "default") or Known(None)]), spot)
            return found
        case "copy":
            return containers.spread(record)
        case "items":
            pairs: list[Value] = [Items([Known(key), entry.value]) for key, entry in record.entries.items()]
            return Items(pairs, Items([UNKNOWN, record.computed]) if record.computed is not None else None)
        case "keys" | "values":
            return elements_of(record, name)
        case "clear":
            containers.touch(machine, record)
            record.entries, record.spreads, record.computed = {}, (), None
            return Known(None)
        case "popitem":  # nobody knows which one is left
            containers.touch(machine, record)
            record.entries = {key: Entry(entry.value, entry.spot, True) for key, entry in record.entries.items()}
            return UNKNOWN
        case _:
            return None


def elements_of(record: Record, name: str) -> Value:
    known: list[Value] = [Known(k) if name == "keys" else entry.value for k, entry in record.entries.items()]
    return Items(known, record.computed)


def _popped(machine: "Machine", record: Record, key: Value, spot: Spot) -> Value:
    found = containers.item(machine, record, key, spot)
    containers.delete_item(machine, record, key)
    return found


def _update_record(machine: "Machine", record: Record, arguments: Arguments, spot: Spot) -> None:
    containers.touch(machine, record)
    joined = record
    for value in (*arguments.positional, *arguments.spreads):
        joined = containers.merged(joined, value if isinstance(value, Body) else machine.force(value))
    record.entries, record.spreads, record.computed = dict(joined.entries), joined.spreads, joined.computed
    for key, value in arguments.named.items():
        record.entries[key] = Entry(value, spot)


def _of_items(machine: "Machine", items: Items, name: str, arguments: Arguments) -> Value | None:
    first = arguments.positional[-1] if arguments.positional else UNKNOWN
    match name:
        case "append" | "add" | "insert":
            containers.add(items, first)
            return Known(None)
        case "extend" | "update":
            containers.add(items, elements(first))
            return Known(None)
        case "copy":
            return Items(list(items.known), items.rest)
        case "pop":
            return elements(items)
        case _:
            return None


def _of_text(base: Known | Text | PathValue, name: str) -> Value:
    if not is_text(base):
        return UNKNOWN
    if name in _ASKED or name in _COUNTS:
        return Scalar("bool" if name in _ASKED else "int")
    if name in ("split", "rsplit", "splitlines"):
        return Items([], Text())
    if isinstance(base, PathValue):
        return base if name in _TEXT else UNKNOWN
    if isinstance(base, Known) and isinstance(base.value, str) and name in _CHANGES:
        return Known(_CHANGES[name](base.value))
    return Text() if name in _TEXT or name in ("format", "join", "format_map") else UNKNOWN


def _of_dump(machine: "Machine", dump: Dump, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    match name:
        case "update":
            for value in arguments.positional:
                if isinstance(value, Record):
                    containers.override(dump, {key: entry.value for key, entry in value.entries.items()})
            containers.override(dump, arguments.named)
            return Known(None)
        case "get" | "pop" if arguments.positional:
            return containers.item(machine, dump, arguments.positional[0], spot)
        case "copy":
            return Dump(dump.model, dict(dump.written))
        case "items":
            return Items([], Items([UNKNOWN, UNKNOWN]))
        case _:
            return None


def attributes(machine: "Machine", model: Model, spot: Spot) -> Record:
    """The attributes of an object as a dict: those that it was made with, and the other fields of its class."""
    record = Record()
    cls = machine.force(model.schema)
    for field in types.fields_of(machine, cls) if isinstance(cls, ClassValue) else ():
        default: Value = Known(field.default) if field.has_default and model.whole else UNKNOWN
        containers.put(machine, record, Known(field.name), default, spot)
    for name, value in model.named.items():
        containers.put(machine, record, Known(name), value, spot)
    return record


def _has_own(machine: "Machine", model: Model | Typed, name: str) -> bool:
    """Whether a class of the code base defines what pydantic's models once had."""
    cls = machine.force(model.schema) if isinstance(model, Model) else None
    return isinstance(cls, ClassValue) and classes.class_statements(machine, cls, name) is not None


def _of_model(machine: "Machine", model: Model | Typed, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    if name == "_asdict" and isinstance(model, Model):
        return attributes(machine, model, spot)
    if name in ("json", "dict", "copy") and _has_own(machine, model, name):
        return None
    if name in ("model_copy", "copy"):
        update = arguments.named.get("update")
        if isinstance(model, Model) and model.use is not None and update is not None:
            forced = machine.force(update)
            model.use.supplied |= set(forced.entries) if isinstance(forced, Record) else set()
        return model
    if name == "json":
        return Json(model)
    return Dump(model) if name == "dict" else None


def _is_constant_dict(base: Value) -> bool:
    name = lookup.own_name(base)
    return name.isupper()


def _looked_up(machine: "Machine", base: Value, arguments: Arguments, spot: Spot) -> Value | None:
    forced = machine.force(base)
    return _of_record(machine, forced, "get", arguments, spot) if isinstance(forced, Record) else None


def _text_of_pending(machine: "Machine", base: Pending, name: str, spot: Spot, arguments: Arguments) -> Value:
    """`dump(x).decode()`: still the dumped text, if that is what the call gives."""
    return Pending(Member(base, name, spot), arguments, spot)


def _adapter_call(machine: "Machine", base: Value, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    adapter = machine.force(base)
    if isinstance(adapter, Choice):
        return choice([_adapter_call(machine, o, name, arguments, spot) or UNKNOWN for o in adapter.options])
    if not isinstance(adapter, Adapter):
        return None
    if name.startswith("validate"):
        return bodies.adapted(machine, adapter, arguments.positional[0] if arguments.positional else UNKNOWN, spot)
    dump = AdapterDump(adapter)
    return Json(dump) if name == "dump_json" else dump
