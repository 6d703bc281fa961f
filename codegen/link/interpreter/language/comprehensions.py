"""Comprehensions; one over the client's pairs is still the client's data, under the names that it is read by."""

from .... import facts
from .. import values as v
from ..choices import options
from ..operations.containers import elements
from ..protocol import Interpreter
from .targets import bind_target


def comprehension(machine: Interpreter, expr: facts.Comp, scope: v.Scope) -> v.Value:
    inner = v.Scope(scope.home, {}, scope, scope.owner, inner=True)
    return _of_request(machine, expr, inner) or machine.branches.maybe(lambda: _looped(machine, expr, inner))


def _looped(machine: Interpreter, expr: facts.Comp, inner: v.Scope) -> v.Value:
    for loop in expr.fors:
        bind_target(machine, loop.target, elements(machine.evaluate(loop.iter, inner)), inner)
        for test in loop.tests:
            machine.evaluate(test, inner)
    value = machine.evaluate(expr.value, inner)
    if expr.key is None:
        return v.Items([], value)
    machine.evaluate(expr.key, inner)
    return v.Record(computed=value)


def _of_request(machine: Interpreter, expr: facts.Comp, scope: v.Scope) -> v.EventPart | v.Body | None:
    """`{k.replace("-", "_"): v for k, v in params.items() ...}` is still what the client sends."""
    match expr.fors:
        case (
            facts.For(
                target=facts.Seq(items=(facts.Name(id=name), _)),
                iter=facts.Call(func=facts.Attr(value=data, name="items"), args=()),
            ),
        ):
            spelled = _spelled(expr.key, name)
        case _:
            return None
    if spelled is None:
        return None
    value = machine.evaluate(data, scope)
    if isinstance(value, v.Body):
        return v.Body(dict(value.supplied)) if isinstance(expr.key, facts.Name) else None
    part = next((option for option in options(value) if isinstance(option, v.EventPart)), None)
    return part and v.EventPart(part.part, spelled == "renamed" or part.renamed)


def _spelled(key: facts.Expr | None, name: str) -> str | None:
    """How a comprehension spells the names of the pairs; None if it makes other keys of them."""
    match key:
        case facts.Name(id=used):
            spelled = "same"
        case facts.Call(
            func=facts.Attr(value=facts.Name(id=used), name="replace"),
            args=(facts.Arg(value=facts.Const(value="-")), facts.Arg(value=facts.Const(value="_"))),
        ):
            spelled = "renamed"
        case facts.Call(func=facts.Attr(value=facts.Name(id=used), name="lower" | "casefold" | "title"), args=()):
            spelled = "same"
        case _:
            return None
    return spelled if used == name else None
