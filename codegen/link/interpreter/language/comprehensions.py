"""Comprehensions; one over the client's pairs is still the client's data, under the names that it is read by."""

from .... import facts
from .. import values as v
from ..choices import options
from ..operations import containers
from ..operations.containers import elements
from ..protocol import Interpreter
from .targets import bind_target

_FEW = 8  # items that are gone through one by one


def comprehension(machine: Interpreter, expr: facts.Comp, scope: v.Scope) -> v.Value:
    found = _of_request(machine, expr, _inner(scope))
    if found is not None:
        return found
    source = machine.evaluate(expr.fors[0].iter, scope)
    parts = source.known if isinstance(source, v.Items) and source.rest is None else []
    is_plain = expr.kind != "set" and len(expr.fors) == 1 and not expr.fors[0].tests and not scope.inner
    if is_plain and 0 < len(parts) <= _FEW:
        return _one_by_one(machine, expr, parts, scope)
    return machine.branches.maybe(lambda: _looped(machine, expr, source, _inner(scope)))


def _inner(scope: v.Scope) -> v.Scope:
    return v.Scope(scope.home, {}, scope, scope.owner, inner=True)


def _one_by_one(machine: Interpreter, expr: facts.Comp, parts: list[v.Value], scope: v.Scope) -> v.Value:
    """Over a few items that are known, as in `(read(event, name) for name in ("a", "b"))`."""
    made, record = v.Items(), v.Record()
    for part in parts:
        inner = _inner(scope)
        bind_target(machine, expr.fors[0].target, part, inner)
        if expr.key is None:
            made.known.append(machine.evaluate(expr.value, inner))
        else:
            key = machine.evaluate(expr.key, inner)
            containers.put(machine, record, key, machine.evaluate(expr.value, inner), machine.spot(expr, scope))
    return made if expr.key is None else record


def _looped(machine: Interpreter, expr: facts.Comp, source: v.Value, inner: v.Scope) -> v.Value:
    for loop in expr.fors:
        over = source if loop is expr.fors[0] else machine.evaluate(loop.iter, inner)
        bind_target(machine, loop.target, elements(over), inner)
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
