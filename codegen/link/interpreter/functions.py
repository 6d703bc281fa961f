"""Functions of the code base, run with the arguments of a call."""

from ... import facts
from . import containers, lookup, types
from .choices import choice
from .protocol import Interpreter
from .values import (
    NOTHING,
    Arguments,
    ClassValue,
    FunctionValue,
    Items,
    Known,
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
            return machine.evaluate(node.body, _entered(machine, function, arguments))
        if node.decorators and not function.bare and not machine.entering:
            return _decorated(machine, function, node, arguments)
        return _returned(machine, function, node, arguments)
    finally:
        calls.frames.pop()


def asked_for(machine: Interpreter, function: FunctionValue, arguments: Arguments) -> Value:
    """Evaluates a deferred call."""
    asked, node = machine.calls.asked, id(function.node)
    if asked.count(node) >= ROUNDS:
        return NOTHING
    asked.append(node)
    try:
        return annotated(function, machine.force(inline(machine, function, arguments)))
    finally:
        asked.pop()


def _entered(machine: Interpreter, function: FunctionValue, arguments: Arguments) -> Scope:
    scope = Scope(function.home, {}, function.closure)
    bind_parameters(machine, function, arguments, scope)
    return scope


def _returned(machine: Interpreter, function: FunctionValue, node: facts.Function, arguments: Arguments) -> Value:
    branches, since, level = machine.branches, born(), len(machine.branches.levels)
    scope = _entered(machine, function, arguments)
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
        return choice(yielded) if _MANAGERS & set(_names(node)) else Items([], choice(yielded))
    if all(isinstance(statement, facts.Do) for statement in node.body) or not ends:
        found = [Unknown(f"nothing tells what {node.name} returns", machine.spot(node, scope))]
    elif alive:
        found.append(Known(None))
    return annotated(function, choice(found))


def _names(node: facts.Function) -> list[str]:
    return [types.last_name(decorator) for decorator in node.decorators]


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
    scope = Scope(function.home, {}, function.closure)
    for expr in reversed(node.decorators):
        callee = machine.evaluate(expr, scope)
        given = callee.callee if isinstance(callee, Pending) else callee
        if lookup.dotted_name(given) in _TRANSPARENT or lookup.own_name(given) in _TRACERS:
            continue
        forced = machine.force(callee)
        if not isinstance(forced, FunctionValue | ClassValue | Partial):
            name = lookup.own_name(given) or "what is not known"
            return Unknown(f"{node.name} is decorated by {name}, which cannot be followed", machine.spot(expr, scope))
        value = machine.force(Pending(forced, Arguments((value,), {}, ()), machine.spot(expr, scope)))
    if isinstance(value, FunctionValue) and value.bare:
        return _returned(machine, value, node, arguments)
    return machine.force(machine.call(value, arguments, machine.spot(node, scope)))


def annotated(function: FunctionValue, result: Value) -> Value:
    """What a function's annotation tells of a result that its body does not: Unknown, or an empty body's None."""
    returns = function.node.returns if isinstance(function.node, facts.Function) else None
    if returns is None or not (isinstance(result, Unknown) or result == Known(None)):
        return result
    name = returns.id if isinstance(returns, facts.Name) else returns.value if isinstance(returns, facts.Const) else ""
    if name == "Self" and isinstance(function.bound, ClassValue | Model):
        return Model(function.bound) if isinstance(function.bound, ClassValue) else function.bound
    return Typed(returns, Scope(function.home, {}), result if isinstance(result, Unknown) else Unknown(""))


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
