"""Conditions about local names that the text decides, as where a helper asks what kind of body it was given."""

from collections.abc import Callable

from .... import facts
from .. import values as v
from ..choices import options
from ..declared import lookup
from ..protocol import Interpreter

_ABSTRACT = {"Mapping": "dict", "MutableMapping": "dict"}
_LISTS = frozenset(("list", "tuple", "set", "frozenset"))
_BUILTIN = frozenset(("str", "bytes", "int", "float", "bool", "dict")) | _LISTS


def holds(machine: Interpreter, test: facts.Expr, scope: v.Scope) -> bool | None:
    """Whether a condition holds for each value that its name may have; None where that is not certain."""
    match test:
        case facts.Unary(op="not", value=value):
            told = holds(machine, value, scope)
            return None if told is None else not told
        case facts.Name():
            return _all(machine, test, scope, _is_true)
        case facts.Compare(left=facts.Name() as name, ops=("is" | "is not" as op,), others=(facts.Const(value=None),)):
            told = _all(machine, name, scope, _is_none)
            return told if told is None or op == "is" else not told
        case facts.Call(
            func=facts.Name(id="isinstance"), args=(facts.Arg(value=facts.Name() as name), facts.Arg() as of)
        ):
            asked = of.value.items if isinstance(of.value, facts.Seq) else (of.value,)
            dotted = [lookup.dotted_name(machine.evaluate(part, scope)) for part in asked]
            names = {_ABSTRACT.get(last, last) for last in (one.rpartition(".")[2] for one in dotted)}
            return _all(machine, name, scope, lambda value: _is_of(value, names)) if names <= _BUILTIN else None
        case _:
            return None


def _all(machine: Interpreter, name: facts.Name, scope: v.Scope, told: Callable[[v.Value], bool | None]) -> bool | None:
    """What is told of all values of a local name; None where they differ."""
    at: v.Scope | None = scope
    while at is not None and name.id not in at.names:
        at = at.outer
    if at is None or machine.branches.goes_round(at):  # what a name of the module, or of a loop, is may change
        return None
    found = {told(option) for option in options(machine.force(at.names[name.id]))}
    return found.pop() if len(found) == 1 else None


def _is_true(value: v.Value) -> bool | None:
    return bool(value.value) if isinstance(value, v.Known) and isinstance(value.value, bool | None) else None


def _is_none(value: v.Value) -> bool | None:
    if isinstance(value, v.Known):
        return value.value is None
    return False if isinstance(value, v.Record | v.Items | v.Json) else None


def _is_of(value: v.Value, names: set[str]) -> bool | None:
    """Whether a value is of one of these builtin types."""
    match value:
        case v.Known(value=constant):
            kinds = {type(constant).__name__, *(("int",) if isinstance(constant, bool) else ())}
            return bool(kinds & names)
        case v.Record():
            return "dict" in names
        case v.Items():
            return True if names >= _LISTS else None if names & _LISTS else False
        case v.Json():
            return True if names >= {"str", "bytes"} else None if names & {"str", "bytes"} else False
        case v.Scalar(kind=kind):
            return kind in names or (kind == "bool" and "int" in names)
        case v.QueryValue() | v.PathValue(kind="str"):
            return None if "str" in names else False
        case _:
            return None
