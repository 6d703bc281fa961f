"""Expressions to values."""

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from codegen import facts
from codegen.link import containers, lookup
from codegen.link.containers import elements
from codegen.link.values import (
    UNKNOWN,
    Arguments,
    Body,
    Choice,
    ClassValue,
    Event,
    EventPart,
    FunctionValue,
    Generic,
    Imported,
    Items,
    Json,
    Known,
    Member,
    Model,
    PathValue,
    Record,
    Scope,
    Text,
    Unknown,
    User,
    Value,
    choice,
)

if TYPE_CHECKING:
    from codegen.link.machine import Machine

_UNROLLED = 16
# What a handler's text may grow to while it is read: doubled forty times, it would fill the memory.
_LONGEST_TEXT = 10_000
_GREATEST = 2**53
_GENERICS = frozenset(
    [
        "list",
        "dict",
        "set",
        "tuple",
        "frozenset",
        "List",
        "Dict",
        "Set",
        "Tuple",
        "Sequence",
        "Iterable",
        "Mapping",
        "Optional",
        "Union",
        "Annotated",
        "Literal",
    ]
)
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def evaluate(machine: "Machine", expr: facts.Expr, scope: Scope) -> Value:
    return _HANDLERS[type(expr)](machine, expr, scope)


def _name(machine: "Machine", expr: facts.Name, scope: Scope) -> Value:
    return lookup.name_value(machine, expr.id, scope)


def _const(machine: "Machine", expr: facts.Const, scope: Scope) -> Value:
    return Known(expr.value)


def _attr(machine: "Machine", expr: facts.Attr, scope: Scope) -> Value:
    return attribute_of(machine, machine.evaluate(expr.value, scope), expr, scope)


def attribute_of(machine: "Machine", base: Value, expr: facts.Attr, scope: Scope) -> Value:
    if isinstance(base, EventPart) and base.part == "_auth_context":
        return User() if expr.name == "user_object" else Text() if expr.name == "user_id" else UNKNOWN
    if containers.holds_request(base):
        held = machine.force(Member(base, expr.name, machine.spot(expr, scope)))
        if containers.is_request(held) or isinstance(held, PathValue):
            return held
    if isinstance(base, Choice):
        return choice([attribute_of(machine, option, expr, scope) for option in base.options])
    return Member(base, expr.name, machine.spot(expr, scope))


def _call(machine: "Machine", expr: facts.Call, scope: Scope) -> Value:
    callee = machine.evaluate(expr.func, scope)
    if lookup.own_name(callee) == "TypeAdapter" and expr.args:
        return containers.adapter(expr, scope)
    return machine.call(callee, arguments_of(machine, expr.args, scope), machine.spot(expr, scope))


def arguments_of(machine: "Machine", args: tuple[facts.Arg, ...], scope: Scope) -> Arguments:
    positional: list[Value] = []
    named: dict[str, Value] = {}
    spreads: list[Value] = []
    for arg in args:
        value = machine.evaluate(arg.value, scope)
        if arg.star == "**":
            _spread_named(value, named, spreads)
        elif arg.star == "*":
            if isinstance(value, Items) and value.rest is None:
                positional += value.known
            else:
                spreads.append(value)
        elif arg.name is not None:
            named[arg.name] = value
        else:
            positional.append(value)
    return Arguments(tuple(positional), named, tuple(spreads))


def _spread_named(value: Value, named: dict[str, Value], spreads: list[Value]) -> None:
    """`**{...}` counts as the keywords that it holds."""
    if isinstance(value, Record):
        named |= {key: entry.value for key, entry in value.entries.items()}
        spreads.extend(value.spreads)
        if value.computed is not None:
            spreads.append(UNKNOWN)
    else:
        spreads.append(value)


def _sub(machine: "Machine", expr: facts.Sub, scope: Scope) -> Value:
    if isinstance(expr.value, facts.Name | facts.Attr) and _is_generic(machine, expr.value, expr.key, scope):
        return Generic(expr, scope)
    base = machine.evaluate(expr.value, scope)
    if isinstance(expr.key, facts.Slice):
        machine.evaluate(expr.key, scope)
        return _sliced(base)
    return containers.item(machine, base, machine.evaluate(expr.key, scope), machine.spot(expr, scope))


