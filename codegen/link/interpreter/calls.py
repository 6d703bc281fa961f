"""What a call means, and functions of the code base run with its arguments."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from ... import facts
from ...diagnostics import Spot
from . import bodies, containers, library, lookup, methods, types
from .choices import choice, mapped, options, parts
from .protocol import Interpreter
from .values import (
    NOTHING,
    Arguments,
    Choice,
    ClassValue,
    Dump,
    External,
    FunctionValue,
    Generic,
    Imported,
    Items,
    Known,
    Member,
    Model,
    Partial,
    Pending,
    Record,
    Scope,
    Typed,
    Unknown,
    Value,
    born,
)


def call(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    if isinstance(callee, Choice):
        return mapped(callee, lambda option: machine.branches.maybe(lambda: call(machine, option, arguments, spot)))
    if isinstance(callee, Generic) and isinstance(callee.expr, facts.Sub):  # `Page[Order](...)` makes a Page
        return call(machine, machine.evaluate(callee.expr.value, callee.scope), arguments, spot)
    if isinstance(callee, Partial):
        return call(machine, callee.callee, arguments.after(callee.arguments), spot)
    found = library.helper_call(machine, callee, arguments, spot)
    if found is None and isinstance(callee, Member):
        found = methods.method_call(machine, callee.base, callee.name, arguments, spot)
    if found is None:
        found = library.library_call(machine, lookup.dotted_name(callee), arguments, spot)
    return found if found is not None else _followed(machine, callee, arguments, spot)


def _followed(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    """A call into the code base: followed now if it may see or change the handler's data, else when asked for."""
    if machine.entering:
        return _on_the_way_in(machine, callee, arguments, spot)
    nested = _is_inner(callee)
    given = any(_carries(value) for value in arguments.all())
    if not nested and not given and not (_may_change(arguments) and _is_near(callee)):
        return Pending(callee, arguments, spot)
    if given and not nested and not _needs_following(arguments):
        made = bodies.rebuilt(machine, callee, arguments)
        if made is not None or not isinstance(callee, FunctionValue | ClassValue):
            return made or Pending(callee, arguments, spot)
    forced = machine.force(callee)
    if isinstance(forced, Choice):
        return mapped(forced, lambda option: machine.branches.maybe(lambda: _entered(machine, option, arguments, spot)))
    found = _entered(machine, forced, arguments, spot)
    unfound = isinstance(found, Pending) and found.callee is forced
    return Pending(callee, arguments, spot) if unfound else found


def _may_change(arguments: Arguments) -> bool:
    """Whether a dict or list goes in that has a name, so that what the function does to it is seen afterwards."""
    return any(isinstance(o, Record | Items) and o.born < arguments.born for v in arguments.all() for o in options(v))


def _is_near(callee: Value) -> bool:
    """A function or class by its name, or a method of one of the handler's own objects."""
    match callee:
        case FunctionValue() | ClassValue() | Imported():
            return True
        case Member(base=Pending(callee=base)) | Member(base=base):
            return isinstance(base, ClassValue | Imported | Model)
        case _:
            return False


