"""Conditions about local names that the text decides, as where a helper asks what kind of body it was given."""

from collections.abc import Callable

from .... import facts
from .. import values as v
from ..choices import options
from ..declared import classes, lookup
from ..protocol import Interpreter

_ABSTRACT = {"Mapping": "dict", "MutableMapping": "dict"}
_LISTS = frozenset(("list", "tuple", "set", "frozenset"))
_BUILTIN = frozenset(("str", "bytes", "int", "float", "bool", "dict")) | _LISTS


def decided(machine: Interpreter, value: v.Value, test: facts.Expr, scope: v.Scope) -> bool | None:
    """Whether a condition of such a value holds for all that its names may have; None where that is not certain."""
    found = {v.constant_of(option) for option in options(value) if isinstance(option, v.Decided)}
    if not found:
        return holds(machine, test, scope)
    if len(found) == 1 and all(isinstance(option, v.Decided) for option in options(value)):
        return bool(found.pop())
    machine.seen.is_undecided = True
    return None


def holds(machine: Interpreter, test: facts.Expr, scope: v.Scope) -> bool | None:
    """The same by the text of a condition alone."""
    told = _holds(machine, test, scope)
    is_whole = not isinstance(test, facts.Binary) and not (isinstance(test, facts.Unary) and test.op == "not")
    if told is None and is_whole:
        _undecided(machine, test, scope)
    return told


def _holds(machine: Interpreter, test: facts.Expr, scope: v.Scope) -> bool | None:
    match test:
        case facts.Unary(op="not", value=value):
            told = holds(machine, value, scope)
            return None if told is None else not told
        case facts.Binary(op="and" | "or" as op, left=left, right=right):
            found = (holds(machine, left, scope), holds(machine, right, scope))
            decisive = op == "or"
            return decisive if decisive in found else None if None in found else not decisive
        case facts.Compare(left=left, ops=(op,), others=(right,)) if machine.route and op in _ASKS:
            compared = of_route(machine, machine.evaluate(left, scope), op, machine.evaluate(right, scope))
            return None if compared is None else compared.told
        case facts.Name():
            return _all(machine, test, scope, _is_true)
        case facts.Compare(left=facts.Name() as name, ops=("is" | "is not" as op,), others=(facts.Const(value=None),)):
            told = _all(machine, name, scope, _is_none)
            return told if told is None or op == "is" else not told
        case facts.Call(
            func=facts.Name(id="isinstance"), args=(facts.Arg(value=facts.Name() as name), facts.Arg() as of)
        ):
            parts = of.value.items if isinstance(of.value, facts.Seq) else (of.value,)
            asked = [machine.evaluate(part, scope) for part in parts]
            return _all(machine, name, scope, lambda value: _is_instance(machine, value, asked))
        case _:
            return None


def _undecided(machine: Interpreter, test: facts.Expr, scope: v.Scope) -> None:
    """Notes a condition that asks for a route in a way that is not followed."""
    for node in facts.nodes_of(test) if machine.route else ():
        if isinstance(node, facts.Name | facts.Sub) and _is_made_of_route(machine.evaluate(node, scope)):
            machine.seen.is_undecided = True


def cases_of(
    machine: Interpreter, cases: tuple[facts.Case, ...], subject: v.Value, scope: v.Scope
) -> tuple[list[facts.Case], bool]:
    """The cases that a subject may have, and whether it has one of them for sure."""
    found: list[facts.Case] = []
    for case in cases:
        literals = [_literal(machine, literal, subject, scope) for literal in case.literals]
        value = of_route(machine, subject, "in", v.Items(literals)) if literals else None
        if isinstance(subject, v.Event) and not case.catches_all:  # which may ask for any key
            machine.seen.event_keys.add("httpMethod")
            machine.seen.is_undecided = True
        if value is None or value.told:
            found.append(case)
        if case.catches_all or (value is not None and value.told and case.guard is None):
            return found, True
    return found, False


def _literal(machine: Interpreter, literal: facts.Expr, subject: v.Value, scope: v.Scope) -> v.Value:
    """What a pattern stands for: of a part that may be anything, the subject's own."""
    if not isinstance(literal, facts.Seq) or not isinstance(subject, v.Items):
        return machine.evaluate(literal, scope)
    own = (*subject.known, *(v.Unknown("there is no such part") for _ in literal.items))
    pairs = zip(literal.items, own, strict=False)
    return v.Items([part if isinstance(one, facts.Other) else machine.evaluate(one, scope) for one, part in pairs])


_ASKS = frozenset(("==", "!=", "in", "not in", "is", "is not"))


