"""Functions outside the code base of which the meaning is known: builtins and the standard library."""

from collections.abc import Callable
from functools import partial

from ...diagnostics import Spot
from . import bodies, containers
from .choices import choice, mapped
from .containers import elements
from .protocol import Interpreter
from .values import (
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
    Unknown,
    Value,
)

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
    **dict.fromkeys(("builtins.len", "time.time_ns"), "int"),
    **dict.fromkeys(("builtins.bool", "builtins.any", "builtins.all"), "bool"),
    **dict.fromkeys(("builtins.isinstance", "builtins.hasattr"), "bool"),
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


def library_call(machine: Interpreter, dotted: str, arguments: Arguments, spot: Spot) -> Value | None:
    if not dotted:
        return None
    first = arguments.positional[0] if arguments.positional else None
    if dotted in _LOADS:
        return bodies.loaded(first or arguments.named.get("s") or _nothing(spot))
    if dotted in _DUMPS:
        return bodies.dumped(first or arguments.named.get("obj") or _nothing(spot), _default(machine, arguments))
    if dotted in _CONVERSIONS and first is not None:
        return _converted(machine, first, _CONVERSIONS[dotted])
    if dotted in _SAME and first is not None:
        return _same(first, dotted)
    if dotted in _SCALARS:
        return Scalar(_SCALARS[dotted])
    handler = _FUNCTIONS.get(dotted)
    return None if handler is None else handler(machine, arguments, spot)


def _nothing(spot: Spot) -> Unknown:
    return Unknown("the argument is not known", spot)


def _first(arguments: Arguments, spot: Spot) -> Value:
    return arguments.positional[0] if arguments.positional else _nothing(spot)


def _default(machine: Interpreter, arguments: Arguments) -> str:
    """What `json.dumps` is told to make of a date or a decimal: "str", "?" for another function, "" for nothing."""
    if "cls" in arguments.named or arguments.spreads:
        return "?"
    given = arguments.named.get("default")
    if given is None or given == Known(None):
        return ""
    return "str" if machine.force(given) == External("builtins.str") else "?"


def _converted(machine: Interpreter, value: Value, kind: str) -> Value:
    if isinstance(value, Choice):
        # A conversion of None fails, so it does not count as a way on which the parameter is not converted.
        certain = sum(option != Known(None) for option in value.options) == 1
        ways = [partial(_converted, machine, option, kind) for option in value.options]
        return choice([way() if certain else machine.branches.maybe(way) for way in ways])
    if isinstance(value, PathValue):
        bodies.convert(machine, value.name, kind)
        return PathValue(value.name, kind)
    if kind == "int":
        forced = machine.force(value)
        if isinstance(forced, Known) and isinstance(forced.value, str) and forced.value.isdecimal():
            return Known(int(forced.value[:18]))
        if isinstance(forced, External) or (isinstance(forced, Known) and isinstance(forced.value, int)):
            return forced
    return Scalar(kind) if kind in ("int", "float") else Unknown(f"a {kind} that is made of data")


def _same(value: Value, dotted: str) -> Value:
    if isinstance(value, Choice):
        return mapped(value, lambda option: _same(option, dotted))
    if dotted == "builtins.str":
        kept = isinstance(value, Body | Json | Text) or (isinstance(value, PathValue) and value.kind == "str")
        return value if kept else Known(str(value.value)) if isinstance(value, Known) else Text()
    if dotted in _LISTED and isinstance(value, Items):
        scrambled = dotted in ("builtins.sorted", "builtins.reversed")
        return Items([], choice(value.all())) if scrambled else Items(list(value.known), value.rest)
    if dotted in _LISTED and isinstance(value, Record | Dump | Typed | Imported | Member | Pending | Indexed):
        return Items([], elements(value))
    if dotted.startswith("copy."):
        return bodies.kept(Body(dict(value.supplied), value.key, value.many) if isinstance(value, Body) else value)
    return value


