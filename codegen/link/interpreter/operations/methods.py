"""Methods of values that the interpreter knows: events, bodies, dicts, lists, texts, schemas and their adapters."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ....diagnostics import Spot
from .. import values as v
from ..choices import choice, mapped
from ..declared import classes, types
from ..language.operators import defaults, is_text, text_of
from ..protocol import Interpreter
from . import bodies, containers, standard
from .containers import elements

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
_FOLDED = frozenset(("lower", "upper", "casefold", "title", "capitalize"))
_SAME = _FOLDED | {"strip", "lstrip", "rstrip"}
_DUMPS = {"model_dump": False, "dict": False, "model_dump_json": True, "json": True}


def method_call(machine: Interpreter, base: v.Value, name: str, arguments: v.Arguments, spot: Spot) -> v.Value | None:
    """The value of `base.name(...)`; None if nothing is known about it."""
    if isinstance(base, v.Choice):
        found = machine.branches.on_each(base, lambda option: method_call(machine, option, name, arguments, spot))
        unknown = v.Unknown(f"nothing tells what {name}() gives", spot)
        return choice([value or unknown for value in found]) if any(found) else None
    if name in bodies.VALIDATORS:
        return bodies.validated(machine, base, arguments, spot)
    if name in _ADAPTER:
        return _adapter_call(machine, base, name, arguments, spot)
    if name in ("model_dump", "model_dump_json"):
        return _dumped(machine, base, name, arguments, spot)
    kind = _KINDS.get(type(base))
    return None if kind is None else kind(machine, base, name, arguments, spot)


def _of_dumped(machine: Interpreter, base: v.Json, name: str, arguments: v.Arguments, spot: Spot) -> v.Value:
    return base if name in _TEXT and name != "replace" else v.Text(is_json=True)


def _dumped(machine: Interpreter, base: v.Value, name: str, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`x.model_dump(...)`, which a class may have of its own."""
    own = _own_method(machine, base, name, spot)
    if own is not None:
        return machine.inline(own, arguments)
    dump = v.Record(spreads=(v.Dump(base, arguments),))
    return v.Json(dump) if _DUMPS[name] else dump


def _own_method(machine: Interpreter, base: v.Value, name: str, spot: Spot) -> v.FunctionValue | None:
    cls = machine.force(base.schema) if isinstance(base, v.Model) else None
    found = classes.class_attribute(machine, cls, name, spot) if isinstance(cls, v.ClassValue) else None
    return v.FunctionValue(found.home, found.node, None, base) if isinstance(found, v.FunctionValue) else None


# Methods of the classes for events of Powertools that read one value by its name.
_READS = {
    "get_query_string_value": "queryStringParameters",
    "get_header_value": "headers",
    "get_multi_value_query_string_values": "multiValueQueryStringParameters",
}


def _of_event(machine: Interpreter, base: v.Event, name: str, arguments: v.Arguments, spot: Spot) -> v.Value | None:
    if name in _READS:
        given = arguments.get(0, "name") or v.Unknown("no name is given")
        other = arguments.get(1, "default_value") or arguments.named.get("default_values") or v.Known(None)
        return _of_part(machine, v.EventPart(_READS[name]), "get", v.Arguments((given, other), {}, ()), spot)
    if name in ("get", "pop", "setdefault", "__getitem__") and arguments.positional:
        found = containers.item(machine, v.Event(), arguments.positional[0], spot)
        default = arguments.get(1, "default")
        if found == v.NOTHING:
            return default or v.Known(None)
        if not isinstance(found, v.Body) or default in (None, v.Known(None), v.Known("")):
            return found
        if machine.payload != "1.0":  # the default stands for a body that is not sent
            machine.branches.touch(machine.seen.way)
            machine.seen.way.asks_for_body = True
        elif default == v.Known("{}"):
            return found
        return choice([found, default or found])
    return v.Event() if name == "copy" else None


def _of_part(machine: Interpreter, base: v.EventPart, name: str, arguments: v.Arguments, spot: Spot) -> v.Value:
    if name in ("get", "pop", "setdefault", "__getitem__") and arguments.positional:
        found = containers.item(machine, base, arguments.positional[0], spot)
        if found == v.NOTHING:
            return arguments.get(1, "default") or v.Known(None)
        if base.part not in containers.LOOSE or name == "__getitem__":
            return found
        default = arguments.get(1, "default") or v.Known(None)
        defaults(machine, found, default)
        return choice([found, default])
    if name in ("items", "values") and base.part.endswith("Parameters"):
        containers.not_followed(machine, base, f"{name}()", spot)
    return base if name == "copy" else v.Unknown("the request's parameters are data", spot)


