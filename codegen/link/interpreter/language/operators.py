"""Operators and f-strings, worked out as far as both sides are known."""

import operator
from collections.abc import Callable

from .... import facts
from ....diagnostics import Spot
from .. import values as v
from ..choices import choice, made_from, mapped, options
from ..declared import lookup
from ..operations import containers
from ..protocol import Interpreter
from . import narrowing, presence

# What a handler's text may grow to while it is read: doubled forty times, it would fill the memory.
_LONGEST_TEXT = 10_000
_GREATEST = 2**53
_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def binary(machine: Interpreter, expr: facts.Binary, scope: v.Scope) -> v.Value:
    left = machine.evaluate(expr.left, scope)
    if expr.op in ("and", "or"):
        presence.asked(machine, expr.left, scope)
        if expr.op == "or" and isinstance(expr.right, facts.Const | facts.Name | facts.Attr):
            defaults(machine, left, machine.evaluate(expr.right, scope))
        return _either(left, machine.branches.maybe(lambda: machine.evaluate(expr.right, scope)), expr.op)
    right = machine.evaluate(expr.right, scope)
    if expr.op == "|" and all(_may_be_type(side) for side in (left, right)):
        return v.Generic(expr, scope)
    return operate(machine, expr.op, left, right)


def defaults(machine: Interpreter, value: v.Value, default: v.Value) -> None:
    """Notes what stands for a query parameter that is not sent."""
    found = lookup.constant(machine, default)
    if isinstance(found, v.Known) and isinstance(found.value, str | int | float):
        for option in options(value):
            machine.seen.query_name(option).defaults.add(found.value)


def _may_be_type(value: v.Value) -> bool:
    """A class, or the None of `Order | None`."""
    if isinstance(value, v.ClassValue | v.Generic) or value == v.Known(None):
        return True
    return isinstance(value, v.Imported) and lookup.own_name(value)[:1].isupper()


def _either(left: v.Value, right: v.Value, op: str) -> v.Value:
    if isinstance(left, v.Known | v.OfRoute | v.Decided):
        return right if bool(v.constant_of(left)) == (op == "and") else left
    kept = [o for o in options(left) if not isinstance(o, v.Known) or bool(o.value) == (op == "or")]
    return choice([*kept, right] if op == "or" else [right, *kept])


def operate(machine: Interpreter, op: str, left: v.Value, right: v.Value) -> v.Value:
    found = _operated(machine, op, left, right)
    return found if machine.seen.body is None else made_from(found, left, right)


def _operated(machine: Interpreter, op: str, left: v.Value, right: v.Value) -> v.Value:
    if isinstance(left, v.Choice):
        return mapped(left, lambda option: _operated(machine, op, option, right))
    left, right = lookup.constant(machine, left), lookup.constant(machine, right)
    if isinstance(left, v.Known) and isinstance(right, v.Known):
        return _folded(op, left.value, right.value)
    if op == "|" and isinstance(left, v.Record | v.Body):
        return containers.merged(left if isinstance(left, v.Record) else containers.spread(left), right)
    if op == "+" and isinstance(left, v.Items) and isinstance(right, v.Items):
        return _listed(left, right)
    if op in "+%" and isinstance(left, v.Known | v.Text | v.PathValue | v.Json) and is_text(left):
        return text_of([left, right])
    kinds = {number_kind(left), number_kind(right)}
    if op in _ARITHMETIC and "" not in kinds:
        return v.Scalar("float" if op == "/" or "float" in kinds else "int")
    return v.Unknown(f"nothing tells what {op} makes of its sides")


def _listed(left: v.Items, right: v.Items) -> v.Items:
    if left.rest is None:
        return containers.capped(v.Items([*left.known, *right.known], right.rest))
    return v.Items(list(left.known), choice([left.rest, *right.all()]))


def number_kind(value: v.Value) -> str:
    """int or float, for what is a number for sure; else nothing."""
    match value:
        case v.Scalar(kind="int" | "float" | "bool" as kind) | v.PathValue(kind="int" | "float" as kind):
            return "int" if kind == "bool" else kind
        case v.Known(value=int()):
            return "int"
        case v.Known(value=float()):
            return "float"
        case _:
            return ""


def is_text(value: v.Value) -> bool:
    if isinstance(value, v.PathValue):
        return value.kind == "str"
    return not isinstance(value, v.Known) or isinstance(value.value, str)


def text_of(parts: list[v.Value]) -> v.Text:
    """A text of several parts, in their order: its beginning, else its marks tell whether it looks like JSON."""
    told = [v.constant_of(part) for part in parts]
    if any(isinstance(part, v.OfRoute) for part in parts) and all(isinstance(one, str) for one in told):
        return v.OfRoute(text="".join(map(str, told)))
    for number, part in enumerate(parts):
        if isinstance(part, v.Known) and isinstance(part.value, str):
            if part.value.strip():
                begins = part.value.lstrip()[0] in '{["'
                return v.Text(begins if not number else begins or any(mark in part.value for mark in '{["'))
        elif isinstance(part, v.Json | v.Body) or (isinstance(part, v.Text) and part.is_json):
            return v.Text(is_json=True)
    return v.Text()