def _dict(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    pairs = [value for value in arguments.positional[:1] if not isinstance(value, Record | Body | Dump | Choice)]
    if pairs and isinstance(machine.force(pairs[0]), Items):
        return Record(computed=Unknown("its pairs are not followed", spot))
    record = Record()
    for value in (*arguments.positional[:1], *arguments.spreads):
        record = containers.merged(record, value)
    for name, value in arguments.named.items():
        containers.put(machine, record, Known(name), value, spot)
    if not record.entries and len(record.spreads) == 1 and isinstance(record.spreads[0], Body):
        return Body(dict(record.spreads[0].supplied))
    return record


def _text(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    return Text()


def _cast(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    return arguments.positional[-1] if arguments.positional else _nothing(spot)


def _next(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    return choice([elements(_first(arguments, spot)), *arguments.positional[1:2]])


def _enumerate(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    return Items([], Items([Scalar("int"), elements(_first(arguments, spot))]))


def _map(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    if len(arguments.positional) < 2:
        return _nothing(spot)
    given = Arguments((elements(arguments.positional[1]),), {}, ())
    return Items([], machine.branches.maybe(lambda: machine.call(arguments.positional[0], given, spot)))


def _partial(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    if not arguments.positional:
        return _nothing(spot)
    function, *rest = arguments.positional
    if machine.entering:
        return machine.force(function)
    return Partial(function, Arguments(tuple(rest), arguments.named, arguments.spreads))


def _awaited(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    return _first(arguments, spot)


def _applied(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    """`anyio.to_thread.run_sync(function, *arguments)`."""
    if not arguments.positional:
        return _nothing(spot)
    return machine.call(arguments.positional[0], Arguments(arguments.positional[1:], {}, ()), spot)


def _gathered(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    return Items(list(arguments.positional), elements(arguments.spreads[0]) if arguments.spreads else None)


def _setattr(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    target, name = arguments.get(0, "obj"), arguments.get(1, "name")
    if isinstance(target, Model) and isinstance(name, Known) and isinstance(name.value, str):
        containers.overwrite(machine, target.use, {name.value})
    return Known(None)


def _getattr(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    target, name = arguments.get(0, "obj"), arguments.get(1, "name")
    if target is None or not isinstance(name, Known) or not isinstance(name.value, str):
        return _nothing(spot)
    if isinstance(target, EventPart):
        return containers.item(machine, target, name, spot)
    return Member(target, name.value, spot)


def _replace(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    """`dataclasses.replace(api, id=...)`."""
    target = _first(arguments, spot)
    if isinstance(target, Model):
        containers.overwrite(machine, target.use, set(arguments.named))
        return Model(target.schema, target.use, target.named | arguments.named)
    made = machine.force(target)
    return Model(made.schema, made.use, made.named | arguments.named) if isinstance(made, Model) else target


def _status(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    return machine.force(_first(arguments, spot))


def _run(machine: Interpreter, arguments: Arguments, spot: Spot) -> Value:
    """`anyio.run(function, ...)`."""
    machine.seen.runs.append((arguments.get(0, "func") or _nothing(spot), spot))
    return Unknown("it is what an event loop gives back", spot)


_FUNCTIONS: dict[str, Callable[[Interpreter, Arguments, Spot], Value]] = {
    "base64.b64encode": _text,
    "base64.standard_b64encode": _text,
    "base64.urlsafe_b64encode": _text,
    "builtins.dict": _dict,
    "typing.cast": _cast,
    "builtins.next": _next,
    "builtins.enumerate": _enumerate,
    "builtins.map": _map,
    "functools.partial": _partial,
    "builtins.setattr": _setattr,
    "builtins.getattr": _getattr,
    "dataclasses.replace": _replace,
    "copy.replace": _replace,
    "anyio.to_thread.run_sync": _applied,
    "asyncio.to_thread": _applied,
    "asyncio.gather": _gathered,
    "asyncio.wait_for": _awaited,
    "asyncio.shield": _awaited,
    "asyncio.create_task": _awaited,
    "asyncio.ensure_future": _awaited,
    "http.HTTPStatus": _status,
    "anyio.run": _run,
    "asyncio.run": _run,
    "trio.run": _run,
    "anyio.from_thread.run": _run,
}
