"""Methods of values that the interpreter knows: events, bodies, dicts, lists, texts, schemas and their adapters."""

from collections.abc import Callable
from typing import Any

from ...diagnostics import Spot
from . import bodies, classes, containers
from .choices import choice, mapped
from .containers import elements
from .operators import is_text, text_of
from .protocol import Interpreter
from .values import (
    Adapter,
    Arguments,
    Body,
    Choice,
    ClassValue,
    Dump,
    Event,
    EventPart,
    FunctionValue,
    Items,
    Json,
    Known,
    Model,
    PathValue,
    Record,
    Scalar,
    Text,
    Typed,
    Unknown,
    Value,
)

_ADAPTER = frozenset(("dump_json", "dump_python", "validate_json", "validate_python", "validate_strings"))
_ASKED = frozenset(("startswith", "endswith", "isalnum", "isalpha", "isdecimal", "isdigit", "isnumeric", "isupper"))
_COUNTS = frozenset(("count", "find", "index", "rfind", "rindex"))
_CHANGES: dict[str, Callable[[str], str]] = {"strip": str.strip, "lower": str.lower, "upper": str.upper, "encode": str}
_TEXT = frozenset(
    (
        *("strip", "lstrip", "rstrip", "encode", "decode", "lower", "upper", "title", "casefold"),
        *("removeprefix", "removesuffix", "replace"),
    )
)
_DUMPS = {"model_dump": False, "dict": False, "model_dump_json": True, "json": True}


