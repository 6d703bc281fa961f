"""Functions of which the meaning is known: builtins, the standard library, and the helpers of every handler by name."""

from collections.abc import Callable, Iterator
from functools import partial

from ....diagnostics import Finding, Spot
from .. import values as v
from ..choices import choice, mapped, options
from ..declared import classes, lookup
from ..language.operators import number_kind
from ..protocol import Interpreter
from ..seen import QueryRead
from . import bodies, containers, standard
from .containers import elements

_LOADS = frozenset(
    (*(f"{name}.loads" for name in ("json", "orjson", "ujson", "simplejson", "rapidjson")), "pydantic_core.from_json")
)
_DUMPS = frozenset(f"{name}.dumps" for name in ("json", "orjson", "ujson", "simplejson", "rapidjson"))
# A list of what a value is iterated over: the keys of a dict.
_LISTED = frozenset(f"builtins.{name}" for name in ("sorted", "list", "tuple", "set", "frozenset", "reversed", "iter"))
_SAME = _LISTED | frozenset(
    (
        *("urllib.parse.unquote", "urllib.parse.unquote_plus", "html.unescape", "base64.b64decode"),
        *("base64.standard_b64decode", "copy.copy", "copy.deepcopy", "builtins.str", "builtins.bytes"),
        *("asyncio.wait_for", "asyncio.shield", "asyncio.create_task", "asyncio.ensure_future", "http.HTTPStatus"),
    )
)
_DATETIMES = ("", ".now", ".utcnow", ".today", ".fromtimestamp", ".utcfromtimestamp", ".strptime", ".combine")
_OF_A_TYPE: dict[str, v.Value] = {
    **dict.fromkeys(("builtins.len", "time.time_ns", "math.floor", "math.ceil"), v.Scalar("int")),
    **dict.fromkeys(("time.time", "time.monotonic", "time.perf_counter"), v.Scalar("float")),
    **dict.fromkeys((f"builtins.{name}" for name in ("bool", "any", "all", "isinstance", "hasattr")), v.Scalar("bool")),
    **dict.fromkeys((f"base64.{name}b64encode" for name in ("", "standard_", "urlsafe_")), v.Text()),
    **dict.fromkeys(("secrets.token_hex", "secrets.token_urlsafe"), v.Text()),
    **dict.fromkeys((f"uuid.uuid{version}" for version in (1, 3, 4, 5)), v.Scalar("UUID")),
    **dict.fromkeys((f"datetime.datetime{name}" for name in _DATETIMES), v.Scalar("datetime")),
    **dict.fromkeys((f"datetime.date{name}" for name in ("", ".today", ".fromtimestamp")), v.Scalar("date")),
}
_CONVERSIONS = {
    "builtins.int": "int",
    "builtins.float": "float",
    "uuid.UUID": "UUID",
    "decimal.Decimal": "Decimal",
    "datetime.date.fromisoformat": "date",
    "datetime.datetime.fromisoformat": "datetime",
}
CONVERTERS = frozenset(dotted.rpartition(".")[2] for dotted in _CONVERSIONS)


def library_call(machine: Interpreter, dotted: str, arguments: v.Arguments, spot: Spot) -> v.Value | None:
    if not dotted:
        return None
    first = arguments.positional[0] if arguments.positional else None
    if dotted in _LOADS:
        given = first or arguments.named.get("s") or _nothing(spot)
        if bodies.is_sent(given):
            bodies.sent(machine)
        return bodies.loaded(given)
    if dotted in _DUMPS:
        return bodies.dumped(first or arguments.named.get("obj") or _nothing(spot), _default(machine, arguments))
    if dotted in _CONVERSIONS and first is not None:
        return _converted(machine, first, _CONVERSIONS[dotted])
    if dotted in _SAME and first is not None:
        return _same(first, dotted)
    if dotted in _OF_A_TYPE:
        return _OF_A_TYPE[dotted]
    handler = _FUNCTIONS.get(dotted)
    return None if handler is None else handler(machine, arguments, spot)


def _nothing(spot: Spot) -> v.Unknown:
    return v.Unknown("the argument is not known", spot)


def _default(machine: Interpreter, arguments: v.Arguments) -> str:
    """What `json.dumps` is told to make of a date or a decimal: "str", "?" for another function, "" for nothing."""
    if "cls" in arguments.named or arguments.spreads:
        return "?"
    given = arguments.named.get("default")
    if given is None or given == v.Known(None):
        return ""
    return "str" if machine.force(given) == v.External("builtins.str") else "?"


