"""Expressions to values."""

from collections.abc import Callable
from typing import Any

from .... import facts
from .. import values as v
from ..choices import choice, mapped
from ..declared import lookup, types
from ..operations import containers
from ..operations.containers import elements
from ..protocol import Interpreter
from . import comprehensions, narrowing, operators, presence
from .targets import bind_target


def record_of(machine: Interpreter, expr: facts.DictLit, scope: v.Scope) -> v.Value:
    record = v.Record()
    for key, value in expr.items:
        if key is None:
            record = containers.merged(record, machine.evaluate(value, scope))
        else:
            name, made = machine.evaluate(key, scope), machine.evaluate(value, scope)
            containers.put(machine, record, name, made, machine.spot(value, scope))
    return record


def items_of(machine: Interpreter, expr: facts.Seq, scope: v.Scope) -> v.Value:
    items = v.Items()
    for part in expr.items:
        value = machine.evaluate(part.value if isinstance(part, facts.Star) else part, scope)
        if not isinstance(part, facts.Star):
            more, rest = [value], None
        elif isinstance(value, v.Items):
            more, rest = value.known, value.rest
        else:
            more, rest = [], elements(value)
        if items.rest is None:
            items.known += more
            items.rest = rest
        else:
            items.rest = choice([items.rest, *more, *([] if rest is None else [rest])])
    return containers.capped(items)


_GENERICS = types.LISTS | types.MAPS | {"Optional", "Union", "Annotated", "Literal"}


def evaluate(machine: Interpreter, expr: facts.Expr, scope: v.Scope) -> v.Value:
    return _HANDLERS[type(expr)](machine, expr, scope)


def _name(machine: Interpreter, expr: facts.Name, scope: v.Scope) -> v.Value:
    return lookup.name_value(machine, expr.id, scope)


def _const(machine: Interpreter, expr: facts.Const, scope: v.Scope) -> v.Value:
    return v.Known(expr.value)


def _attr(machine: Interpreter, expr: facts.Attr, scope: v.Scope) -> v.Value:
    return attribute_of(machine, machine.evaluate(expr.value, scope), expr, scope)


def attribute_of(machine: Interpreter, base: v.Value, expr: facts.Attr, scope: v.Scope) -> v.Value:
    if isinstance(base, v.EventPart) and base.part == "_auth_context":
        return containers.of_authentication(expr.name, machine.spot(expr, scope))
    if isinstance(base, v.Event):
        found = containers.attribute_of_event(machine, expr.name, machine.spot(expr, scope))
        return v.Member(base, expr.name, machine.spot(expr, scope)) if found is None else found
    if expr.name in ("current_event", "current_request") and lookup.is_app(machine, base):
        return v.Event()
    if isinstance(base, v.Choice) and any(isinstance(option, v.EventPart) for option in base.options):
        return mapped(base, lambda option: attribute_of(machine, option, expr, scope))
    member = v.Member(base, expr.name, machine.spot(expr, scope))
    if isinstance(base, v.Model) and base.made:
        found = machine.force(member)
        return found if containers.is_request(found) else member
    return member


def _call(machine: Interpreter, expr: facts.Call, scope: v.Scope) -> v.Value:
    callee = machine.evaluate(expr.func, scope)
    name = lookup.own_name(callee)
    if isinstance(callee, v.Generic | v.Indexed) and isinstance(expr.func, facts.Sub):  # `TypeAdapter[X](X)`
        name = lookup.own_name(machine.evaluate(expr.func.value, scope))
    if name == "TypeAdapter" and expr.args:
        return v.Adapter(expr.args[0].value, scope)
    if name == "NewType" and len(expr.args) > 1:
        return v.Generic(expr.args[1].value, scope)
    return machine.call(callee, arguments_of(machine, expr.args, scope), machine.spot(expr, scope))


def arguments_of(machine: Interpreter, args: tuple[facts.Arg, ...], scope: v.Scope) -> v.Arguments:
    start = v.born()
    positional: list[v.Value] = []
    named: dict[str, v.Value] = {}
    spreads: list[v.Value] = []
    for arg in args:
        value = machine.evaluate(arg.value, scope)
        if arg.star == "**":
            _spread_named(value, named, spreads)
        elif arg.star == "*":
            listed = machine.force(value) if isinstance(value, v.Imported | v.Member) else value
            if isinstance(listed, v.Items) and listed.rest is None:
                positional += listed.known
            else:
                spreads.append(value)
        elif arg.name is not None:
            named[arg.name] = value
        else:
            positional.append(value)
    return v.Arguments(tuple(positional), named, tuple(spreads), start)


