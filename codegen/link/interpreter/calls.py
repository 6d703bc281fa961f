"""What a call means, and functions of the code base run with its arguments."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from ... import facts
from ...diagnostics import Finding, Spot
from . import values as v
from .choices import choice, made_from, mapped, options, parts
from .declared import classes, lookup, types
from .operations import bodies, containers, library, methods
from .protocol import Interpreter


def call(machine: Interpreter, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
    found = _called(machine, callee, arguments, spot)
    return found if machine.seen.body is None else made_from(found, callee, *arguments.all())


def _called(machine: Interpreter, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
    if isinstance(callee, v.Choice):
        return mapped(callee, lambda option: machine.branches.maybe(lambda: call(machine, option, arguments, spot)))
    if isinstance(callee, v.Generic) and isinstance(callee.expr, facts.Sub):  # `Page[Order](...)`
        made = classes.parametrized(machine, callee.expr, callee.scope)
        return call(machine, made or machine.evaluate(callee.expr.value, callee.scope), arguments, spot)
    if isinstance(callee, v.Generic) and arguments.positional:  # `OrderId("1")` of a NewType is what it is given
        return arguments.positional[0]
    if isinstance(callee, v.Partial):
        return call(machine, callee.callee, arguments.after(callee.arguments), spot)
    found = library.helper_call(machine, callee, arguments, spot)
    if found is None and isinstance(callee, v.Member):
        if bodies.is_sent(callee.base):
            bodies.sent(machine)
        found = methods.method_call(machine, callee.base, callee.name, arguments, spot)
    if found is None:
        found = library.library_call(machine, lookup.dotted_name(callee), arguments, spot)
    return found if found is not None else _followed(machine, callee, arguments, spot)


def _followed(machine: Interpreter, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
    """A call into the code base: followed now if it may see or change the handler's data, else when asked for."""
    if machine.entering:
        return _on_the_way_in(machine, callee, arguments, spot)
    nested = _is_inner(callee) or _is_of_request(callee) or _converts(machine, callee, arguments)
    given = any(_carries(value) for value in arguments.all())
    if not nested and not given and not (_may_change(arguments) and _is_near(callee)):
        return v.Pending(callee, arguments, spot)
    if given and isinstance(callee, v.Unknown):
        message = f"what is given the request here cannot be found: {callee.reason}"
        machine.seen.findings.append(Finding("CG107", message, spot, "import or define it"))
    if given and not nested and not _needs_following(arguments):
        made = bodies.rebuilt(machine, callee, arguments)
        if made is not None or not isinstance(callee, v.FunctionValue | v.ClassValue):
            return made or v.Pending(callee, arguments, spot)
    forced = machine.force(callee)
    if isinstance(forced, v.Choice):
        return mapped(forced, lambda option: machine.branches.maybe(lambda: _entered(machine, option, arguments, spot)))
    found = _entered(machine, forced, arguments, spot)
    unfound = isinstance(found, v.Pending) and found.callee is forced
    return v.Pending(callee, arguments, spot) if unfound else found


def _converts(machine: Interpreter, callee: v.Value, arguments: v.Arguments) -> bool:
    """Whether a parameter of the request goes into a function that makes a number or a date of a text."""
    given = (option for value in arguments.all() for option in options(value))
    if not any(isinstance(option, v.QueryValue | v.PathValue) for option in given) or not _is_near(callee):
        return False
    function = machine.force(callee)
    if not isinstance(function, v.FunctionValue):
        return False
    calls = (node for node in facts.nodes_of(function.node) if isinstance(node, facts.Call))
    return any(types.last_name(call.func) in library.CONVERTERS for call in calls)


def _may_change(arguments: v.Arguments) -> bool:
    """Whether a dict or list goes in that has a name, so that what the function does to it is seen afterwards."""
    given = (option for value in arguments.all() for option in options(value))
    return any(isinstance(option, v.Record | v.Items) and option.born < arguments.born for option in given)


def _is_near(callee: v.Value) -> bool:
    """A function or class by its name, or a method of one of the handler's own objects."""
    match callee:
        case v.FunctionValue() | v.ClassValue() | v.Imported():
            return True
        case v.Member(base=v.Pending(callee=base)) | v.Member(base=base):
            return isinstance(base, v.ClassValue | v.Imported | v.Model)
        case _:
            return False