def _on_the_way_in(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
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


def _entered(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    match callee:
        case FunctionValue():
            return machine.inline(callee, arguments)
        case ClassValue():
            return bodies.constructed(machine, callee, arguments, spot)
        case Partial():
            return call(machine, callee, arguments, spot)
        case External():
            found = library.library_call(machine, callee.dotted, arguments, spot)
            return found or _foreign(machine, callee, arguments, spot)
        case _:
            return _foreign(machine, callee, arguments, spot)


def _foreign(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    """A call out of the code base: functions that go with it are run, as a task group does, with what stands behind."""
    for place, value in enumerate(arguments.positional):
        function = machine.force(value) if isinstance(value, Imported) else value
        if machine.entering and isinstance(function, FunctionValue):
            if isinstance(function.node, facts.Function) and function.node.is_async:
                machine.seen.handed.append((function, spot))
        elif isinstance(function, FunctionValue):
            given = Arguments(arguments.positional[place + 1 :], {}, ())
            machine.branches.maybe(partial(machine.inline, function, given))
    return Pending(callee, arguments, spot)


def _carries(value: Value) -> bool:
    """Whether the request, or something validated from it, is in a value."""
    match value:
        case Model(use=use):
            return use is not None
        case Dump(model=inner) | Member(base=Model() as inner):
            return _carries(inner)
        case FunctionValue():
            return _is_inner(value)
        case _:
            return containers.is_request(value) or any(_carries(part) for part in parts(value))


def _is_inner(value: Value) -> bool:
    """A function that sees the handler's variables, or a method of one of its objects."""
    return isinstance(value, FunctionValue) and (value.closure is not None or value.bound is not None)


def _needs_following(arguments: Arguments) -> bool:
    """Once a schema has validated the body, where it goes no longer matters."""
    return any(containers.is_request(value) or _is_inner(value) for value in arguments.all())


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
_MANAGERS = frozenset(("contextmanager", "asynccontextmanager"))


def inline(machine: Interpreter, function: FunctionValue, arguments: Arguments) -> Value:
    """The value of a call, by running the function's body with these arguments."""
    calls, node = machine.calls, function.node
    if calls.frames.count(id(node)) >= ROUNDS:
        return NOTHING
    if not calls.frames:
        calls.count = 0
    if len(calls.frames) >= DEPTH or calls.count >= CALLS:
        return Unknown("calls are nested too deeply to be followed", machine.spot(node, Scope(function.home, {})))
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


def asked_for(machine: Interpreter, function: FunctionValue, arguments: Arguments) -> Value:
    """Evaluates a deferred call."""
    asked, node = machine.calls.asked, function.node
    if asked.count(id(node)) >= ROUNDS:
        return NOTHING
    asked.append(id(node))
    try:
        result = machine.force(inline(machine, function, arguments))
        told = result if isinstance(node, facts.Lambda) or any(_wrappers(machine, function, node)) else None
        return told or annotated(function, result, machine.force)
    finally:
        asked.pop()


def _scope_of(machine: Interpreter, function: FunctionValue, arguments: Arguments) -> Scope:
    scope = Scope(function.home, {}, function.closure)
    bind_parameters(machine, function, arguments, scope)
    return scope


def _returned(machine: Interpreter, function: FunctionValue, node: facts.Function, arguments: Arguments) -> Value:
    branches, since, level = machine.branches, born(), len(machine.branches.levels)
    scope = _scope_of(machine, function, arguments)
    found: list[Value] = []
    ends = []

    def returns(value: Value, _spot: object) -> None:
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
            choice(yielded) if _MANAGERS & {types.last_name(d) for d in node.decorators} else Items([], choice(yielded))
        )
    if all(isinstance(statement, facts.Do) for statement in node.body) or not ends:
        found = [Unknown(f"nothing tells what {node.name} returns", machine.spot(node, scope))]
    elif alive:
        found.append(Known(None))
    return annotated(function, choice(found))


def _kept(value: Value, since: int) -> Value:
    """A dict that the call made, as it stands when it is returned."""
    if isinstance(value, Record) and value.born > since:
        return containers.copied(value)
    return value


def _decorated(machine: Interpreter, function: FunctionValue, node: facts.Function, arguments: Arguments) -> Value:
    """What the call of a decorated function gives: its decorators may be functions of the code base too."""
    value: Value = FunctionValue(function.home, node, function.closure, None, bare=True)
    if function.bound is not None:
        arguments = Arguments((function.bound, *arguments.positional), arguments.named, arguments.spreads)
    for callee, spot in _wrappers(machine, function, node):
        forced = machine.force(callee)
        if not isinstance(forced, FunctionValue | ClassValue | Partial):
            name = lookup.own_name(_decorator(callee)) or "what is not known"
            return Unknown(f"{node.name} is decorated by {name}, which cannot be followed", spot)
        value = machine.force(Pending(forced, Arguments((value,), {}, ()), spot))
    if isinstance(value, FunctionValue) and value.bare:
        return _returned(machine, value, node, arguments)
    return machine.force(machine.call(value, arguments, machine.spot(node, Scope(function.home, {}))))


def _wrappers(machine: Interpreter, function: FunctionValue, node: facts.Function) -> Iterator[tuple[Value, Spot]]:
    """The decorators that may change what a function gives, innermost first."""
    scope = Scope(function.home, {}, function.closure)
    for expr in reversed(node.decorators):
        callee = machine.evaluate(expr, scope)
        given = _decorator(callee)
        if lookup.dotted_name(given) not in _TRANSPARENT and lookup.own_name(given) not in _TRACERS:
            yield callee, machine.spot(expr, scope)


def _decorator(callee: Value) -> Value:
    return callee.callee if isinstance(callee, Pending) else callee


def annotated(function: FunctionValue, result: Value, force: Callable[[Value], Value] = lambda value: value) -> Value:
    """What a function's annotation tells of a result where its body does not: Unknown, or an empty body's None."""
    returns = function.node.returns if isinstance(function.node, facts.Function) else None
    if returns is None:
        return result
    if types.last_name(returns) == "Self" and isinstance(function.bound, ClassValue | Model):
        told: Value = Model(function.bound) if isinstance(function.bound, ClassValue) else function.bound
    else:
        told = Typed(returns, Scope(function.home, {}), Unknown(""))
    return told if result == Known(None) else choice([_told(option, told, force) for option in options(result)])


def _told(result: Value, told: Value, force: Callable[[Value], Value]) -> Value:
    """A value by its annotation, if nothing else tells what it is, or what its items are."""
    reason = result
    if isinstance(result, Items) and not result.known and result.rest is not None:
        reason = force(result.rest)
    elif isinstance(result, Record) and not (result.entries or result.spreads) and result.computed is not None:
        reason = force(result.computed)
    if not isinstance(reason, Unknown):
        return result
    return replace(told, value=reason) if isinstance(told, Typed) else told


def bind_parameters(machine: Interpreter, function: FunctionValue, arguments: Arguments, scope: Scope) -> None:
    own = Scope(function.home, {}, function.closure)
    positional = list(arguments.positional)
    if function.bound is not None:
        positional.insert(0, function.bound)
    named = dict(arguments.named)
    for param in function.node.params:
        if param.star == "*":
            scope.names[param.name] = Items(positional)
            positional = []
        elif param.star == "**":
            rest = Record(spreads=arguments.spreads)
            for name, value in named.items():
                containers.put(machine, rest, Known(name), value, machine.spot(function.node, own))
            scope.names[param.name] = rest
        elif positional and not param.keyword:
            scope.names[param.name] = positional.pop(0)
        elif param.name in named:
            scope.names[param.name] = named.pop(param.name)
        else:
            scope.names[param.name] = _default(machine, param, own, arguments)
        value = scope.names[param.name]
        if isinstance(value, Unknown) and param.annotation is not None:
            scope.names[param.name] = Typed(param.annotation, own, value)


def _default(machine: Interpreter, param: facts.Param, own: Scope, arguments: Arguments) -> Value:
    if arguments.spreads or param.default is None:
        return Unknown(f"the argument {param.name} is not known")
    if isinstance(param.default, facts.DictLit | facts.Seq) and getattr(param.default, "kind", "") != "tuple":
        return Unknown(f"all calls share the default of {param.name}", machine.spot(param.default, own))
    return machine.evaluate(param.default, own)