def _folded(op: str, left: facts.Constant, right: facts.Constant) -> v.Value:
    if isinstance(left, int | float) and isinstance(right, int | float) and op in _ARITHMETIC:
        return _calculated(op, left, right)
    if isinstance(left, str) and isinstance(right, str) and op == "+" and len(left) + len(right) <= _LONGEST_TEXT:
        return v.Known(left + right)
    if isinstance(left, str) and op in "+%":
        return text_of([v.Known(left), v.Known(right)])
    return v.Unknown(f"nothing tells what {op} makes of its sides")


def _calculated(op: str, left: float, right: float) -> v.Value:
    """A product or quotient of numbers, as timeouts and limits are written."""
    if not max(abs(left), abs(right)) <= _GREATEST:
        return v.Unknown("the number is too large")
    try:
        return v.Known(_ARITHMETIC[op](left, right))
    except ArithmeticError:
        return v.Unknown("it cannot be calculated")


def unary(machine: Interpreter, expr: facts.Unary, scope: v.Scope) -> v.Value:
    value = machine.evaluate(expr.value, scope)
    if expr.op == "not":
        is_told = isinstance(value, v.Decided | v.OfRoute)
        return v.Decided("bool", told=not v.constant_of(value)) if is_told else made_from(v.Scalar("bool"), value)
    if expr.op == "-" and isinstance(value, v.Known) and isinstance(value.value, int | float):
        return v.Known(-value.value)
    kind = number_kind(value)
    known = expr.op == "-" and kind
    return (
        made_from(v.Scalar(kind), value)
        if known
        else v.Unknown(f"nothing tells what {expr.op} makes of it", machine.spot(expr, scope))
    )


def compare(machine: Interpreter, expr: facts.Compare, scope: v.Scope) -> v.Value:
    left = machine.evaluate(expr.left, scope)
    others = [machine.evaluate(other, scope) for other in expr.others]
    for op, right in zip(expr.ops, others, strict=True):
        if op in ("in", "not in"):
            _asked_for(machine, left, right, machine.spot(expr, scope))
            if _is_of_user(right):
                machine.seen.permissions.append((left, machine.spot(expr, scope)))
        compared(machine, left, right)
        compared(machine, right, left)
        told = narrowing.of_route(machine, left, op, right)
        if told is not None and len(expr.ops) == 1:
            return told
    return made_from(v.Scalar("bool"), left, *others)


def compared(machine: Interpreter, value: v.Value, other: v.Value) -> None:
    """Notes the texts that a query parameter is held against."""
    named = [option for option in options(value) if isinstance(option, v.QueryValue)]
    if not named:
        return
    found = machine.force(other)
    parts = found.all() if isinstance(found, v.Items) else options(found)
    # What asks whether it was sent is no word.
    known = [part for part in map(machine.force, parts) if part not in (v.Known(None), v.Known(""))]
    words = {part.value if isinstance(part, v.Known) and isinstance(part.value, str) else "?" for part in known}
    for one in named:
        machine.seen.query_name(one).words |= {word.lower() for word in words} if one.folded else words


def _asked_for(machine: Interpreter, name: v.Value, parameters: v.Value, spot: Spot) -> None:
    """`"name" in parameters` reads the parameter."""
    named = lookup.constant(machine, name)
    for part in options(parameters):
        if isinstance(part, v.EventPart) and part.part != "_auth_context" and containers.name_of(named) is not None:
            containers.item(machine, part, named, spot)


def _is_of_user(value: v.Value) -> bool:
    """Whether a value is the permissions of who calls, or of one of the caller's roles."""
    at = value.base if isinstance(value, v.Member) and value.name == "permissions" else None
    while isinstance(at, v.Member | v.Item | v.Indexed):
        at = at.base
    return isinstance(at, v.User)


def fstring(machine: Interpreter, expr: facts.FString, scope: v.Scope) -> v.Value:
    parts = [lookup.constant(machine, machine.evaluate(part, scope)) for part in expr.parts]
    if len(parts) == 1 and isinstance(parts[0], v.Json | v.Body):
        return parts[0]
    if parts and all(isinstance(part, v.Known) and isinstance(part.value, str | int) for part in parts):
        text = "".join(_shown(part.value) for part in parts if isinstance(part, v.Known))
        return v.Known(text) if len(text) <= _LONGEST_TEXT else v.Text()
    return made_from(text_of(parts), *parts)


def _shown(value: facts.Constant) -> str:
    """As `str` shows it; of a number with more digits than that takes, only that it is one."""
    return "0" if isinstance(value, int) and abs(value) > _GREATEST else str(value)
