"""What a call means: helpers, methods of known values, the standard library, and functions of the code base."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from codegen import facts
from codegen.diagnostics import Spot
from codegen.link import bodies, containers, helpers, lookup, methods
from codegen.link.containers import elements
from codegen.link.values import (
    UNKNOWN,
    Arguments,
    Body,
    Choice,
    ClassValue,
    Dump,
    Event,
    EventPart,
    External,
    FunctionValue,
    Generic,
    Imported,
    Items,
    Json,
    Known,
    Member,
    Model,
    Partial,
    PathValue,
    Pending,
    Record,
    Text,
    User,
    Value,
    choice,
)

if TYPE_CHECKING:
    from codegen.link.machine import Machine

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
_CONVERSIONS = {
    "builtins.int": "int",
    "builtins.float": "float",
    "uuid.UUID": "UUID",
    "decimal.Decimal": "Decimal",
    "datetime.date.fromisoformat": "date",
    "datetime.datetime.fromisoformat": "datetime",
}


def call(machine: "Machine", callee: Value, arguments: Arguments, spot: Spot) -> Value:
    if isinstance(callee, Choice):
        return choice([call(machine, option, arguments, spot) for option in callee.options])
    if isinstance(callee, Generic) and isinstance(callee.expr, facts.Sub):  # `Page[Order](...)` makes a Page
        return call(machine, machine.evaluate(callee.expr.value, callee.scope), arguments, spot)
    if isinstance(callee, Partial):
        return call(machine, callee.callee, arguments.after(callee.arguments), spot)
    found = helpers.helper_call(machine, callee, arguments, spot)
    if found is None and isinstance(callee, Member):
        found = methods.method_call(machine, callee.base, callee.name, arguments, spot)
    if found is None:
        found = _external(machine, lookup.dotted_name(callee), arguments, spot)
    return found if found is not None else _followed(machine, callee, arguments, spot)


def _external(machine: "Machine", dotted: str, arguments: Arguments, spot: Spot) -> Value | None:
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
    handler = _FUNCTIONS.get(dotted)
    return None if handler is None else handler(machine, arguments, spot)


def _converted(machine: "Machine", value: Value, kind: str) -> Value:
    if isinstance(value, Choice):
        return choice([_converted(machine, option, kind) for option in value.options])
    if isinstance(value, PathValue):
        machine.seen.path_types[value.name] = kind
        return value
    if kind == "int":
        forced = machine.force(value)
        if isinstance(forced, Known) and isinstance(forced.value, str) and forced.value.isdecimal():
            return Known(int(forced.value[:18]))
        return forced if isinstance(forced, Known | External) else UNKNOWN
    return UNKNOWN


def _same(value: Value, dotted: str) -> Value:
    if isinstance(value, Choice):
        return choice([_same(option, dotted) for option in value.options])
    if dotted == "builtins.str":
        kept = isinstance(value, PathValue | Body | Json | Text)
        return value if kept else Known(str(value.value)) if isinstance(value, Known) else Text()
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


def _cast(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return arguments.positional[-1] if arguments.positional else UNKNOWN


def _first(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return elements(arguments.positional[0]) if arguments.positional else UNKNOWN


def _enumerate(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return Items([], Items([UNKNOWN, _first(machine, arguments, spot)]))


def _map(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    item = elements(arguments.positional[1])
    return Items([], call(machine, arguments.positional[0], Arguments((item,), {}, ()), spot))


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
    return call(machine, arguments.positional[0], Arguments(arguments.positional[1:], {}, ()), spot)


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
    return target


def _first_argument(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    return machine.force(arguments.positional[0]) if arguments.positional else UNKNOWN


def _followed(machine: "Machine", callee: Value, arguments: Arguments, spot: Spot) -> Value:
    """A call into the code base: followed now if the request goes in, else when someone asks for its answer."""
    if machine.entering:
        return _on_the_way_in(machine, callee, arguments, spot)
    nested = _is_inner(callee) or (isinstance(callee, Member) and containers.holds_request(callee.base))
    if not nested and not any(_carries(value) for value in arguments.all()):
        return Pending(callee, arguments, spot)
    if not nested and not _needs_following(arguments) and not isinstance(callee, FunctionValue | ClassValue):
        rebuilt = bodies.rebuilt(machine, callee, arguments, spot)
        return rebuilt if rebuilt is not None else Pending(callee, arguments, spot)
    forced = machine.force(callee)
    if isinstance(forced, Choice):
        return choice([_entered(machine, option, arguments, spot) for option in forced.options])
    made = _entered(machine, forced, arguments, spot)
    unfound = isinstance(made, Pending) and made.callee is forced
    return Pending(callee, arguments, spot) if unfound else made


def _on_the_way_in(machine: "Machine", callee: Value, arguments: Arguments, spot: Spot) -> Value:
    """In `lambda_handler`: an async function is named, not run; others are followed if they are given it."""
    if isinstance(callee, FunctionValue) and isinstance(callee.node, facts.Function) and callee.node.is_async:
        return callee
    if any(
        isinstance(machine.force(v), FunctionValue) for v in arguments.all() if isinstance(v, FunctionValue | Imported)
    ):
        return _entered(machine, machine.force(callee), arguments, spot)
    if isinstance(callee, FunctionValue):
        return machine.inline(callee, arguments)
    return Pending(callee, arguments, spot)


def _run(machine: "Machine", arguments: Arguments, spot: Spot) -> Value:
    """`anyio.run(function, ...)`."""
    target = arguments.positional[0] if arguments.positional else arguments.named.get("func", UNKNOWN)
    machine.seen.runs.append((target, spot))
    return UNKNOWN


def _entered(machine: "Machine", callee: Value, arguments: Arguments, spot: Spot) -> Value:
    match callee:
        case FunctionValue():
            return machine.inline(callee, arguments)
        case ClassValue():
            return bodies.constructed(machine, callee, arguments, spot)
        case Partial():
            return call(machine, callee, arguments, spot)
        case External():
            found = _external(machine, callee.dotted, arguments, spot)
            return found or _foreign(machine, callee, arguments, spot)
        case _:
            return _foreign(machine, callee, arguments, spot)


def _foreign(machine: "Machine", callee: Value, arguments: Arguments, spot: Spot) -> Value:
    """A call out of the code base: functions that go with it are run, as a task group does, with what stands behind."""
    for place, value in enumerate(arguments.positional):
        function = machine.force(value) if isinstance(value, Imported) else value
        if machine.entering and isinstance(function, FunctionValue):
            if isinstance(function.node, facts.Function) and function.node.is_async:
                machine.seen.handed.append((function, spot))
        elif isinstance(function, FunctionValue):
            machine.inline(function, Arguments(arguments.positional[place + 1 :], {}, ()))
    return Pending(callee, arguments, spot)


def _carries(value: Value) -> bool:
    """Whether the request, or something validated from it, is in a value."""
    match value:
        case Event() | EventPart() | Body() | User():
            return True
        case FunctionValue():
            return _is_inner(value)
        case Record(entries=entries, spreads=spreads):
            return any(_carries(entry.value) for entry in entries.values()) or any(_carries(s) for s in spreads)
        case Items(known=known):
            return any(_carries(part) for part in known)
        case Choice(options=options):
            return any(_carries(option) for option in options)
        case Model(use=use):
            return use is not None
        case Dump(model=model):
            return _carries(model)
        case Member(base=base):
            return isinstance(base, Model) and _carries(base)
        case _:
            return False


def _is_inner(value: Value) -> bool:
    """A function that sees the handler's variables, or a method of one of its objects."""
    return isinstance(value, FunctionValue) and (value.closure is not None or value.bound is not None)


def _needs_following(arguments: Arguments) -> bool:
    """Once a schema has validated the body, where it goes no longer matters."""
    return any(containers.is_request(value) or _is_inner(value) for value in arguments.all())


_FUNCTIONS: dict[str, Callable[["Machine", Arguments, Spot], Value]] = {
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "types.MappingProxyType": _dict,
    "typing.cast": _cast,
    "builtins.next": _first,
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
