"""Classes of the code base: their bases, and what stands in their bodies."""

from inspect import cleandoc

from .... import facts
from ....diagnostics import Spot
from ....routing.modules import is_type_checking
from .. import values as v
from ..protocol import Interpreter
from .lookup import dotted_name, own_name

# A client may also send sums of an enum.Flag's members.
_ENUMS = frozenset(("enum.Enum", "enum.StrEnum", "enum.IntEnum"))


def class_statements(machine: Interpreter, cls: v.ClassValue, name: str) -> tuple[v.ClassValue, facts.Stmt] | None:
    """The statement that gives a class its attribute, in it or in the nearest base that has it."""
    for owner in ancestry(machine, cls):
        for statement in reversed(owner.node.body):
            match statement:
                case facts.Assign() if any(isinstance(t, facts.Name) and t.id == name for t in statement.targets):
                    return owner, statement
                case facts.Function() | facts.Class() if statement.name == name:
                    return owner, statement
    return None


def ancestry(machine: Interpreter, cls: v.ClassValue) -> list[v.ClassValue]:
    """The class and its bases in the tree, nearest first."""
    found: list[v.ClassValue] = []
    waiting = [cls]
    while waiting:
        at = waiting.pop(0)
        if any(at.node is seen.node for seen in found):
            continue
        found.append(at)
        stated = [base.value for base in at.node.bases if base.name is None]
        given = [parametrized(machine, e, scope_of(at)) if isinstance(e, facts.Sub) else None for e in stated]
        named = base_values(machine, at)
        bases = [known or machine.force(base) for known, base in zip(given, named, strict=True)]
        waiting = [base for base in bases if isinstance(base, v.ClassValue)] + waiting
    return found


_DATA = frozenset(("dataclasses.dataclass", "pydantic.dataclasses.dataclass", "attr.s", "attr.attrs"))
_DATA |= {f"{home}.{name}" for home in ("attr", "attrs") for name in ("define", "frozen", "mutable")}


def is_data(machine: Interpreter, cls: v.ClassValue) -> bool:
    """Whether a class is made of its fields alone: a dataclass, or one of attrs."""
    decorators = [expr.func if isinstance(expr, facts.Call) else expr for expr in cls.node.decorators]
    scope = v.Scope(cls.home, {})
    return any(dotted_name(machine.evaluate(one, scope)) in _DATA for one in decorators)


def words_of(cls: v.ClassValue) -> str:
    """The docstring of a class."""
    first = cls.node.body[0] if cls.node.body else None
    doc = first.value if isinstance(first, facts.Do) else None
    return cleandoc(doc.value) if isinstance(doc, facts.Const) and isinstance(doc.value, str) else ""


def scope_of(cls: v.ClassValue) -> v.Scope:
    """Where the annotations of a class are read: its own inner classes are known there."""
    inner = {one.name: v.ClassValue(cls.home, one) for one in cls.node.body if isinstance(one, facts.Class)}
    return v.Scope(cls.home, inner | cls.arguments)


def within(cls: v.ClassValue) -> str | None:
    """The classes that a class stands in, "" for none; None if it is no class that a module has when it runs."""
    return _within(cls.node, cls.home.module.body, "")


def _within(node: facts.Class, body: tuple[facts.Stmt, ...], outer: str) -> str | None:
    for statement in body:
        found: str | None = None
        match statement:
            case facts.Class():
                if statement is node:
                    return outer
                found = _within(node, statement.body, f"{outer}.{statement.name}".lstrip("."))
            case facts.If(test=test):
                run = () if is_type_checking(test) else statement.body
                found = _within(node, (*run, *statement.other), outer)
            case facts.Try():
                blocks = (statement.body, *(h.body for h in statement.handlers), statement.other, statement.final)
                found = _within(node, tuple(one for block in blocks for one in block), outer)
            case facts.With():
                found = _within(node, statement.body, outer)
        if found is not None:
            return found
    return None