def _sliced(base: Value) -> Value:
    """A part of a list or text: what its items are is all that matters."""
    if isinstance(base, Items):
        return Items([], elements(base))
    return Text() if isinstance(base, PathValue) or (isinstance(base, Known) and isinstance(base.value, str)) else base


def _is_generic(machine: "Machine", expr: facts.Name | facts.Attr, key: facts.Expr, scope: Scope) -> bool:
    name = expr.id if isinstance(expr, facts.Name) else expr.name
    if name in _GENERICS:
        return True
    if isinstance(key, facts.Const):  # `Permission["MANAGE"]`: a member of an enum by its name
        return False
    value = machine.evaluate(expr, scope)
    return lookup.own_name(value)[:1].isupper() and not isinstance(value, Known | Member | Record)


def _dict(machine: "Machine", expr: facts.DictLit, scope: Scope) -> Value:
    record = Record()
    for key, value in expr.items:
        made = machine.evaluate(value, scope)
        if key is None:
            record = containers.merged(record, made)
        else:
            containers.put(machine, record, machine.evaluate(key, scope), made, machine.spot(value, scope))
    return record


def _seq(machine: "Machine", expr: facts.Seq, scope: Scope) -> Value:
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


def _comp(machine: "Machine", expr: facts.Comp, scope: Scope) -> Value:
    inner = Scope(scope.home, {}, scope, scope.owner)
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


def bind_target(machine: "Machine", target: facts.Expr, value: Value, scope: Scope) -> None:
    """`target = value`, for names, unpacking, items and attributes."""
    match target:
        case facts.Name():
            scope.names[target.id] = value
        case facts.Seq():
            parts = _parts(machine, value, len(target.items))
            for inner, part in zip(target.items, parts, strict=True):
                bind_target(machine, inner.value if isinstance(inner, facts.Star) else inner, part, scope)
        case facts.Sub():
            base, key = machine.evaluate(target.value, scope), machine.evaluate(target.key, scope)
            containers.assign_item(machine, base, key, value, machine.spot(target, scope))
        case facts.Attr():
            _assign_attribute(machine.evaluate(target.value, scope), target.name, value)
        case _:
            pass


def _parts(machine: "Machine", value: Value, count: int) -> list[Value]:
    if isinstance(value, Items) and value.rest is None and len(value.known) == count:
        return value.known
    if isinstance(value, Choice) and all(isinstance(o, Items) and len(o.known) == count for o in value.options):
        return [choice([o.known[n] for o in value.options if isinstance(o, Items)]) for n in range(count)]
    part = elements(value)
    return [part] * count


def _assign_attribute(base: Value, name: str, value: Value) -> None:
    if isinstance(base, Model):
        base.named[name] = value
        if base.use is not None:
            base.use.supplied.add(name)


def _cond(machine: "Machine", expr: facts.Cond, scope: Scope) -> Value:
    machine.evaluate(expr.test, scope)
    return choice([machine.evaluate(expr.then, scope), machine.evaluate(expr.other, scope)])


def _binary(machine: "Machine", expr: facts.Binary, scope: Scope) -> Value:
    left, right = machine.evaluate(expr.left, scope), machine.evaluate(expr.right, scope)
    if expr.op == "|" and all(_may_be_type(side) for side in (left, right)):
        return Generic(expr, scope)
    return operate(machine, expr.op, left, right)


def _may_be_type(value: Value) -> bool:
    """A class, or the None of `Order | None`."""
    if isinstance(value, ClassValue | Generic) or value == Known(None):
        return True
    return isinstance(value, Imported) and lookup.own_name(value)[:1].isupper()


def operate(machine: "Machine", op: str, left: Value, right: Value) -> Value:
    if op == "or":
        return right if isinstance(left, Known) and not left.value else choice([left, right])
    if op == "and":
        return choice([right, left]) if not isinstance(left, Known) else right if left.value else left
    if isinstance(left, Choice):
        return choice([operate(machine, op, option, right) for option in left.options])
    left, right = lookup.constant(machine, left), lookup.constant(machine, right)
    if isinstance(left, Known) and isinstance(right, Known):
        return _folded(op, left.value, right.value)
    if op == "|" and isinstance(left, Record | Body):
        return containers.merged(left if isinstance(left, Record) else containers.spread(left), right)
    if op == "+" and isinstance(left, Items) and isinstance(right, Items):
        return containers.capped(Items([*left.known, *right.known], left.rest or right.rest))
    if op in "+%" and isinstance(left, Known | Text | PathValue) and _is_text(left):
        return Text()
    return UNKNOWN


