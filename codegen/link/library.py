"""Functions outside the code base of which the meaning is known: builtins and the standard library."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..diagnostics import Spot
from . import bodies, containers, methods
from .choices import choice, mapped
from .containers import elements
from .values import (
    UNKNOWN,
    Arguments,
    Body,
    Choice,
    Dump,
    EventPart,
    External,
    Imported,
    Indexed,
    Items,
    Json,
    Known,
    Member,
    Model,
    Partial,
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

_LOADS = frozenset(
    (*(f"{name}.loads" for name in ("json", "orjson", "ujson", "simplejson", "rapidjson")), "pydantic_core.from_json")
)
_DUMPS = frozenset(f"{name}.dumps" for name in ("json", "orjson", "ujson", "simplejson", "rapidjson"))
_SAME = frozenset(
    (
        "urllib.parse.unquote",
        "urllib.parse.unquote_plus",
        "base64.b64decode",
        "base64.standard_b64decode",
        "copy.copy",
        "copy.deepcopy",
        "builtins.str",
        "builtins.bytes",
        "builtins.sorted",
        "builtins.list",
        "builtins.tuple",
        "builtins.set",
        "builtins.frozenset",
        "builtins.reversed",
        "builtins.iter",
        "html.unescape",
    )
)
_SCALARS = {
    **dict.fromkeys(("builtins.len", "builtins.ord", "builtins.hash", "time.time_ns"), "int"),
    **dict.fromkeys(("builtins.bool", "builtins.any", "builtins.all", "builtins.callable"), "bool"),
    **dict.fromkeys(("builtins.isinstance", "builtins.issubclass", "builtins.hasattr"), "bool"),
    **dict.fromkeys(("time.time", "time.monotonic", "time.perf_counter"), "float"),
}
# A list of what a value is iterated over: the keys of a dict.
_LISTED = frozenset(f"builtins.{name}" for name in ("sorted", "list", "tuple", "set", "frozenset", "reversed", "iter"))
_CONVERSIONS = {
    "builtins.int": "int",
    "builtins.float": "float",
    "uuid.UUID": "UUID",
    "decimal.Decimal": "Decimal",
    "datetime.date.fromisoformat": "date",
    "datetime.datetime.fromisoformat": "datetime",
}


def library_call(machine: "Machine", dotted: str, arguments: Arguments, spot: Spot) -> Value | None:
    if not dotted:
        return None
    first = arguments.positional[0] if arguments.positional else None
    if dotted in _LOADS:
        return bodies.loaded(first or arguments.named.get("s") or UNKNOWN)
    if dotted in _DUMPS:
        return bodies.dumped(first or arguments.named.get("obj") or UNKNOWN)
    if dotted in _CONVERSIONS and first is not None:
        return _converted(machine, first, _CONVERSIONS[dotted])
    if dotted in _SAME and first is not None:
        return _same(first, dotted)
    if dotted in _SCALARS:
        return Scalar(_SCALARS[dotted])
    handler = _FUNCTIONS.get(dotted)
    return None if handler is None else handler(machine, arguments, spot)


def _converted(machine: "Machine", value: Value, kind: str) -> Value:
    if isinstance(value, Choice):
        return mapped(value, lambda option: _converted(machine, option, kind))
    if isinstance(value, PathValue):
        machine.seen.path_types[value.name] = kind
        return PathValue(value.name, kind)
    if kind == "int":
        forced = machine.force(value)
        if isinstance(forced, Known) and isinstance(forced.value, str) and forced.value.isdecimal():
            return Known(int(forced.value[:18]))
        if isinstance(forced, External) or (isinstance(forced, Known) and isinstance(forced.value, int)):
            return forced
    return Scalar(kind) if kind in ("int", "float") else UNKNOWN


def _same(value: Value, dotted: str) -> Value:
    if isinstance(value, Choice):
        return choice([_same(option, dotted) for option in value.options])
    if dotted == "builtins.str":
        kept = isinstance(value, Body | Json | Text) or (isinstance(value, PathValue) and value.kind == "str")
        return value if kept else Known(str(value.value)) if isinstance(value, Known) else Text()
    if dotted in _LISTED and isinstance(value, Record | Dump | Typed | Imported | Member | Pending | Indexed):
        return Items([], elements(value))
    if dotted.startswith("copy.") and isinstance(value, Record):
        return containers.spread(value)
    if dotted.startswith("copy.") and isinstance(value, Body):
        return Body(dict(value.supplied), value.key, value.many)
    return Items(list(value.known), value.rest) if isinstance(value, Items) else value


def _dict(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    record = Record()
    for value in (*arguments.positional[:1], *arguments.spreads):
        record = containers.merged(record, value)
    for name, value in arguments.named.items():
        containers.put(machine, record, Known(name), value, spot)
    plain = not record.entries and len(record.spreads) == 1 and record.computed is None
    if plain and isinstance(record.spreads[0], Body):
        return Body(dict(record.spreads[0].supplied))
    if plain and isinstance(record.spreads[0], Dump | Items):
        return Record(computed=UNKNOWN) if isinstance(record.spreads[0], Items) else record.spreads[0]
    return record


def _text(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return Text()


def _cast(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return arguments.positional[-1] if arguments.positional else UNKNOWN


def _first(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return elements(arguments.positional[0]) if arguments.positional else UNKNOWN


def _next(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return choice([_first(machine, arguments, spot), *arguments.positional[1:2]])


def _enumerate(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return Items([], Items([UNKNOWN, _first(machine, arguments, spot)]))


def _map(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    item = elements(arguments.positional[1])
    return Items([], machine.call(arguments.positional[0], Arguments((item,), {}, ()), spot))


def _filter(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return arguments.positional[1] if len(arguments.positional) > 1 else UNKNOWN


def _partial(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    if not arguments.positional:
        return UNKNOWN
    function, *rest = arguments.positional
    if machine.entering:
        return machine.force(function)
    return Partial(function, Arguments(tuple(rest), arguments.named, arguments.spreads))


def _awaited(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN


def _applied(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    """`anyio.to_thread.run_sync(function, *arguments)`."""
    if not arguments.positional:
        return UNKNOWN
    return machine.call(arguments.positional[0], Arguments(arguments.positional[1:], {}, ()), spot)


def _gathered(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return Items(list(arguments.positional), elements(arguments.spreads[0]) if arguments.spreads else None)


def _asdict(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    """`dataclasses.asdict(x)` and `vars(x)`."""
    found = machine.force(arguments.positional[0]) if arguments.positional else UNKNOWN
    return methods.attributes(machine, found, spot) if isinstance(found, Model) else UNKNOWN


def _setattr(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    target, name = arguments.get(0, "obj"), arguments.get(1, "name")
    if isinstance(target, Model) and isinstance(name, Known) and isinstance(name.value, str) and target.use:
        target.use.supplied.add(name.value)
    return Known(None)


def _getattr(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    target, name = arguments.get(0, "obj"), arguments.get(1, "name")
    if target is None or not isinstance(name, Known) or not isinstance(name.value, str):
        return UNKNOWN
    if isinstance(target, EventPart):
        return containers.item(machine, target, name, spot)
    return Member(target, name.value, spot)


def _replace(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    """`dataclasses.replace(api, id=...)`."""
    target = arguments.positional[0] if arguments.positional else UNKNOWN
    if isinstance(target, Model) and target.use is not None:
        target.use.supplied |= set(arguments.named)
    made = machine.force(target)
    if isinstance(made, Model) and made.use is None:
        return Model(made.schema, None, made.named | arguments.named, made.whole)
    return target


def _first_argument(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return machine.force(arguments.positional[0]) if arguments.positional else UNKNOWN


def _run(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    """`anyio.run(function, ...)`."""
    target = arguments.positional[0] if arguments.positional else arguments.named.get("func", UNKNOWN)
    machine.seen.runs.append((target, spot))
    return UNKNOWN


_FUNCTIONS: dict[str, Callable[["Machine", Arguments, Spot], Value]] = {
    "base64.b64encode": _text,
    "base64.standard_b64encode": _text,
    "base64.urlsafe_b64encode": _text,
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "types.MappingProxyType": _dict,
    "typing.cast": _cast,
    "builtins.next": _next,
    "builtins.enumerate": _enumerate,
    "builtins.map": _map,
    "builtins.filter": _filter,
    "functools.partial": _partial,
    "builtins.setattr": _setattr,
    "builtins.getattr": _getattr,
    "dataclasses.replace": _replace,
    "dataclasses.asdict": _asdict,
    "attrs.asdict": _asdict,
    "attr.asdict": _asdict,
    "builtins.vars": _asdict,
    "copy.replace": _replace,
    "anyio.to_thread.run_sync": _applied,
    "asyncio.to_thread": _applied,
    "asyncio.gather": _gathered,
    "asyncio.wait_for": _awaited,
    "asyncio.shield": _awaited,
    "asyncio.create_task": _awaited,
    "asyncio.ensure_future": _awaited,
    "http.HTTPStatus": _first_argument,
    "anyio.run": _run,
    "asyncio.run": _run,
    "trio.run": _run,
    "anyio.from_thread.run": _run,
}