def _of_body(machine: Interpreter, body: v.Body, name: str, arguments: v.Arguments, spot: Spot) -> v.Value:
    first = arguments.get(0, "key")
    match name:
        case "get" | "pop" if first is not None:
            return containers.item(machine, body, first, spot)
        case "update":
            for value in (*arguments.positional, bodies.record_of(machine, arguments, spot)):
                containers.update(machine, body, value if isinstance(value, v.Body) else machine.force(value))
            return v.Known(None)
        case "setdefault" if first is not None:
            found, key = containers.of_body(body, first), containers.name_of(first)
            if key is None or key in body.supplied:
                return found
            machine.branches.touch(body)
            body.supplied[key] = choice([found, arguments.get(1, "default") or v.Known(None)])
            return body.supplied[key]
        case "copy":
            return v.Body(dict(body.supplied), body.key, body.many)
        case "items":
            return v.Items([], v.Items([v.Text(), body]))
        case "values":
            return v.Items([], v.Body({}, "?"))
        case "keys":
            return v.Items([], v.Text())
        case "append" | "extend" | "clear":
            return v.Known(None)
        case _:
            return body if name in _TEXT else v.Unknown("a part of the body is data", spot)


def _of_record(machine: Interpreter, record: v.Record, name: str, arguments: v.Arguments, spot: Spot) -> v.Value | None:
    first = arguments.get(0, "key")
    match name:
        case "get" if first is not None:
            found = containers.item(machine, record, first, spot)
            key, default = containers.name_of(first), arguments.get(1, "default") or v.Known(None)
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
                containers.update(machine, record, value if isinstance(value, v.Body) else machine.force(value))
            return v.Known(None)
        case "setdefault" if first is not None:
            value = _of_record(machine, record, "get", arguments, spot) or v.Known(None)
            containers.put(machine, record, first, value, spot)
            return value
        case "copy":
            return containers.copied(record)
        case "items" | "keys" | "values":
            return _listed(record, name)
        case "clear" | "popitem":  # the text does not tell which one is left
            containers.delete_item(machine, record, v.Unknown("the last key"))
            return v.Unknown("it is the last item of a dict", spot)
        case _:
            return None


def _listed(record: v.Record, name: str) -> v.Value:
    values = [entry.value for entry in record.entries.values()]
    values += [] if record.computed is None else [record.computed]
    values += [v.Unknown("it is one of a dict's values")] if record.spreads else []
    if not values:
        return v.Items()
    if name == "keys":
        return v.Items([], v.Text())
    return v.Items([], choice(values)) if name == "values" else v.Items([], v.Items([v.Text(), choice(values)]))


def _of_items(machine: Interpreter, items: v.Items, name: str, arguments: v.Arguments, spot: Spot) -> v.Value | None:
    last = arguments.positional[-1] if arguments.positional else v.Unknown("nothing is given")
    match name:
        case "append":
            containers.add(machine, items, last)
            return v.Known(None)
        case "extend":
            containers.extend(machine, items, last)
            return v.Known(None)
        case "add" | "insert":
            containers.scramble(machine, items, last)
            return v.Known(None)
        case "update":
            containers.scramble(machine, items, elements(last))
            return v.Known(None)
        case "reverse" | "sort" | "remove" | "discard" | "clear":
            containers.scramble(machine, items)
            return v.Known(None)
        case "copy":
            return v.Items(list(items.known), items.rest)
        case "pop":
            found = containers.item(machine, items, last if arguments.positional else v.Known(-1), spot)
            containers.scramble(machine, items)
            return found
        case _:
            return None


def _of_route(machine: Interpreter, base: v.OfRoute, name: str, arguments: v.Arguments) -> v.Value:
    given = [v.constant_of(machine.force(value)) for value in arguments.positional]
    texts = [one for one in given if isinstance(one, str)]
    if len(texts) == len(arguments.all()):
        if name in _CHANGES and not texts:
            return v.OfRoute(text=_CHANGES[name](base.text))
        if name in ("startswith", "endswith") and len(texts) == 1:
            found = base.text.startswith(texts[0]) if name == "startswith" else base.text.endswith(texts[0])
            return v.Decided("bool", told=found)
        if name == "strip" and len(texts) == 1:
            return v.OfRoute(text=base.text.strip(texts[0]))
        if name == "split" and len(texts) == 1 and texts[0]:
            return v.Items([v.OfRoute(text=part) for part in base.text.split(texts[0])])
    machine.seen.is_undecided = True
    return v.Text()