def _converted(machine: Interpreter, value: v.Value, kind: str) -> v.Value:
    if isinstance(value, v.Choice):
        # A conversion of None fails, so it does not count as a way on which the parameter is not converted.
        certain = sum(option != v.Known(None) for option in value.options) == 1
        ways = [partial(_converted, machine, option, kind) for option in value.options]
        return choice([way() if certain else machine.branches.maybe(way) for way in ways])
    if isinstance(value, v.PathValue):
        bodies.convert(machine, value.name, kind)
        return v.PathValue(value.name, kind)
    machine.seen.query_name(value).kinds.add(kind)
    if kind == "int":
        forced = machine.force(value)
        if isinstance(forced, v.Choice):
            return _converted(machine, forced, kind)
        if isinstance(forced, v.Known) and isinstance(forced.value, str) and forced.value.isdecimal():
            return v.Known(int(forced.value[:18]))
        if isinstance(forced, v.External) or (isinstance(forced, v.Known) and isinstance(forced.value, int)):
            return forced
    return v.Scalar(kind)


def _same(value: v.Value, dotted: str) -> v.Value:
    if isinstance(value, v.Choice):
        return mapped(value, lambda option: _same(option, dotted))
    if dotted == "builtins.str":
        kept = isinstance(value, v.Body | v.Json | v.Text) or (isinstance(value, v.PathValue) and value.kind == "str")
        return value if kept else v.Known(str(value.value)) if isinstance(value, v.Known) else v.Text()
    if dotted in _LISTED and isinstance(value, v.Items):
        if dotted == "builtins.reversed" and value.rest is None:
            return v.Items(value.known[::-1])
        scrambled = dotted in ("builtins.sorted", "builtins.reversed")
        return v.Items([], choice(value.all())) if scrambled else v.Items(list(value.known), value.rest)
    if dotted in _LISTED and isinstance(
        value, v.Record | v.Dump | v.Typed | v.Imported | v.Member | v.Pending | v.Indexed
    ):
        return v.Items([], elements(value))
    if dotted.startswith("copy."):
        return bodies.kept(v.Body(dict(value.supplied), value.key, value.many) if isinstance(value, v.Body) else value)
    return value


