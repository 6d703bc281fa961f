"""Statements run with every branch taken; `run` answers whether the end of the block can be reached."""

from collections.abc import Callable
from typing import Any

from .... import facts
from ....routing.modules import imported_as
from .. import values as v
from ..branches import End, Watch, settle, state_of
from ..declared.types import last_name
from ..operations import containers
from ..operations.containers import elements
from ..protocol import Interpreter, Returns
from . import narrowing, presence
from .operators import compared, operate
from .targets import bind_name, bind_target, is_open

# Loops in loops: each is read twice, to see what one round hands on to the next.
_MOST_LOOPS = 4


def run(machine: Interpreter, body: tuple[facts.Stmt, ...], scope: v.Scope, returns: Returns) -> bool:
    for statement in body:
        if not _HANDLERS[type(statement)](machine, statement, scope, returns):
            return False
        if machine.branches.faults:
            machine.branches.may_fail()
    return True


def _assign(machine: Interpreter, node: facts.Assign, scope: v.Scope, returns: Returns) -> bool:
    if node.value is None:
        _declare(node, scope)
        return True
    value = machine.evaluate(node.value, scope)
    if node.annotation is not None and is_open(value):
        value = v.Typed(node.annotation, scope, value)
    for target in node.targets:
        bind_target(machine, target, value, scope)
    return True


def _declare(node: facts.Assign, scope: v.Scope) -> None:
    """`uow: UnitOfWork`, for a name that a later `with` or loop binds."""
    target = node.targets[0]
    if isinstance(target, facts.Name) and node.annotation is not None:
        scope.names.setdefault(target.id, v.Typed(node.annotation, scope, v.Unknown("the name is declared only")))


def _aug_assign(machine: Interpreter, node: facts.AugAssign, scope: v.Scope, returns: Returns) -> bool:
    left, right = machine.evaluate(node.target, scope), machine.evaluate(node.value, scope)
    if node.op == "|" and isinstance(left, v.Body | v.Record):
        containers.update(machine, left, right)
    elif node.op == "+" and isinstance(left, v.Items):
        containers.extend(machine, left, right)
    else:
        bind_target(machine, node.target, operate(machine, node.op, left, right), scope)
    return True


def _return(machine: Interpreter, node: facts.Return, scope: v.Scope, returns: Returns) -> bool:
    value: v.Value = v.Known(None) if node.value is None else machine.evaluate(node.value, scope)
    returns(value, machine.spot(node.value or node, scope))
    return False


def _raise(machine: Interpreter, node: facts.Raise, scope: v.Scope, returns: Returns) -> bool:
    if node.value is not None:
        machine.seen.raised.append(machine.evaluate(node.value, scope))
    return False


def _do(machine: Interpreter, node: facts.Do, scope: v.Scope, returns: Returns) -> bool:
    machine.evaluate(node.value, scope)
    return True


def _jump(machine: Interpreter, node: facts.Jump, scope: v.Scope, returns: Returns) -> bool:
    if machine.branches.loops:
        loop = machine.branches.loops[-1]
        loop.ends.append(machine.branches.here(loop.level))
    return False


def _import(machine: Interpreter, node: facts.Import, scope: v.Scope, returns: Returns) -> bool:
    bind_name(machine, imported_as(node), v.Imported(scope.home, node), scope)
    return True


def _outside(machine: Interpreter, node: facts.Outside, scope: v.Scope, returns: Returns) -> bool:
    scope.outside |= set(node.names)
    return True


def _if(machine: Interpreter, node: facts.If, scope: v.Scope, returns: Returns) -> bool:
    value = machine.evaluate(node.test, scope)
    sent = presence.asked(machine, node.test, scope)
    ways = list(zip(sent, (node.body, node.other), strict=True))
    told = narrowing.decided(machine, value, node.test, scope)
    taken = ways if told is None else ways[:1] if told else ways[1:]
    return _branches(machine, [presence.on(machine, way, _block(machine, body, scope, returns)) for way, body in taken])


def _block(machine: Interpreter, body: tuple[facts.Stmt, ...], scope: v.Scope, returns: Returns) -> Callable[[], bool]:
    return lambda: machine.run(body, scope, returns)


def _branches(machine: Interpreter, blocks: list[Callable[[], bool]]) -> bool:
    """Runs each block by itself, and goes on with what all that reach their end may leave behind."""
    ran = [machine.branches.apart(block) for block in blocks]
    ends = [end for alive, end in ran if alive]
    machine.branches.join(ends)
    return bool(ends)


def _loop(machine: Interpreter, node: facts.Loop, scope: v.Scope, returns: Returns) -> bool:
    branches, source = machine.branches, machine.evaluate(node.iter, scope)
    forever = node.target is None and source == v.Known(True)

    def body() -> bool:
        if node.target is not None:
            bind_target(machine, node.target, elements(source), scope)
        elif not forever:
            machine.evaluate(node.iter, scope)
        return machine.run(node.body, scope, returns)

    since, watch = v.born(), Watch(0)
    turns = 2 if len(branches.loops) < _MOST_LOOPS else 1
    for turn in range(1, turns + 1):
        until = v.born()
        watch = Watch(len(branches.levels))
        branches.loops.append(watch)
        alive, end = branches.apart(body)
        branches.loops.pop()
        ends = [*watch.ends, *([end] if alive else [])]
        before = {key: state_of(value) for e in ends for key, (value, _) in e.items()}
        last = turn == turns
        branches.join(watch.ends if last and forever else [{}, *ends])
        if last:
            for value in {key: value for e in ends for key, (value, _) in e.items()}.values():
                settle(value, before[id(value)], since, until)
    if forever:
        return bool(watch.ends)
    return _otherwise(machine, node, scope, returns, bool(watch.ends))