def _is_text(value: Value) -> bool:
    return not isinstance(value, Known) or isinstance(value.value, str)


def _folded(op: str, left: facts.Constant, right: facts.Constant) -> Value:
    if isinstance(left, int | float) and isinstance(right, int | float) and op in _ARITHMETIC:
        return _calculated(op, left, right)
    if isinstance(left, str) and isinstance(right, str) and op == "+" and len(left) + len(right) <= _LONGEST_TEXT:
        return Known(left + right)
    return Text() if isinstance(left, str) and op in ("+", "%") else UNKNOWN


def _calculated(op: str, left: float, right: float) -> Value:
    """A product or quotient of numbers, as timeouts and limits are written."""
    if not max(abs(left), abs(right)) <= _GREATEST:
        return UNKNOWN
    try:
        return Known(_ARITHMETIC[op](left, right))
    except ArithmeticError:
        return UNKNOWN


def _unary(machine: "Machine", expr: facts.Unary, scope: Scope) -> Value:
    value = machine.evaluate(expr.value, scope)
    if expr.op == "-" and isinstance(value, Known) and isinstance(value.value, int | float):
        return Known(-value.value)
    return UNKNOWN


def _compare(machine: "Machine", expr: facts.Compare, scope: Scope) -> Value:
    machine.evaluate(expr.left, scope)
    for other in expr.others:
        machine.evaluate(other, scope)
    return UNKNOWN


def _fstring(machine: "Machine", expr: facts.FString, scope: Scope) -> Value:
    parts = [lookup.constant(machine, machine.evaluate(part, scope)) for part in expr.parts]
    if len(parts) == 1 and isinstance(parts[0], Json | Body):
        return parts[0]
    if parts and all(isinstance(part, Known) and isinstance(part.value, str | int) for part in parts):
        text = "".join(_shown(part.value) for part in parts if isinstance(part, Known))
        return Known(text) if len(text) <= _LONGEST_TEXT else Text()
    return Text()


def _shown(value: facts.Constant) -> str:
    """As `str` shows it; of a number with more digits than that takes, only that it is one."""
    return "0" if isinstance(value, int) and abs(value) > _GREATEST else str(value)


def _walrus(machine: "Machine", expr: facts.Walrus, scope: Scope) -> Value:
    value = machine.evaluate(expr.value, scope)
    if isinstance(expr.target, facts.Name):
        scope.names[expr.target.id] = value
    return value


def _await(machine: "Machine", expr: facts.Await, scope: Scope) -> Value:
    return machine.evaluate(expr.value, scope)


def _lambda(machine: "Machine", expr: facts.Lambda, scope: Scope) -> Value:
    return FunctionValue(scope.home, expr, scope)


def _star(machine: "Machine", expr: facts.Star, scope: Scope) -> Value:
    return elements(machine.evaluate(expr.value, scope))


def _other(machine: "Machine", expr: facts.Other | facts.Slice, scope: Scope) -> Value:
    for part in expr.parts:
        machine.evaluate(part, scope)
    return UNKNOWN


_HANDLERS: dict[type, Callable[["Machine", Any, Scope], Value]] = {
    facts.Name: _name,
    facts.Const: _const,
    facts.Attr: _attr,
    facts.Call: _call,
    facts.Sub: _sub,
    facts.DictLit: _dict,
    facts.Seq: _seq,
    facts.Star: _star,
    facts.Comp: _comp,
    facts.Cond: _cond,
    facts.Binary: _binary,
    facts.Unary: _unary,
    facts.Compare: _compare,
    facts.FString: _fstring,
    facts.Walrus: _walrus,
    facts.Await: _await,
    facts.Lambda: _lambda,
    facts.Slice: _other,
    facts.Other: _other,
}
__all__ = ["Event", "Unknown", "arguments_of", "bind_target", "evaluate", "operate"]