def parametrized(machine: Interpreter, expr: facts.Sub, scope: v.Scope) -> v.ClassValue | None:
    """The class of `Page[Order]`; None where that is no generic class of the code base."""
    cls = machine.force(machine.evaluate(expr.value, scope))
    if not isinstance(cls, v.ClassValue):
        return None
    names = _type_parameters(machine, cls)
    given = expr.key.items if isinstance(expr.key, facts.Seq) and expr.key.kind == "tuple" else (expr.key,)
    if not names or len(names) != len(given):
        return None
    arguments: dict[str, v.Value] = {n: v.Generic(part, scope) for n, part in zip(names, given, strict=True)}
    return v.ClassValue(cls.home, cls.node, arguments)


def _type_parameters(machine: Interpreter, cls: v.ClassValue) -> tuple[str, ...]:
    """Those of `class Page[T]` and of a base `Generic[T]`; else the type variables in other bases."""
    stated = [base.value for base in cls.node.bases if isinstance(base.value, facts.Sub)]
    found: dict[str, None] = {}
    for base in stated:
        parts = base.key.items if isinstance(base.key, facts.Seq) else (base.key,)
        names = [part.id for part in parts if isinstance(part, facts.Name)]
        if own_name(machine.evaluate(base.value, v.Scope(cls.home, {}))) in ("Generic", "Protocol"):
            return tuple(names)
        found |= dict.fromkeys(name for name in names if _is_type_variable(machine, name, cls))
    return cls.node.params or tuple(found)


def _is_type_variable(machine: Interpreter, name: str, cls: v.ClassValue) -> bool:
    value = machine.evaluate(facts.Name(-1, name), v.Scope(cls.home, {}))
    return isinstance(value, v.Pending) and own_name(value.callee) == "TypeVar"


def base_values(machine: Interpreter, cls: v.ClassValue) -> list[v.Value]:
    """The bases of a class as written; of `Base[X]` the Base."""
    scope = v.Scope(cls.home, {})
    found: list[v.Value] = []
    for base in cls.node.bases:
        if base.name is None:
            expr = base.value.value if isinstance(base.value, facts.Sub) else base.value
            found.append(machine.evaluate(expr, scope))
    return found


def external_bases(machine: Interpreter, cls: v.ClassValue) -> list[str]:
    """Names of the bases outside the tree; "?" for one that cannot be found."""
    found: list[str] = []
    for owner in ancestry(machine, cls):
        for base in base_values(machine, owner):
            forced = machine.force(base)
            if isinstance(forced, v.External):
                found.append(forced.dotted)
            elif isinstance(forced, v.Generic):
                continue
            elif not isinstance(forced, v.ClassValue):
                found.append("?")
    return found


def class_attribute(machine: Interpreter, cls: v.ClassValue, name: str, spot: Spot) -> v.Value:
    """`Class.name`: a constant, a member of an enum (as its value), a method or an inner class."""
    found = class_statements(machine, cls, name)
    if found is None:
        return _set_by_init(machine, cls, name, spot) or v.Unknown(f"the class {cls.node.name} has no {name}", spot)
    owner, statement = found
    if (owner.node.name, name) in owner.home.attributes:
        return v.Unknown(f"{owner.node.name}.{name} is set at run time", spot)
    match statement:
        case facts.Function():
            decorators = [own_name(machine.evaluate(d, v.Scope(owner.home, {}))) for d in statement.decorators]
            bound: v.Value | None = (
                None if "staticmethod" in decorators else cls if "classmethod" in decorators else None
            )
            return v.FunctionValue(owner.home, statement, None, bound)
        case facts.Class():
            return v.ClassValue(owner.home, statement)
        case facts.Assign(value=None, annotation=annotation) if annotation is not None:
            return v.Typed(annotation, scope_of(owner), v.Unknown(f"{name} is data", spot))
        case facts.Assign(value=value) if value is not None:
            return _class_constant(machine, owner, name, value)
        case _:
            return v.Unknown(f"{name} is bound in a way that is not followed", spot)


