"""Dicts, lists and comprehensions as they are written."""

from typing import TYPE_CHECKING

from .. import facts
from . import containers
from .choices import options
from .containers import elements
from .targets import bind_target
from .values import UNKNOWN, Body, EventPart, Items, Record, Scope, Value

if TYPE_CHECKING:
    from .machine import Machine

_UNROLLED = 16


def record_of(machine: "Machine", expr: facts.DictLit, scope: Scope) -> Value:
    record = Record()
    for key, value in expr.items:
        made = machine.evaluate(value, scope)
        if key is None:
            record = containers.merged(record, made)
        else:
            containers.put(machine, record, machine.evaluate(key, scope), made, machine.spot(value, scope))
    return record


def items_of(machine: "Machine", expr: facts.Seq, scope: Scope) -> Value:
    items = Items()
    for part in expr.items:
        if isinstance(part, facts.Star):
            inner = machine.evaluate(part.value, scope)
            if isinstance(inner, Items):
                items.known += inner.known
                items.rest = inner.rest or items.rest
            else:
                items.rest = elements(inner)
        else:
            items.known.append(machine.evaluate(part, scope))
    return containers.capped(items)


def comprehension(machine: "Machine", expr: facts.Comp, scope: Scope) -> Value:
    inner = Scope(scope.home, {}, scope, scope.owner)
    part = _parameters(machine, expr, inner)
    if part is not None:
        return part
    source = machine.evaluate(expr.fors[0].iter, inner)
    few = isinstance(source, Items) and source.rest is None and len(source.known) <= _UNROLLED
    if few and isinstance(source, Items) and len(expr.fors) == 1 and not expr.fors[0].tests:
        return _unrolled(machine, expr, source, inner)
    for place, loop in enumerate(expr.fors):
        if place:
            source = machine.evaluate(loop.iter, inner)
        bind_target(machine, loop.target, elements(source), inner)
        for test in loop.tests:
            machine.evaluate(test, inner)
    value = machine.evaluate(expr.value, inner)
    if expr.key is None:
        return Items([], value)
    key = machine.evaluate(expr.key, inner)
    filtered = _filters_body(expr, source)
    return filtered if filtered is not None else _pairs(machine, [(key, value)], expr, scope)


def _parameters(machine: "Machine", expr: facts.Comp, scope: Scope) -> EventPart | None:
    """`{k.replace("-", "_"): v for k, v in params.items()}`: still the client's parameters, by the names of fields."""
    match expr.fors:
        case (
            facts.For(
                target=facts.Seq(items=(facts.Name(id=name), _)),
                iter=facts.Call(func=facts.Attr(value=whole, name="items"), args=()),
            ),
        ):
            pass
        case _:
            return None
    match expr.key:
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
    parts = [option for option in options(machine.evaluate(whole, scope)) if isinstance(option, EventPart)]
    return EventPart(parts[0].part, renamed or parts[0].renamed) if parts and key == name else None


def _unrolled(machine: "Machine", expr: facts.Comp, source: Items, inner: Scope) -> Value:
    """A comprehension over a list that is written out: each of its items by itself."""
    values: list[Value] = []
    keys: list[Value] = []
    for item in source.known:
        bind_target(machine, expr.fors[0].target, item, inner)
        keys.append(machine.evaluate(expr.key, inner) if expr.key is not None else UNKNOWN)
        values.append(machine.evaluate(expr.value, inner))
    return Items(values) if expr.key is None else _pairs(machine, list(zip(keys, values, strict=True)), expr, inner)


def _filters_body(expr: facts.Comp, source: Value) -> Value | None:
    """`{k: v for k, v in data.items() if ...}` is still the client's data."""
    if len(expr.fors) != 1 or not isinstance(source, Items) or not isinstance(source.rest, Items):
        return None
    target = expr.fors[0].target
    if not isinstance(target, facts.Seq) or len(target.items) != 2 or len(source.rest.known) != 2:
        return None
    key = target.items[0]
    same = isinstance(key, facts.Name) and isinstance(expr.key, facts.Name) and key.id == expr.key.id
    data = source.rest.known[1]
    return Body(dict(data.supplied)) if same and isinstance(data, Body) else None


def _pairs(machine: "Machine", pairs: list[tuple[Value, Value]], expr: facts.Comp, scope: Scope) -> Value:
    record = Record()
    for key, value in pairs:
        containers.put(machine, record, key, value, machine.spot(expr.value, scope))
    return record