def of_route(machine: Interpreter, left: v.Value, op: str, right: v.Value) -> v.Decided | None:
    """What a comparison with something that a route tells gives; None where no route tells it."""
    if op not in _ASKS or not any(map(_is_of_route, (left, right))):
        return None
    told = _contains(machine, right, left) if op in ("in", "not in") else _equal(machine, left, right)
    machine.seen.is_undecided = machine.seen.is_undecided or told is None
    return None if told is None else v.Decided("bool", told=told is (op in ("==", "in", "is")))


def _is_of_route(value: v.Value) -> bool:
    """Whether a value, or one of a list, is told by the route."""
    known = value.known if isinstance(value, v.Items) else options(value)
    return any(isinstance(one, v.OfRoute) for one in known)


def _is_made_of_route(value: v.Value) -> bool:
    """Whether a value may be another one of another route."""
    given = value.arguments.all() if isinstance(value, v.Pending) else ()
    return _is_of_route(value) or any(map(_is_of_route, given))


def _equal(machine: Interpreter, left: v.Value, right: v.Value) -> bool | None:
    if left is right:
        return True
    left, right = machine.force(left), machine.force(right)
    if isinstance(left, v.Items) and isinstance(right, v.Items) and left.rest is None and right.rest is None:
        if len(left.known) != len(right.known):
            return False
        parts = [_equal(machine, *pair) for pair in zip(left.known, right.known, strict=True)]
        return False if False in parts else None if None in parts else True
    if not all(isinstance(one, v.Known | v.OfRoute) for one in (left, right)):
        return None
    return v.constant_of(left) == v.constant_of(right)


def _contains(machine: Interpreter, whole: v.Value, part: v.Value) -> bool | None:
    whole = machine.force(whole)
    match whole:
        case v.Items(rest=None):
            found = [_equal(machine, part, one) for one in whole.known]
            return True if True in found else None if None in found else False
        case v.Record(spreads=(), computed=None) if isinstance(part, v.OfRoute):
            entry = whole.entries.get(part.text)
            return False if entry is None else None if entry.optional else True
        case v.Known(value=str()) | v.OfRoute() if isinstance(part, v.Known | v.OfRoute):
            return str(v.constant_of(part)) in str(v.constant_of(whole))
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
    if isinstance(value, v.OfRoute | v.Decided):
        return bool(v.constant_of(value))
    if isinstance(value, v.FunctionValue | v.ClassValue):
        return True
    return bool(value.value) if isinstance(value, v.Known) and isinstance(value.value, bool | None) else None


def _is_none(value: v.Value) -> bool | None:
    if isinstance(value, v.Known):
        return value.value is None
    return False if isinstance(value, v.Record | v.Items | v.Json | v.OfRoute | v.FunctionValue) else None


def _is_instance(machine: Interpreter, value: v.Value, asked: list[v.Value]) -> bool | None:
    """Whether a value is of one of some classes: builtin ones, pydantic's BaseModel, schemas of the code base."""
    dotted = [lookup.dotted_name(one) for one in asked]
    lasts = [_ABSTRACT.get(last, last) for last in (one.rpartition(".")[2] for one in dotted)]
    names = {last for last in lasts if last in _BUILTIN}
    others = [machine.force(one) for one, last in zip(asked, lasts, strict=True) if last not in _BUILTIN]
    found = {_is_of_class(machine, value, one) for one in others}
    if names:
        found.add(_is_of(value, names) if not isinstance(value, v.Model) else _is_of_class(machine, value, None))
    return True if True in found else None if None in found or not found else False


def _is_of_class(machine: Interpreter, value: v.Value, asked: v.Value | None) -> bool | None:
    """Whether a value is an object of a schema, of the code base or any; of a builtin class where `asked` is None."""
    is_any = isinstance(asked, v.External) and asked.dotted in ("pydantic.BaseModel", "pydantic.main.BaseModel")
    one = asked if isinstance(asked, v.ClassValue) and _is_schema(machine, asked) else None
    if asked is not None and not is_any and one is None:
        return None
    if isinstance(value, v.Record | v.Items | v.Json | v.Scalar | v.Known | v.Text):
        return False
    cls = machine.force(value.schema) if isinstance(value, v.Model) else None
    if not isinstance(cls, v.ClassValue) or not _is_schema(machine, cls):
        return None
    return is_any or (one is not None and any(base.node is one.node for base in classes.ancestry(machine, cls)))


def _is_schema(machine: Interpreter, cls: v.ClassValue) -> bool:
    """Whether a class is one of pydantic's, and nothing else."""
    bases = classes.external_bases(machine, cls)
    return bool(bases) and all(base.startswith("pydantic.") for base in bases)


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
