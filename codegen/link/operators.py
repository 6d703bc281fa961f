"""Operators and f-strings, worked out as far as both sides are known."""

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import facts
from . import containers, lookup
from .choices import choice
from .values import (
    UNKNOWN,
    Body,
    Choice,
    ClassValue,
    Generic,
    Imported,
    Items,
    Json,
    Known,
    PathValue,
    Record,
    Scalar,
    Scope,
    Text,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine

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


def binary(machine: "Machine", expr: facts.Binary, scope: Scope) -> Value:
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
    if op in "+%" and isinstance(left, Known | Text | PathValue) and is_text(left):
        return Text()
    kinds = {number_kind(left), number_kind(right)}
    if op in _ARITHMETIC and "" not in kinds:
        return Scalar("float" if op == "/" or "float" in kinds else "int")
    return UNKNOWN


def number_kind(value: Value) -> str:
    """int or float, for what is a number for sure; else nothing."""
    match value:
        case Scalar(kind=kind) | PathValue(kind="int" | "float" as kind):
            return "int" if kind == "bool" else kind
        case Known(value=int()):
            return "int"
        case Known(value=float()):
            return "float"
        case _:
            return ""


def is_text(value: Value) -> bool:
    if isinstance(value, PathValue):
        return value.kind == "str"
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


def unary(machine: "Machine", expr: facts.Unary, scope: Scope) -> Value:
    value = machine.evaluate(expr.value, scope)
    if expr.op == "-" and isinstance(value, Known) and isinstance(value.value, int | float):
        return Known(-value.value)
    kind = number_kind(value)
    return Scalar("bool") if expr.op == "not" else Scalar(kind) if expr.op == "-" and kind else UNKNOWN


def compare(machine: "Machine", expr: facts.Compare, scope: Scope) -> Value:
    machine.evaluate(expr.left, scope)
    for other in expr.others:
        machine.evaluate(other, scope)
    return Scalar("bool")


def fstring(machine: "Machine", expr: facts.FString, scope: Scope) -> Value:
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
