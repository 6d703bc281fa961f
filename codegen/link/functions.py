"""Functions of the code base, run with the arguments of a call."""

from typing import TYPE_CHECKING

from .. import facts
from . import containers
from .choices import forked
from .statements import run
from .values import (
    UNKNOWN,
    Arguments,
    ClassValue,
    FunctionValue,
    Items,
    Known,
    Model,
    Record,
    Scope,
    Typed,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine

DEPTH = 16
CALLS = 600


def inline(machine: "Machine", function: FunctionValue, arguments: Arguments) -> Value:
    """The value of a call, by running the function's body with these arguments."""
    if machine.depth >= DEPTH or machine.calls >= CALLS:
        return UNKNOWN
    machine.depth += 1
    machine.calls += 1
    try:
        scope = Scope(function.home, {}, function.closure)
        bind_parameters(machine, function, arguments, scope)
        if isinstance(function.node, facts.Lambda):
            return machine.evaluate(function.node.body, scope)
        found: list[Value] = []
        open_end = run(machine, function.node.body, scope, lambda value, _spot: found.append(frozen(value)))
        stub = all(isinstance(statement, facts.Do) for statement in function.node.body)
        result = forked(found, machine.place()) if found else Known(None) if open_end and not stub else UNKNOWN
        return annotated(function, result)
    finally:
        machine.depth -= 1


def annotated(function: FunctionValue, result: Value) -> Value:
    """What a function's annotation tells of a result that its body does not: Unknown, or an empty body's None."""
    returns = function.node.returns if isinstance(function.node, facts.Function) else None
    if returns is None or not (isinstance(result, Unknown) or result == Known(None)):
        return result
    name = returns.id if isinstance(returns, facts.Name) else returns.value if isinstance(returns, facts.Const) else ""
    if name == "Self" and isinstance(function.bound, ClassValue | Model):
        return Model(function.bound) if isinstance(function.bound, ClassValue) else function.bound
    return Typed(returns, Scope(function.home, {}), UNKNOWN)


def frozen(value: Value) -> Value:
    """A dict as it stands when it is returned."""
    return Record(dict(value.entries), value.spreads, value.computed) if isinstance(value, Record) else value


def bind_parameters(machine: "Machine", function: FunctionValue, arguments: Arguments, scope: Scope) -> None:
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
            scope.names[param.name] = UNKNOWN if param.default is None else machine.evaluate(param.default, own)
        value = scope.names[param.name]
        if isinstance(value, Unknown) and param.annotation is not None:
            scope.names[param.name] = Typed(param.annotation, own, UNKNOWN)