def _set_by_init(machine: Interpreter, cls: v.ClassValue, name: str, spot: Spot) -> v.Value | None:
    """An attribute that an `__init__` sets: of the type that it says, `self.orders: dict[str, Order] = {}`."""
    for owner in ancestry(machine, cls):
        for function in owner.node.body:
            if not isinstance(function, facts.Function) or function.name != "__init__" or not function.params:
                continue
            for node in facts.nodes_of(function.body):
                if isinstance(node, facts.Assign) and _sets(node, function.params[0].name, name):
                    unknown = v.Unknown(f"{name} is set at run time", spot)
                    return unknown if node.annotation is None else v.Typed(node.annotation, scope_of(owner), unknown)
    return None


def _sets(node: facts.Assign, this: str, name: str) -> bool:
    made = (target for target in node.targets if isinstance(target, facts.Attr) and target.name == name)
    return any(isinstance(target.value, facts.Name) and target.value.id == this for target in made)


def enum_values(machine: Interpreter, cls: v.ClassValue) -> tuple[str | int, ...]:
    """What the members of an enum stand for, in their order; none for another class, or where one cannot be told."""
    bases = external_bases(machine, cls)
    if not any(base in _ENUMS for base in bases):
        return ()
    found: list[str | int] = []
    for name, value in _members(cls):
        if _is_auto(machine, cls, value) and "enum.StrEnum" not in bases:
            return ()
        member = machine.force(_class_constant(machine, cls, name, value))
        if not isinstance(member, v.Known) or not isinstance(member.value, str | int):
            return ()
        found.append(member.value)
    return tuple(dict.fromkeys(found))


def _members(cls: v.ClassValue) -> list[tuple[str, facts.Expr]]:
    """Names and values; "" for several names at once."""
    found = [
        (target.id if isinstance(target, facts.Name) else "", statement.value)
        for statement in cls.node.body
        if isinstance(statement, facts.Assign) and statement.value is not None
        for target in statement.targets
    ]
    return [(name, value) for name, value in found if not name.startswith("_")]


def _is_auto(machine: Interpreter, cls: v.ClassValue, value: facts.Expr) -> bool:
    return isinstance(value, facts.Call) and own_name(machine.evaluate(value.func, v.Scope(cls.home, {}))) == "auto"


def field_of(machine: Interpreter, cls: v.ClassValue, name: str) -> v.Typed | None:
    """The field of an object that comes from elsewhere: of its type, and not of its default; None if it is none."""
    found = class_statements(machine, cls, name)
    if found is None or not isinstance(found[1], facts.Assign) or found[1].annotation is None:
        return None
    head = found[1].annotation.value if isinstance(found[1].annotation, facts.Sub) else found[1].annotation
    scope = scope_of(found[0])
    if isinstance(head, facts.Name | facts.Attr) and own_name(machine.evaluate(head, scope)) in ("ClassVar", "Final"):
        return None
    return v.Typed(found[1].annotation, scope, v.Unknown(f"{name} is data"))


def _class_constant(machine: Interpreter, owner: v.ClassValue, name: str, value: facts.Expr) -> v.Value:
    key = (owner.home.path, owner.node.at, name)
    known = machine.memo.class_constants.get(key)
    if known is not None:
        return known
    machine.memo.class_constants[key] = v.Unknown(f"{name} is defined by itself")
    if _is_auto(machine, owner, value):
        found: v.Value = v.Known(name.lower())
    else:
        found = machine.evaluate(value, class_scope(owner))
    if isinstance(found, v.Record | v.Items) and not name.lstrip("_").isupper():
        found = v.Unknown(f"{owner.node.name}.{name} is filled at run time", Spot(owner.home.path, value.at))
    machine.memo.class_constants[key] = found
    return found


def class_scope(owner: v.ClassValue) -> v.Scope:
    """Names of the class's own body, for constants that are made of others: read when asked for."""
    scope = v.Scope(owner.home, {}, owner=owner)
    for statement in owner.node.body:
        if isinstance(statement, facts.Assign) and isinstance(statement.value, facts.Const):
            for target in statement.targets:
                if isinstance(target, facts.Name):
                    scope.names[target.id] = v.Known(statement.value.value)
    return scope