def _otherwise(machine: Interpreter, node: facts.Loop, scope: v.Scope, returns: Returns, left: bool) -> bool:
    """The else of a loop, which runs unless the loop was left."""
    if not node.other:
        return True
    alive, end = machine.branches.apart(_block(machine, node.other, scope, returns))
    machine.branches.join([*([{}] if left else []), *([end] if alive else [])])
    return alive or left


def _try(machine: Interpreter, node: facts.Try, scope: v.Scope, returns: Returns) -> bool:
    branches = machine.branches
    overruled = any(isinstance(statement, facts.Return) for statement in node.final)
    told: Returns = (lambda _value, _spot: None) if overruled else returns
    raised = len(machine.seen.raised)
    alive, end, faults = _watched(machine, _block(machine, node.body, scope, told))
    if node.handlers:  # they may be for others, but nothing is said that may be wrong
        del machine.seen.raised[raised:]
    ran = [(alive, end)]
    if alive and node.other:
        ran = [branches.apart(_after(machine, [end], _block(machine, node.other, scope, told)))]
    for handler in node.handlers:
        block = _block(machine, handler.body, scope, told)
        ran.append(branches.apart(_after(machine, faults, block, handler.name, scope)))
    ends = [end for alive, end in ran if alive]
    branches.join(ends or faults)
    return machine.run(node.final, scope, returns) and bool(ends)


def _watched(machine: Interpreter, block: Callable[[], bool]) -> tuple[bool, End, list[End]]:
    """Runs a block that may fail after each of its statements; with the ends that it may be left at."""
    watch = Watch(len(machine.branches.levels))
    machine.branches.faults.append(watch)
    alive, end = machine.branches.apart(block)
    machine.branches.faults.pop()
    return alive, end, [{}, *watch.ends, end]


def _after(
    machine: Interpreter,
    starts: list[End],
    block: Callable[[], bool],
    caught: str | None = None,
    scope: v.Scope | None = None,
) -> Callable[[], bool]:
    def run_after() -> bool:
        machine.branches.join(starts)
        if caught is not None and scope is not None:
            bind_name(machine, caught, v.Unknown("it is an exception"), scope)
        return block()

    return run_after


def _with(machine: Interpreter, node: facts.With, scope: v.Scope, returns: Returns) -> bool:
    for value, target in node.items:
        made = machine.evaluate(value, scope)
        if target is not None:
            bind_target(machine, target, made, scope)
    block = _block(machine, node.body, scope, returns)
    if not any(_suppresses(value) for value, _ in node.items):
        return block()
    _, _, faults = _watched(machine, block)
    machine.branches.join(faults)
    return True


def _suppresses(value: facts.Expr) -> bool:
    return last_name(value.func if isinstance(value, facts.Call) else value) == "suppress"


def _match(machine: Interpreter, node: facts.Match, scope: v.Scope, returns: Returns) -> bool:
    subject = machine.evaluate(node.subject, scope)
    if containers.is_request(subject) and any(case.names for case in node.cases):
        containers.not_followed(machine, subject, "a pattern", machine.spot(node.subject, scope))
    compared(machine, subject, v.Unknown("what a pattern matches"))
    cases, always = narrowing.cases_of(machine, node.cases, subject, scope)
    blocks: list[Callable[[], bool]] = [_case(machine, case, subject, scope, returns) for case in cases]
    if not always:
        blocks.append(lambda: True)
    return _branches(machine, blocks)


def _case(
    machine: Interpreter, case: facts.Case, subject: v.Value, scope: v.Scope, returns: Returns
) -> Callable[[], bool]:
    def block() -> bool:
        for name in case.names:
            value = subject if name == case.whole else v.Unknown(f"the pattern binds {name}")
            bind_name(machine, name, value, scope)
        if case.guard is not None:
            machine.evaluate(case.guard, scope)
        return machine.run(case.body, scope, returns)

    return block


def _delete(machine: Interpreter, node: facts.Delete, scope: v.Scope, returns: Returns) -> bool:
    for target in node.targets:
        if isinstance(target, facts.Sub):
            base, key = machine.evaluate(target.value, scope), machine.evaluate(target.key, scope)
            containers.delete_item(machine, base, machine.force(key))
    return True


def _function(machine: Interpreter, node: facts.Function, scope: v.Scope, returns: Returns) -> bool:
    bind_name(machine, node.name, v.FunctionValue(scope.home, node, scope), scope)
    return True


def _class(machine: Interpreter, node: facts.Class, scope: v.Scope, returns: Returns) -> bool:
    bind_name(machine, node.name, v.ClassValue(scope.home, node), scope)
    return True


def _alias(machine: Interpreter, node: facts.Alias, scope: v.Scope, returns: Returns) -> bool:
    bind_name(machine, node.name, machine.evaluate(node.value, scope), scope)
    return True


_HANDLERS: dict[type, Callable[[Interpreter, Any, v.Scope, Returns], bool]] = {
    facts.Assign: _assign,
    facts.AugAssign: _aug_assign,
    facts.Return: _return,
    facts.Raise: _raise,
    facts.Do: _do,
    facts.Jump: _jump,
    facts.Import: _import,
    facts.Outside: _outside,
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