def _dict(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    pairs = [
        value for value in arguments.positional[:1] if not isinstance(value, v.Record | v.Body | v.Dump | v.Choice)
    ]
    if pairs and isinstance(machine.force(pairs[0]), v.Items):
        return v.Record(computed=v.Unknown("its pairs are not followed", spot))
    record = v.Record()
    for value in (*arguments.positional[:1], *arguments.spreads):
        record = containers.merged(record, value)
    for name, value in arguments.named.items():
        containers.put(machine, record, v.Known(name), value, spot)
    if not record.entries and len(record.spreads) == 1 and isinstance(record.spreads[0], v.Body):
        return v.Body(dict(record.spreads[0].supplied))
    return record


def _cast(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    return arguments.positional[-1] if arguments.positional else _nothing(spot)


def _map(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    if len(arguments.positional) < 2:
        return _nothing(spot)
    given = v.Arguments((elements(arguments.positional[1]),), {}, ())
    return v.Items([], machine.branches.maybe(lambda: machine.call(arguments.positional[0], given, spot)))


def _reduced(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`reduce(lambda inner, wrap: wrap(inner), reversed(wrappers), function)`, as decorators are put together."""
    items = machine.force(arguments.positional[1]) if len(arguments.positional) > 1 else _nothing(spot)
    if not isinstance(items, v.Items) or items.rest is not None:
        return v.Unknown("nothing tells what reduce() goes through", spot)
    values = [*arguments.positional[2:3], *items.known]
    result = values[0] if values else _nothing(spot)
    for value in values[1:]:
        result = machine.call(arguments.positional[0], v.Arguments((result, value), {}, ()), spot)
    return result


def _range(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    return v.Items([], v.Scalar("int"))


def _enumerated(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    given = arguments.get(0, "iterable")
    return v.Items([], v.Items([v.Scalar("int"), elements(given or _nothing(spot))]))


def _partial(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    if not arguments.positional:
        return _nothing(spot)
    function, *rest = arguments.positional
    if machine.entering:
        return machine.force(function)
    return v.Partial(function, v.Arguments(tuple(rest), arguments.named, arguments.spreads))


def _applied(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`anyio.to_thread.run_sync(function, *arguments)`."""
    if not arguments.positional:
        return _nothing(spot)
    return machine.call(arguments.positional[0], v.Arguments(arguments.positional[1:], {}, ()), spot)


def _gathered(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    return v.Items(list(arguments.positional), elements(arguments.spreads[0]) if arguments.spreads else None)


def _number(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`max(page, 1)`, `sum(prices)` and the like: a number where all that goes in are numbers."""
    given = list(arguments.positional)
    if len(given) == 1:
        forced = machine.force(given[0])
        given = [elements(forced)] if isinstance(forced, v.Items | v.Typed | v.Item) else [forced]
    given += [value for name, value in arguments.named.items() if name in ("default", "start")]
    kinds = {_kind(machine, option) for value in given for option in options(machine.force(value))}
    known = not arguments.spreads and bool(kinds) and kinds <= {"int", "float"}
    return v.Scalar(max(kinds, key=len)) if known else v.Unknown("nothing tells what number it is", spot)


def _kind(machine: Interpreter, value: v.Value) -> str:
    found = standard.declared(machine, value) if isinstance(value, v.Typed) else value
    is_truth = found == v.Scalar("bool") or (isinstance(found, v.Known) and isinstance(found.value, bool))
    return "" if found is None or is_truth else number_kind(found)


def _setattr(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    target, name = arguments.get(0, "obj"), arguments.get(1, "name")
    if isinstance(target, v.Model) and isinstance(name, v.Known) and isinstance(name.value, str):
        containers.overwrite(machine, target.use, {name.value})
    return v.Known(None)


def _getattr(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    target, key = arguments.get(0, "obj"), arguments.get(1, "name")
    name = None if key is None else containers.name_of(key)
    if target is None or key is None or name is None:
        return _nothing(spot)
    if isinstance(target, v.EventPart):
        return containers.item(machine, target, key, spot)
    default = arguments.get(2, "default")
    owner = machine.force(target) if default is not None and isinstance(key, v.OfRoute) else None
    cls = machine.force(owner.schema) if isinstance(owner, v.Model) else None
    if isinstance(cls, v.ClassValue) and classes.class_statements(machine, cls, name) is None:
        return default or v.Known(None)
    return v.Member(target, name, spot)


def _asdict(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    target = machine.force(arguments.get(0, "obj") or _nothing(spot))
    if isinstance(target, v.Model) and target.changed:
        return v.Unknown("its object is changed after it was made", spot)
    return v.Record(spreads=(v.Dump(target, v.NO_ARGUMENTS),))


def _replace(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`dataclasses.replace(api, id=...)`."""
    target = arguments.get(0, "obj") or _nothing(spot)
    if isinstance(target, v.Model):
        containers.overwrite(machine, target.use, set(arguments.named))
        return v.Model(target.schema, target.use, target.named | arguments.named)
    made = machine.force(target)
    return v.Model(made.schema, made.use, made.named | arguments.named) if isinstance(made, v.Model) else target


def _run(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`anyio.run(function, ...)`, `asyncio.run(coroutine)`: what the function, or the coroutine, gives back."""
    given = arguments.get(0, "func") or arguments.get(0, "main") or _nothing(spot)
    machine.seen.runs.append((given, spot))
    if machine.entering:
        return v.Unknown("it is what an event loop gives back", spot)
    function = machine.force(given)
    if isinstance(function, v.FunctionValue):
        return machine.inline(function, v.Arguments(arguments.positional[1:], {}, ()))
    return given


def _decoded(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`msgspec.json.decode(text, type=Order)`."""
    data, schema = arguments.get(0, "buf") or _nothing(spot), arguments.named.get("type")
    return bodies.loaded(data) if schema is None else bodies.as_schema(machine, schema, data, spot)


def _encoded(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    return bodies.dumped(arguments.get(0, "obj") or _nothing(spot))


_PARSERS = [f"aws_lambda_powertools.utilities.{home}" for home in ("parser.", "parser.parser.")]


def _parsed(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    """`parse(event, Order, envelope=ApiGatewayEnvelope)` of Powertools: the body as a schema."""
    data, schema = arguments.get(0, "event") or _nothing(spot), arguments.get(1, "model")
    envelope = arguments.get(2, "envelope") or v.Known(None)
    if schema is None:
        return _nothing(spot)
    if lookup.own_name(envelope).startswith("ApiGateway") and isinstance(data, v.Event):
        data = containers.body_of(machine, spot)
    elif envelope != v.Known(None):
        return v.Unknown("its envelope is not known", spot)
    machine.seen.may_read_body = machine.seen.may_read_body or isinstance(data, v.Event)
    return bodies.as_schema(machine, schema, data, spot)


_FUNCTIONS: dict[str, Callable[[Interpreter, v.Arguments, Spot], v.Value]] = {
    "builtins.dict": _dict,
    "typing.cast": _cast,
    "builtins.map": _map,
    "builtins.range": _range,
    "functools.reduce": _reduced,
    **dict.fromkeys((f"builtins.{name}" for name in ("max", "min", "sum", "abs")), _number),
    "builtins.enumerate": _enumerated,
    "functools.partial": _partial,
    "builtins.setattr": _setattr,
    "builtins.getattr": _getattr,
    **dict.fromkeys(("dataclasses.asdict", "attrs.asdict", "attr.asdict"), _asdict),
    "msgspec.json.decode": _decoded,
    "msgspec.json.encode": _encoded,
    **dict.fromkeys((f"{home}parse" for home in _PARSERS), _parsed),
    "dataclasses.replace": _replace,
    "copy.replace": _replace,
    "anyio.to_thread.run_sync": _applied,
    "asyncio.to_thread": _applied,
    "asyncio.gather": _gathered,
    "anyio.run": _run,
    "asyncio.run": _run,
    "trio.run": _run,
    "anyio.from_thread.run": _run,
}


# What the query helper does when an argument is left out, unless its own signature is in the tree.
_QUERY_DEFAULTS: dict[str, str | int | bool] = {
    "use_multi_value": True,
    "default_limit": 50,
    "default_sort": "-updated_at",
}


def helper_call(machine: Interpreter, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value | None:
    """The value of a helper's call; None if the callee is none of them."""
    name, names = lookup.own_name(callee), machine.helpers
    if name in names.has_permission:
        return _permission(machine, arguments, spot)
    if name in names.path_parameter:
        return _path_parameter(machine, arguments, spot)
    if name in names.header:
        return _header(machine, arguments)
    if name in names.query_filters:
        return _query_filters(machine, callee, arguments, spot)
    if name in names.request_body:
        return containers.body_of(machine, spot)
    for helper, field in names.body_with:
        if name == helper:
            body = containers.body_of(machine, spot)
            body.supplied[field] = v.Text()
            return body
    return None


def _permission(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    given = arguments.named.get("permission")
    if given is None and arguments.positional:
        given = arguments.positional[-1]
    if given is None:
        given = next(iter(arguments.named.values()), None)
    if given is not None:
        machine.seen.permissions.append((given, spot))
    return v.Scalar("bool")


def _path_parameter(machine: Interpreter, arguments: v.Arguments, spot: Spot) -> v.Value:
    return containers.path_value(machine, next(_texts(machine, arguments), None), spot)


def _header(machine: Interpreter, arguments: v.Arguments) -> v.Value:
    for name in _texts(machine, arguments):
        machine.seen.header(name)
    return v.Text()


def _texts(machine: Interpreter, arguments: v.Arguments) -> Iterator[str]:
    """The arguments that are known to be strings."""
    for value in (*arguments.positional, *arguments.named.values()):
        forced = machine.force(value)
        if isinstance(forced, v.Known) and isinstance(forced.value, str):
            yield forced.value


def _query_filters(machine: Interpreter, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
    schema = arguments.get(1, "filter_schema_class") or arguments.named.get("schema")
    if schema is None:
        hint = "pass filter_schema_class="
        machine.seen.findings.append(Finding("CG107", "the query helper is called without a filter schema", spot, hint))
    multi_value = _query_argument(machine, callee, arguments, 2, "use_multi_value")
    limit = _query_argument(machine, callee, arguments, 3, "default_limit")
    sort = _query_argument(machine, callee, arguments, 4, "default_sort")
    many = machine.force(multi_value)
    flag = bool(many.value) if isinstance(many, v.Known) else True
    machine.seen.queries.append(QueryRead(schema, flag, limit, sort, {}, spot))
    return v.Record(computed=v.Unknown("what a client asks for is data", spot))


def _query_argument(machine: Interpreter, callee: v.Value, arguments: v.Arguments, place: int, name: str) -> v.Value:
    given = arguments.get(place, name)
    if given is not None:
        return given
    function = machine.force(callee)
    if isinstance(function, v.FunctionValue):
        for param in function.node.params:
            if param.name == name and param.default is not None:
                return machine.evaluate(param.default, v.Scope(function.home, {}))
    return v.Known(_QUERY_DEFAULTS[name])