def _on_the_way_in(machine: Interpreter, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
    """In `lambda_handler`: an async function is named, not run; others are followed if they are given it."""
    if isinstance(callee, v.FunctionValue) and isinstance(callee.node, facts.Function) and callee.node.is_async:
        return callee
    given = [value for value in arguments.all() if isinstance(value, v.FunctionValue | v.Imported)]
    if any(isinstance(machine.force(value), v.FunctionValue) for value in given):
        return _entered(machine, machine.force(callee), arguments, spot)
    if isinstance(callee, v.FunctionValue):
        return machine.inline(callee, arguments)
    return v.Pending(callee, arguments, spot)


def _entered(machine: Interpreter, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
    match callee:
        case v.FunctionValue():
            return machine.inline(callee, arguments)
        case v.ClassValue():
            made = bodies.constructed(machine, callee, arguments, spot)
            if isinstance(made, v.Model):
                initialise(machine, made, callee)
            return made
        case v.Partial():
            return call(machine, callee, arguments, spot)
        case v.Model() if (method := _own_call(machine, callee, spot)) is not None:
            return machine.inline(method, arguments)
        case v.External():
            found = library.library_call(machine, callee.dotted, arguments, spot)
            return found or _foreign(machine, callee, arguments, spot)
        case _:
            return _foreign(machine, callee, arguments, spot)


def _own_call(machine: Interpreter, owner: v.Model, spot: Spot) -> v.FunctionValue | None:
    """The method by which an object is called."""
    cls = machine.force(owner.schema)
    found = classes.class_attribute(machine, cls, "__call__", spot) if isinstance(cls, v.ClassValue) else None
    return v.FunctionValue(found.home, found.node, found.closure, owner) if isinstance(found, v.FunctionValue) else None


def initialise(machine: Interpreter, owner: v.Model, cls: v.ClassValue) -> None:
    """Runs the `__init__` of an object, once; what was given to its attributes since comes beside."""
    if owner.arguments is None:
        return
    arguments, later, owner.arguments, owner.named = owner.arguments, owner.named, None, {}
    start = classes.class_attribute(machine, cls, "__init__", Spot("", -1))
    if isinstance(start, v.FunctionValue):
        inline(machine, v.FunctionValue(start.home, start.node, start.closure, owner), arguments)
    for name, value in later.items():
        owner.named[name] = choice([owner.named[name], value]) if name in owner.named else value


def _foreign(machine: Interpreter, callee: v.Value, arguments: v.Arguments, spot: Spot) -> v.Value:
    """A call out of the code base: functions that go with it are run, as a task group does, with what stands behind."""
    if lookup.own_name(callee) not in _LOGS and any(map(containers.holds_event, arguments.all())):
        machine.seen.may_read_body = True
    for place, value in enumerate(arguments.positional):
        function = machine.force(value) if isinstance(value, v.Imported) else value
        if machine.entering and isinstance(function, v.FunctionValue):
            if isinstance(function.node, facts.Function) and function.node.is_async:
                machine.seen.handed.append((function, spot))
        elif isinstance(function, v.FunctionValue):
            given = v.Arguments(arguments.positional[place + 1 :], {}, ())
            machine.branches.maybe(partial(machine.inline, function, given))
    return v.Pending(callee, arguments, spot)


def _carries(value: v.Value) -> bool:
    """Whether the request, or something validated from it, is in a value."""
    match value:
        case v.Model(use=use):
            return use is not None
        case v.Dump(model=inner) | v.Member(base=v.Model() as inner):
            return _carries(inner)
        case v.FunctionValue():
            return _is_inner(value)
        case _:
            return containers.is_request(value) or any(_carries(part) for part in parts(value))


def _is_inner(value: v.Value) -> bool:
    """A function that sees the handler's variables, or a method of one of its objects."""
    return isinstance(value, v.FunctionValue) and (value.closure is not None or value.bound is not None)


def _is_of_request(callee: v.Value) -> bool:
    """A method of an object that was made with the request."""
    match callee:
        case v.Member(base=v.Model(made=True, named=named, arguments=arguments)):
            given = () if arguments is None else arguments.all()
            return any(containers.is_request(value) for value in (*given, *named.values()))
        case _:
            return False


def _needs_following(arguments: v.Arguments) -> bool:
    """Once a schema has validated the body, where it goes no longer matters."""
    return any(containers.is_request(value) or _is_inner(value) for value in arguments.all())


# What writes the request down, and takes nothing out of it.
_LOGS = frozenset(("print", "debug", "info", "warning", "error", "exception", "critical", "log"))
DEPTH = 24
CALLS = 600
# A function that goes on calling itself adds nothing to its own answer after a few rounds.
ROUNDS = 3
_TRANSPARENT = frozenset(
    (
        *("builtins.staticmethod", "builtins.classmethod", "builtins.property"),
        *("functools.wraps", "functools.cache", "functools.lru_cache", "functools.cached_property"),
        *("abc.abstractmethod", "typing.override", "typing.overload", "typing.final", "typing_extensions.override"),
        *("contextlib.contextmanager", "contextlib.asynccontextmanager", "pydantic.validate_call"),
        *("pydantic.computed_field", "pydantic.field_validator", "pydantic.model_validator"),
        *("tenacity.retry", "backoff.on_exception", "backoff.on_predicate"),
    )
)
_TRACERS = frozenset(("capture_method", "capture_lambda_handler", "inject_lambda_context", "log_metrics"))
# Of Powertools too: they refuse an event, or give it in a class of its own.
_OF_EVENTS = frozenset(("event_source", "event_parser", "validator"))
_MANAGERS = frozenset(("contextmanager", "asynccontextmanager"))


def inline(machine: Interpreter, function: v.FunctionValue, arguments: v.Arguments) -> v.Value:
    """The value of a call, by running the function's body with these arguments."""
    calls, node = machine.calls, function.node
    if calls.frames.count(id(node)) >= ROUNDS:
        return v.NOTHING
    if not calls.frames:
        calls.count = 0
    if len(calls.frames) >= DEPTH or calls.count >= CALLS:
        return v.Unknown("calls are nested too deeply to be followed", machine.spot(node, v.Scope(function.home, {})))
    calls.count += 1
    calls.frames.append(id(node))
    try:
        if isinstance(node, facts.Lambda):
            return machine.evaluate(node.body, _scope_of(machine, function, arguments))
        if node.decorators and not function.bare and not machine.entering:
            return _decorated(machine, function, node, arguments)
        return _returned(machine, function, node, arguments)
    finally:
        calls.frames.pop()


def asked_for(machine: Interpreter, function: v.FunctionValue, arguments: v.Arguments) -> v.Value:
    """Evaluates a deferred call."""
    asked, node = machine.calls.asked, function.node
    if asked.count(id(node)) >= ROUNDS:
        return v.NOTHING
    asked.append(id(node))
    try:
        result = machine.force(inline(machine, function, arguments))
        told = result if isinstance(node, facts.Lambda) or any(wrappers(machine, function, node)) else None
        return told or annotated(function, result, machine.force)
    finally:
        asked.pop()


def _scope_of(machine: Interpreter, function: v.FunctionValue, arguments: v.Arguments) -> v.Scope:
    scope = v.Scope(function.home, {}, function.closure)
    bind_parameters(machine, function, arguments, scope)
    return scope


def _returned(machine: Interpreter, function: v.FunctionValue, node: facts.Function, arguments: v.Arguments) -> v.Value:
    branches, since, level = machine.branches, v.born(), len(machine.branches.levels)
    scope = _scope_of(machine, function, arguments)
    found: list[v.Value] = []
    ends = []

    watched = machine.calls.watched

    def returns(value: v.Value, spot: Spot) -> None:
        if watched is not None and watched[0] is node:
            watched[1](value, spot)
        found.append(_kept(value, since))
        ends.append(branches.here(level))

    machine.calls.yields.append([])
    alive, end = branches.apart(lambda: machine.run(node.body, scope, returns))
    yielded = machine.calls.yields.pop()
    ends += [end] if alive else []
    if ends:
        branches.join(ends)
    if yielded:
        return (
            choice(yielded)
            if _MANAGERS & {types.last_name(d) for d in node.decorators}
            else v.Items([], choice(yielded))
        )
    if all(isinstance(statement, facts.Do) for statement in node.body) or not ends:
        found = [v.Unknown(f"nothing tells what {node.name} returns", machine.spot(node, scope))]
    elif alive:
        found.append(v.Known(None))
    return annotated(function, choice(found))


def _kept(value: v.Value, since: int) -> v.Value:
    """A dict that the call made, as it stands when it is returned."""
    if isinstance(value, v.Record) and value.born > since:
        return containers.copied(value)
    return value


def _decorated(
    machine: Interpreter, function: v.FunctionValue, node: facts.Function, arguments: v.Arguments
) -> v.Value:
    """What the call of a decorated function gives: its decorators may be functions of the code base too."""
    value: v.Value = v.FunctionValue(function.home, node, function.closure, None, bare=True)
    if function.bound is not None:
        arguments = v.Arguments((function.bound, *arguments.positional), arguments.named, arguments.spreads)
    for callee, spot in wrappers(machine, function, node):
        forced = machine.force(callee)
        if isinstance(forced, v.Model):
            forced = _own_call(machine, forced, spot) or forced
        if not isinstance(forced, v.FunctionValue | v.ClassValue | v.Partial):
            name = lookup.own_name(_decorator(callee)) or "what is not known"
            return v.Unknown(f"{node.name} is decorated by {name}, which cannot be followed", spot)
        value = machine.force(v.Pending(forced, v.Arguments((value,), {}, ()), spot))
    if isinstance(value, v.FunctionValue) and value.bare:
        return _returned(machine, value, node, arguments)
    return machine.force(machine.call(value, arguments, machine.spot(node, v.Scope(function.home, {}))))


def wrappers(machine: Interpreter, function: v.FunctionValue, node: facts.Function) -> Iterator[tuple[v.Value, Spot]]:
    """The decorators that may change what a function gives, innermost first."""
    scope = v.Scope(function.home, {}, function.closure)
    for expr in reversed(node.decorators):
        callee = machine.evaluate(expr, scope)
        given = _decorator(callee)
        dotted, name = lookup.dotted_name(given), lookup.own_name(given)
        is_of_event = name in _OF_EVENTS and dotted.startswith("aws_lambda_powertools.")
        if dotted not in _TRANSPARENT and name not in _TRACERS and not is_of_event:
            yield callee, machine.spot(expr, scope)


def _decorator(callee: v.Value) -> v.Value:
    return callee.callee if isinstance(callee, v.Pending) else callee


def annotated(
    function: v.FunctionValue, result: v.Value, force: Callable[[v.Value], v.Value] = lambda value: value
) -> v.Value:
    """What a function's annotation tells of a result where its body does not: Unknown, or an empty body's None."""
    returns = function.node.returns if isinstance(function.node, facts.Function) else None
    if returns is None:
        return result
    if types.last_name(returns) == "Self" and isinstance(function.bound, v.ClassValue | v.Model):
        told: v.Value = v.Model(function.bound) if isinstance(function.bound, v.ClassValue) else function.bound
    else:
        told = v.Typed(returns, v.Scope(function.home, {}), v.Unknown(""))
    return told if result == v.Known(None) else choice([_told(option, told, force) for option in options(result)])


def _told(result: v.Value, told: v.Value, force: Callable[[v.Value], v.Value]) -> v.Value:
    """A value by its annotation, if nothing else tells what it is, or what its items are."""
    if isinstance(result, v.Pending) and isinstance(told, v.Typed):
        return replace(told, value=result)
    reason = result
    if isinstance(result, v.Items) and not result.known and result.rest is not None:
        reason = force(result.rest)
    elif isinstance(result, v.Record) and not (result.entries or result.spreads) and result.computed is not None:
        reason = force(result.computed)
    if not isinstance(reason, v.Unknown):
        return result
    return replace(told, value=reason) if isinstance(told, v.Typed) else told


def bind_parameters(machine: Interpreter, function: v.FunctionValue, arguments: v.Arguments, scope: v.Scope) -> None:
    own = v.Scope(function.home, {}, function.closure)
    positional = list(arguments.positional)
    if function.bound is not None:
        positional.insert(0, function.bound)
    named = dict(arguments.named)
    for param in function.node.params:
        if param.star == "*":
            scope.names[param.name] = v.Items(positional)
            positional = []
        elif param.star == "**":
            rest = v.Record(spreads=arguments.spreads)
            for name, value in named.items():
                containers.put(machine, rest, v.Known(name), value, machine.spot(function.node, own))
            scope.names[param.name] = rest
        elif positional and not param.keyword:
            scope.names[param.name] = positional.pop(0)
        elif param.name in named:
            scope.names[param.name] = named.pop(param.name)
        else:
            scope.names[param.name] = _default(machine, param, own, arguments, machine.spot(function.node, own))
        value = scope.names[param.name]
        if isinstance(value, v.Unknown) and param.annotation is not None:
            scope.names[param.name] = v.Typed(param.annotation, own, value)


def _default(machine: Interpreter, param: facts.Param, own: v.Scope, arguments: v.Arguments, spot: Spot) -> v.Value:
    given = options(arguments.spreads[0]) if len(arguments.spreads) == 1 else ()
    part = next((one for one in given if isinstance(one, v.EventPart)), None)
    if part is not None:  # `handler(event, **event["pathParameters"])`
        return containers.item(machine, part, v.Known(param.name), spot)
    if arguments.spreads or param.default is None:
        return v.Unknown(f"the argument {param.name} is not known")
    if isinstance(param.default, facts.DictLit | facts.Seq) and getattr(param.default, "kind", "") != "tuple":
        return v.Unknown(f"all calls share the default of {param.name}", machine.spot(param.default, own))
    return machine.evaluate(param.default, own)
