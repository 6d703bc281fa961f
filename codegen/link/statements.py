"""Statements run once, with every branch taken; `run` answers whether the end of the block can be reached."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import facts
from ..diagnostics import Spot
from . import containers
from .containers import elements
from .joining import frozen_record, join, restore
from .narrowing import narrow
from .operators import operate
from .program import imported_as
from .targets import bind_target, is_open
from .values import (
    UNKNOWN,
    Body,
    ClassValue,
    Dump,
    FunctionValue,
    Imported,
    Known,
    Record,
    Scope,
    Typed,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine

type Returns = Callable[[Value, Spot], None]
# What the names and the changed dicts are where a way through a block ends.
type End = tuple[Scope, dict[int, tuple[Record, Record]]]


def run(machine: "Machine", body: tuple[facts.Stmt, ...], scope: Scope, returns: Returns) -> bool:
    return all(_HANDLERS[type(statement)](machine, statement, scope, returns) for statement in body)


def _assign(machine: "Machine", node: facts.Assign, scope: Scope, returns: Returns) -> bool:
    if node.value is None:
        _declare(node, scope)
        return True
    value = machine.evaluate(node.value, scope)
    if node.annotation is not None and is_open(value):
        value = Typed(node.annotation, scope, value)
    for target in node.targets:
        bind_target(machine, target, value, scope)
    return True


def _declare(node: facts.Assign, scope: Scope) -> None:
    """`uow: UnitOfWork`, for a name that a later `with` or loop binds."""
    target = node.targets[0]
    if isinstance(target, facts.Name) and node.annotation is not None:
        scope.names.setdefault(target.id, Typed(node.annotation, scope, UNKNOWN))


def _aug_assign(machine: "Machine", node: facts.AugAssign, scope: Scope, returns: Returns) -> bool:
    left, right = machine.evaluate(node.target, scope), machine.evaluate(node.value, scope)
    if node.op == "|" and isinstance(left, Body):
        containers.supply(left, right)
    elif node.op == "|" and isinstance(left, Record):
        containers.touch(machine, left)
        joined = containers.merged(left, right)
        left.entries, left.spreads, left.computed = joined.entries, joined.spreads, joined.computed
    elif node.op == "|" and isinstance(left, Dump) and isinstance(right, Record):
        containers.override(left, {key: entry.value for key, entry in right.entries.items()})
    else:
        bind_target(machine, node.target, operate(machine, node.op, left, right), scope)
    return True


def _return(machine: "Machine", node: facts.Return, scope: Scope, returns: Returns) -> bool:
    value: Value = Known(None) if node.value is None else machine.evaluate(node.value, scope)
    returns(value, machine.spot(node.value or node, scope))
    return False


def _raise(machine: "Machine", node: facts.Raise, scope: Scope, returns: Returns) -> bool:
    if node.value is not None:
        machine.evaluate(node.value, scope)
    return False


def _do(machine: "Machine", node: facts.Do, scope: Scope, returns: Returns) -> bool:
    machine.evaluate(node.value, scope)
    return True


def _jump(machine: "Machine", node: facts.Jump, scope: Scope, returns: Returns) -> bool:
    return True  # what follows a break in its block is dead, but what follows the loop is not


def _import(machine: "Machine", node: facts.Import, scope: Scope, returns: Returns) -> bool:
    scope.names[imported_as(node)] = Imported(scope.home, node)
    return True


def _if(machine: "Machine", node: facts.If, scope: Scope, returns: Returns) -> bool:
    machine.evaluate(node.test, scope)
    then, other = scope.fork(), scope.fork()
    narrow(machine, node.test, scope, then, other)
    return branches(machine, [(node.body, then), (node.other, other)], scope, returns)


def branches(
    machine: "Machine", bodies: list[tuple[tuple[facts.Stmt, ...], Scope]], scope: Scope, returns: Returns
) -> bool:
    """Runs each body on a scope of its own, and goes on with what all that reach their end may leave behind."""
    ran = [_apart(machine, body, inner, returns) for body, inner in bodies]
    ends = [end for alive, end in ran if alive]
    join(machine, scope, ends)
    return bool(ends)


def _apart(
    machine: "Machine",
    body: tuple[facts.Stmt, ...],
    scope: Scope,
    returns: Returns,
    starts: tuple[End, ...] = (),
    caught: str | None = None,
) -> tuple[bool, End]:
    """Runs a block, after one of the ends in `starts`; takes back what it did to dicts, and keeps that for a join."""
    machine.changed.append({})
    if starts:
        join(machine, scope, list(starts))
    if caught is not None:
        scope.names[caught] = UNKNOWN
    alive = run(machine, body, scope, returns)
    changed = machine.changed.pop()
    after = {key: (record, frozen_record(record)) for key, (record, _) in changed.items()}
    for record, before in changed.values():
        restore(record, before)
    return alive, (scope, after)


def _loop(machine: "Machine", node: facts.Loop, scope: Scope, returns: Returns) -> bool:
    source = machine.evaluate(node.iter, scope)
    inner = scope.fork()
    if node.target is not None:
        bind_target(machine, node.target, elements(source), inner)
    alive, end = _apart(machine, node.body, inner, returns)
    if alive:  # a loop that runs and one that does not, unless it must
        join(machine, scope, [end] if source == Known(True) else [(scope.fork(), {}), end])
    run(machine, node.other, scope, returns)
    return True


def _try(machine: "Machine", node: facts.Try, scope: Scope, returns: Returns) -> bool:
    start: End = (scope.fork(), {})
    alive, midway = _apart(machine, node.body, scope.fork(), returns)
    ran = [(alive, midway)]
    if alive and node.other:
        ran = [_apart(machine, node.other, scope.fork(), returns, (midway,))]
    for handler in node.handlers:
        # The body may have failed before or after each of its assignments.
        ran.append(_apart(machine, handler.body, scope.fork(), returns, (start, midway), handler.name))
    ends = [end for alive, end in ran if alive]
    join(machine, scope, ends or [midway])
    return run(machine, node.final, scope, returns) and bool(ends)


def _with(machine: "Machine", node: facts.With, scope: Scope, returns: Returns) -> bool:
    for value, target in node.items:
        made = machine.evaluate(value, scope)
        if target is not None:
            bind_target(machine, target, made, scope)
    if not any(_suppresses(value) for value, _ in node.items):
        return run(machine, node.body, scope, returns)
    start: End = (scope.fork(), {})
    _, midway = _apart(machine, node.body, scope.fork(), returns)
    join(machine, scope, [start, midway])
    return True


def _suppresses(value: facts.Expr) -> bool:
    func = value.func if isinstance(value, facts.Call) else value
    name = func.id if isinstance(func, facts.Name) else func.name if isinstance(func, facts.Attr) else ""
    return name == "suppress"


def _match(machine: "Machine", node: facts.Match, scope: Scope, returns: Returns) -> bool:
    subject = machine.evaluate(node.subject, scope)
    bodies: list[tuple[facts.Stmt, ...]] = []
    for case in node.cases:
        for name in case.names:
            scope.names[name] = subject if name == case.whole else UNKNOWN
        for part in case.parts:
            value = _part(machine, subject, part, scope)
            if part.name is not None:
                scope.names[part.name] = value
        if case.guard is not None:
            machine.evaluate(case.guard, scope)
        bodies.append(case.body)
    if not any(case.catches_all for case in node.cases):
        bodies.append(())
    return branches(machine, [(body, scope.fork()) for body in bodies], scope, returns)


def _part(machine: "Machine", subject: Value, part: facts.Captured, scope: Scope) -> Value:
    """`subject[key][key]`, which a pattern looks at."""
    for key in part.keys:
        subject = containers.item(machine, subject, machine.evaluate(key, scope), machine.spot(key, scope))
    return subject


def _delete(machine: "Machine", node: facts.Delete, scope: Scope, returns: Returns) -> bool:
    for target in node.targets:
        if isinstance(target, facts.Sub):
            base, key = machine.evaluate(target.value, scope), machine.evaluate(target.key, scope)
            containers.delete_item(machine, base, machine.force(key))
    return True


def _function(machine: "Machine", node: facts.Function, scope: Scope, returns: Returns) -> bool:
    scope.names[node.name] = FunctionValue(scope.home, node, scope)
    return True


def _class(machine: "Machine", node: facts.Class, scope: Scope, returns: Returns) -> bool:
    scope.names[node.name] = ClassValue(scope.home, node)
    return True


def _alias(machine: "Machine", node: facts.Alias, scope: Scope, returns: Returns) -> bool:
    scope.names[node.name] = machine.evaluate(node.value, scope)
    return True


_HANDLERS: dict[type, Callable[["Machine", Any, Scope, Returns], bool]] = {
    facts.Assign: _assign,
    facts.AugAssign: _aug_assign,
    facts.Return: _return,
    facts.Raise: _raise,
    facts.Do: _do,
    facts.Jump: _jump,
    facts.Import: _import,
    facts.If: _if,
    facts.Loop: _loop,
    facts.Try: _try,
    facts.With: _with,
    facts.Match: _match,
    facts.Delete: _delete,
    facts.Function: _function,
    facts.Class: _class,
    facts.Alias: _alias,
}