def method_call(machine: Interpreter, base: Value, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    """The value of `base.name(...)`; None if nothing is known about it."""
    if isinstance(base, Choice):
        found = machine.branches.on_each(base, lambda option: method_call(machine, option, name, arguments, spot))
        unknown = Unknown(f"nothing tells what {name}() gives", spot)
        return choice([value or unknown for value in found]) if any(found) else None
    if name in bodies.VALIDATORS:
        return bodies.validated(machine, base, arguments, spot)
    if name in _ADAPTER:
        return _adapter_call(machine, base, name, arguments, spot)
    if name in ("model_dump", "model_dump_json"):
        return _dumped(machine, base, name, arguments, spot)
    kind = _KINDS.get(type(base))
    return None if kind is None else kind(machine, base, name, arguments, spot)


def _of_dumped(machine: Interpreter, base: Json, name: str, arguments: Arguments, spot: Spot) -> Value:
    return base if name in _TEXT and name != "replace" else Text(is_json=True)


def _dumped(machine: Interpreter, base: Value, name: str, arguments: Arguments, spot: Spot) -> Value:
    """`x.model_dump(...)`, which a class may have of its own."""
    own = _own_method(machine, base, name, spot)
    if own is not None:
        return machine.inline(own, arguments)
    dump = Record(spreads=(Dump(base, arguments),))
    return Json(dump) if _DUMPS[name] else dump


def _own_method(machine: Interpreter, base: Value, name: str, spot: Spot) -> FunctionValue | None:
    cls = machine.force(base.schema) if isinstance(base, Model) else None
    found = classes.class_attribute(machine, cls, name, spot) if isinstance(cls, ClassValue) else None
    return FunctionValue(found.home, found.node, None, base) if isinstance(found, FunctionValue) else None


def _of_event(machine: Interpreter, base: Event, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    if name in ("get", "pop", "setdefault", "__getitem__") and arguments.positional:
        found = containers.item(machine, Event(), arguments.positional[0], spot)
        default = arguments.get(1, "default")
        worth = default is not None and not (isinstance(default, Known) and default.value in (None, "", "{}"))
        return choice([found, default]) if isinstance(found, Body) and default is not None and worth else found
    return Event() if name == "copy" else None


def _of_part(machine: Interpreter, base: EventPart, name: str, arguments: Arguments, spot: Spot) -> Value:
    if name in ("get", "pop", "setdefault", "__getitem__") and arguments.positional:
        found = containers.item(machine, base, arguments.positional[0], spot)
        default = arguments.get(1, "default")
        return found if default is None or base.part == "pathParameters" else choice([found, default])
    if name in ("items", "values") and base.part.endswith("Parameters"):
        containers.not_followed(machine, base, f"{name}()", spot)
    return base if name == "copy" else Unknown("the request's parameters are data", spot)


def _of_body(machine: Interpreter, body: Body, name: str, arguments: Arguments, spot: Spot) -> Value:
    first = arguments.get(0, "key")
    match name:
        case "get" | "pop" if first is not None:
            return containers.item(machine, body, first, spot)
        case "update":
            for value in (*arguments.positional, bodies.record_of(machine, arguments, spot)):
                containers.update(machine, body, value if isinstance(value, Body) else machine.force(value))
            return Known(None)
        case "setdefault" if first is not None:
            containers.assign_item(machine, body, first, arguments.get(1, "default") or Known(None), spot)
            return containers.item(machine, body, first, spot)
        case "copy":
            return Body(dict(body.supplied), body.key, body.many)
        case "items":
            return Items([], Items([Text(), body]))
        case "values":
            return Items([], Body({}, "?"))
        case "keys":
            return Items([], Text())
        case "append" | "extend" | "clear":
            return Known(None)
        case _:
            return body if name in _TEXT else Unknown("a part of the body is data", spot)


def _of_record(machine: Interpreter, record: Record, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    first = arguments.get(0, "key")
    match name:
        case "get" if first is not None:
            found = containers.item(machine, record, first, spot)
            key, default = containers.name_of(first), arguments.get(1, "default") or Known(None)
            entry = None if key is None else record.entries.get(key)
            if entry is None and key is not None and not record.spreads and record.computed is None:
                return default
            return found if entry is not None and not entry.optional else choice([found, default])
        case "pop" if first is not None:
            found = choice([containers.item(machine, record, first, spot), *arguments.positional[1:2]])
            containers.delete_item(machine, record, machine.force(first))
            return found
        case "update":
            for value in (*arguments.positional, bodies.record_of(machine, arguments, spot)):
                containers.update(machine, record, value if isinstance(value, Body) else machine.force(value))
            return Known(None)
        case "setdefault" if first is not None:
            found = containers.item(machine, record, first, spot)
            value = choice([found, arguments.get(1, "default") or Known(None)])
            containers.put(machine, record, first, value, spot)
            return value
        case "copy":
            return containers.copied(record)
        case "items" | "keys" | "values":
            return _listed(record, name)
        case "clear" | "popitem":  # the text does not tell which one is left
            containers.delete_item(machine, record, Unknown("the last key"))
            return Unknown("it is the last item of a dict", spot)
        case _:
            return None


def _listed(record: Record, name: str) -> Value:
    values = [entry.value for entry in record.entries.values()]
    values += [] if record.computed is None else [record.computed]
    values += [Unknown("it is one of a dict's values")] if record.spreads else []
    if not values:
        return Items()
    if name == "keys":
        return Items([], Text())
    return Items([], choice(values)) if name == "values" else Items([], Items([Text(), choice(values)]))


def _of_items(machine: Interpreter, items: Items, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    last = arguments.positional[-1] if arguments.positional else Unknown("nothing is given")
    match name:
        case "append":
            containers.add(machine, items, last)
            return Known(None)
        case "extend":
            containers.extend(machine, items, last)
            return Known(None)
        case "add" | "insert":
            containers.scramble(machine, items, last)
            return Known(None)
        case "update":
            containers.scramble(machine, items, elements(last))
            return Known(None)
        case "reverse" | "sort" | "remove" | "discard" | "clear":
            containers.scramble(machine, items)
            return Known(None)
        case "copy":
            return Items(list(items.known), items.rest)
        case "pop":
            found = containers.item(machine, items, last if arguments.positional else Known(-1), spot)
            containers.scramble(machine, items)
            return found
        case _:
            return None


def _of_text(
    machine: Interpreter, base: Known | Text | PathValue, name: str, arguments: Arguments, spot: Spot
) -> Value:
    if not is_text(base):
        return Unknown(f"nothing tells what {name}() gives")
    if name in _ASKED or name in _COUNTS:
        return Scalar("bool" if name in _ASKED else "int")
    if name in ("split", "rsplit", "splitlines"):
        return Items([], Text())
    if isinstance(base, PathValue) and name in _TEXT:
        return base
    if isinstance(base, Known) and isinstance(base.value, str) and name in _CHANGES and not arguments.positional:
        return Known(_CHANGES[name](base.value))
    if name in _TEXT or name in ("format", "format_map"):
        return text_of([base])
    return Text() if name == "join" else Unknown(f"nothing tells what {name}() gives")


def _of_model(machine: Interpreter, model: Model | Typed, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    if name in ("json", "dict", "copy") and _own_method(machine, model, name, spot) is not None:
        return None
    if name in ("model_copy", "copy"):
        update = machine.force(arguments.named.get("update", Known(None)))
        if isinstance(model, Model) and isinstance(update, Record):
            containers.overwrite(machine, model.use, set(update.entries))
        return model
    return _dumped(machine, model, name, arguments, spot) if name in ("json", "dict") else None


def _adapter_call(machine: Interpreter, base: Value, name: str, arguments: Arguments, spot: Spot) -> Value | None:
    adapter = machine.force(base)
    if isinstance(adapter, Choice):
        return mapped(adapter, lambda o: _adapter_call(machine, o, name, arguments, spot) or Unknown("", spot))
    if not isinstance(adapter, Adapter):
        return None
    if name.startswith("validate"):
        data = arguments.positional[0] if arguments.positional else Unknown("nothing is validated", spot)
        return bodies.adapted(machine, adapter, data, spot)
    dump = Dump(bodies.of_adapter(adapter), Arguments((), arguments.named, arguments.spreads))
    return Json(dump) if name == "dump_json" else dump


_KINDS: dict[type, Callable[[Interpreter, Any, str, Arguments, Spot], Value | None]] = {
    Event: _of_event,
    EventPart: _of_part,
    Body: _of_body,
    Record: _of_record,
    Items: _of_items,
    **dict.fromkeys((Known, Text, PathValue), _of_text),
    Json: _of_dumped,
    **dict.fromkeys((Model, Typed), _of_model),
}