def _spread_named(value: v.Value, named: dict[str, v.Value], spreads: list[v.Value]) -> None:
    """`**{...}` counts as the keywords that it holds."""
    if isinstance(value, v.Record):
        named |= {key: entry.value for key, entry in value.entries.items()}
        spreads.extend(value.spreads)
        if value.computed is not None:
            spreads.append(value.computed)
    else:
        spreads.append(value)


def _sub(machine: Interpreter, expr: facts.Sub, scope: v.Scope) -> v.Value:
    if isinstance(expr.value, facts.Name | facts.Attr) and _is_generic(machine, expr.value, expr.key, scope):
        return v.Generic(expr, scope)
    base = machine.evaluate(expr.value, scope)
    if isinstance(expr.key, facts.Slice):
        machine.evaluate(expr.key, scope)
        return _sliced(base)
    key, spot = machine.evaluate(expr.key, scope), machine.spot(expr, scope)
    if machine.seen.body is not None:
        presence.subscripted(machine, base, key, spot)
    return containers.item(machine, base, key, spot)


def _sliced(base: v.Value) -> v.Value:
    """A part of a list or text: what its items are is all that matters."""
    if isinstance(base, v.Items):
        return v.Items([], elements(base))
    return (
        v.Text()
        if isinstance(base, v.PathValue) or (isinstance(base, v.Known) and isinstance(base.value, str))
        else base
    )


def _is_generic(machine: Interpreter, expr: facts.Name | facts.Attr, key: facts.Expr, scope: v.Scope) -> bool:
    name = expr.id if isinstance(expr, facts.Name) else expr.name
    if name in _GENERICS:
        return True
    if isinstance(key, facts.Const):  # `Permission["MANAGE"]`: a member of an enum by its name
        return False
    value = machine.evaluate(expr, scope)
    return lookup.own_name(value)[:1].isupper() and not isinstance(value, v.Known | v.Member | v.Record)


def _cond(machine: Interpreter, expr: facts.Cond, scope: v.Scope) -> v.Value:
    value = machine.evaluate(expr.test, scope)
    then, other = presence.asked(machine, expr.test, scope)
    runs = (
        presence.on(machine, then, lambda: machine.evaluate(expr.then, scope)),
        presence.on(machine, other, lambda: machine.evaluate(expr.other, scope)),
    )
    told = narrowing.decided(machine, value, expr.test, scope)
    return machine.branches.either(*runs) if told is None else runs[0 if told else 1]()


def _walrus(machine: Interpreter, expr: facts.Walrus, scope: v.Scope) -> v.Value:
    value = machine.evaluate(expr.value, scope)
    while scope.inner and scope.outer is not None:
        scope = scope.outer
    bind_target(machine, expr.target, value, scope)
    return value


def _await(machine: Interpreter, expr: facts.Await, scope: v.Scope) -> v.Value:
    return machine.evaluate(expr.value, scope)


def _lambda(machine: Interpreter, expr: facts.Lambda, scope: v.Scope) -> v.Value:
    return v.FunctionValue(scope.home, expr, scope)


def _star(machine: Interpreter, expr: facts.Star, scope: v.Scope) -> v.Value:
    return elements(machine.evaluate(expr.value, scope))


def _yield(machine: Interpreter, expr: facts.Yield, scope: v.Scope) -> v.Value:
    value = machine.evaluate(expr.value, scope)
    if machine.calls.yields:
        machine.calls.yields[-1].append(elements(value) if expr.all else value)
    return v.Unknown("it is sent into a generator", machine.spot(expr, scope))


def _slice(machine: Interpreter, expr: facts.Slice | facts.Other, scope: v.Scope) -> v.Value:
    for part in expr.parts:
        machine.evaluate(part, scope)
    return v.Unknown("the expression is not understood", machine.spot(expr, scope))


_HANDLERS: dict[type, Callable[[Interpreter, Any, v.Scope], v.Value]] = {
    facts.Name: _name,
    facts.Const: _const,
    facts.Attr: _attr,
    facts.Call: _call,
    facts.Sub: _sub,
    facts.DictLit: record_of,
    facts.Seq: items_of,
    facts.Star: _star,
    facts.Comp: comprehensions.comprehension,
    facts.Cond: _cond,
    facts.Binary: operators.binary,
    facts.Unary: operators.unary,
    facts.Compare: operators.compare,
    facts.FString: operators.fstring,
    facts.Walrus: _walrus,
    facts.Await: _await,
    facts.Lambda: _lambda,
    facts.Yield: _yield,
    facts.Slice: _slice,
    facts.Other: _slice,
}
