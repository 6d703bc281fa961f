"""Expressions to values."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import facts
from . import containers, displays, lookup, operators
from .choices import choice, forked
from .containers import elements
from .values import (
    UNKNOWN,
    Arguments,
    Choice,
    EventPart,
    FunctionValue,
    Generic,
    Items,
    Known,
    Member,
    PathValue,
    Record,
    Scope,
    Text,
    User,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine

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


def _cond(machine: "Machine", expr: facts.Cond, scope: Scope) -> Value:
    machine.evaluate(expr.test, scope)
    test, turned = expr.test, False
    while isinstance(test, facts.Unary) and test.op == "not":
        test, turned = test.value, not turned
    asked = machine.evaluate(test, scope)
    # The same name asked again decides the same way: `200 if found else 404`, and the body with it.
    at = machine.place_of(test.id, asked) if isinstance(test, facts.Name) else machine.place()
    made = forked([machine.evaluate(expr.then, scope), machine.evaluate(expr.other, scope)], at)
    return Choice(made.options, at, made.ways[::-1]) if turned and isinstance(made, Choice) and made.ways else made


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
    facts.DictLit: displays.record_of,
    facts.Seq: displays.items_of,
    facts.Star: _star,
    facts.Comp: displays.comprehension,
    facts.Cond: _cond,
    facts.Binary: operators.binary,
    facts.Unary: operators.unary,
    facts.Compare: operators.compare,
    facts.FString: operators.fstring,
    facts.Walrus: _walrus,
    facts.Await: _await,
    facts.Lambda: _lambda,
    facts.Slice: _other,
    facts.Other: _other,
}
