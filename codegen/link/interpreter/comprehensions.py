"""Comprehensions; one over the client's pairs is still the client's data, under the names that it is read by."""

from ... import facts
from .choices import options
from .containers import elements
from .protocol import Interpreter
from .targets import bind_target
from .values import Body, EventPart, Items, Record, Scope, Value


def comprehension(machine: Interpreter, expr: facts.Comp, scope: Scope) -> Value:
    inner = Scope(scope.home, {}, scope, scope.owner, inner=True)
    part = _parameters(machine, expr, inner) or _body(machine, expr, inner)
    return part or machine.branches.maybe(lambda: _looped(machine, expr, inner))


def _looped(machine: Interpreter, expr: facts.Comp, inner: Scope) -> Value:
    for loop in expr.fors:
        bind_target(machine, loop.target, elements(machine.evaluate(loop.iter, inner)), inner)
        for test in loop.tests:
            machine.evaluate(test, inner)
    value = machine.evaluate(expr.value, inner)
    if expr.key is None:
        return Items([], value)
    machine.evaluate(expr.key, inner)
    return Record(computed=value)


def _same_pairs(expr: facts.Comp) -> tuple[facts.Expr, str, facts.Expr] | None:
    """(data, k, key) of `{key: v for k, v in data.items() ...}`."""
    match expr.fors:
        case (
            facts.For(
                target=facts.Seq(items=(facts.Name(id=name), _)),
                iter=facts.Call(func=facts.Attr(value=data, name="items"), args=()),
            ),
        ) if expr.key is not None:
            return data, name, expr.key
        case _:
            return None


def _parameters(machine: Interpreter, expr: facts.Comp, scope: Scope) -> EventPart | None:
    """`{k.replace("-", "_"): v for k, v in params.items()}`: still the client's parameters, by the names of fields."""
    pairs = _same_pairs(expr)
    if pairs is None:
        return None
    data, name, made = pairs
    match made:
        case facts.Name(id=key):
            renamed = False
        case facts.Call(
            func=facts.Attr(value=facts.Name(id=key), name="replace"),
            args=(facts.Arg(value=facts.Const(value="-")), facts.Arg(value=facts.Const(value="_"))),
        ):
            renamed = True
        case facts.Call(func=facts.Attr(value=facts.Name(id=key), name="lower" | "casefold" | "title"), args=()):
            renamed = False
        case _:
            return None
    parts = [option for option in options(machine.evaluate(data, scope)) if isinstance(option, EventPart)]
    return EventPart(parts[0].part, renamed or parts[0].renamed) if parts and key == name else None


def _body(machine: Interpreter, expr: facts.Comp, scope: Scope) -> Body | None:
    """`{k: v for k, v in data.items() if ...}` is still the client's data."""
    pairs = _same_pairs(expr)
    if pairs is None or pairs[2] != facts.Name(pairs[2].at, pairs[1]):
        return None
    data = machine.evaluate(pairs[0], scope)
    return Body(dict(data.supplied)) if isinstance(data, Body) else None