def _of_text(
    machine: Interpreter, base: v.Known | v.Text | v.PathValue, name: str, arguments: v.Arguments, spot: Spot
) -> v.Value:
    if not is_text(base):
        return v.Unknown(f"nothing tells what {name}() gives")
    if isinstance(base, v.OfRoute):
        return _of_route(machine, base, name, arguments)
    if name in _ASKED or name in _COUNTS:
        return v.Scalar("bool" if name in _ASKED else "int")
    if name in ("split", "rsplit", "splitlines"):
        return v.Items([], v.Text())
    if isinstance(base, v.PathValue) and name in _TEXT:
        return base
    if isinstance(base, v.QueryValue) and name in _SAME:
        return replace(base, folded=base.folded or name in _FOLDED)
    if isinstance(base, v.Known) and isinstance(base.value, str) and name in _CHANGES and not arguments.positional:
        return v.Known(_CHANGES[name](base.value))
    if name in _TEXT or name in ("format", "format_map"):
        return text_of([base])
    return v.Text() if name == "join" else v.Unknown(f"nothing tells what {name}() gives")


def _of_model(
    machine: Interpreter, model: v.Model | v.Typed, name: str, arguments: v.Arguments, spot: Spot
) -> v.Value | None:
    if name in ("json", "dict", "copy") and _own_method(machine, model, name, spot) is not None:
        return None
    if name in ("model_copy", "copy"):
        update = machine.force(arguments.named.get("update", v.Known(None)))
        if isinstance(model, v.Model) and isinstance(update, v.Record):
            containers.overwrite(machine, model.use, set(update.entries))
        return model
    return _dumped(machine, model, name, arguments, spot) if name in ("json", "dict") else None


def _adapter_call(machine: Interpreter, base: v.Value, name: str, arguments: v.Arguments, spot: Spot) -> v.Value | None:
    adapter = machine.force(base)
    if isinstance(adapter, v.Choice):
        return mapped(adapter, lambda o: _adapter_call(machine, o, name, arguments, spot) or v.Unknown("", spot))
    if not isinstance(adapter, v.Adapter):
        return None
    if name.startswith("validate"):
        data = arguments.positional[0] if arguments.positional else v.Unknown("nothing is validated", spot)
        return bodies.adapted(machine, adapter, data, spot)
    dump = v.Dump(bodies.of_adapter(adapter), v.Arguments((), arguments.named, arguments.spreads))
    return v.Json(dump) if name == "dump_json" else dump


def _of_scalar(machine: Interpreter, base: v.Scalar, name: str, arguments: v.Arguments, spot: Spot) -> v.Value | None:
    return standard.method(base.kind, name)


def _of_mapping(value: v.Value, name: str, arguments: v.Arguments) -> v.Value | None:
    """A method of a `dict[str, Row]`, of which only the annotation is known."""
    match name:
        case "values":
            return v.Items([], value)
        case "get" | "pop" | "setdefault" if arguments.positional:
            default = () if name == "pop" else (v.Known(None),)
            return choice([value, *(arguments.positional[1:2] or default)])
        case _:
            return None


def _of_declared(machine: Interpreter, base: v.Typed, name: str, arguments: v.Arguments, spot: Spot) -> v.Value | None:
    value = standard.declared(machine, base)
    if value is not None:
        return method_call(machine, value, name, arguments, spot)
    told = types.value_of_annotation(base.annotation, base.scope)
    if told is not None:
        return _of_mapping(told, name, arguments)
    return _of_model(machine, base, name, arguments, spot)


_KINDS: dict[type, Callable[[Interpreter, Any, str, v.Arguments, Spot], v.Value | None]] = {
    v.Event: _of_event,
    v.EventPart: _of_part,
    v.Body: _of_body,
    v.Record: _of_record,
    v.Items: _of_items,
    **dict.fromkeys((v.Known, v.Text, v.QueryValue, v.OfRoute, v.PathValue), _of_text),
    v.Json: _of_dumped,
    v.Scalar: _of_scalar,
    v.Model: _of_model,
    v.Typed: _of_declared,
}
