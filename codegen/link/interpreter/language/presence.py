"""Whether the client has sent a body, as far as a condition tells."""

from collections.abc import Callable

from .... import facts
from ....diagnostics import Spot
from .. import values as v
from ..choices import options
from ..operations import bodies, containers
from ..protocol import Interpreter

_EMPTY = (v.Known(None), v.Known(""), v.Known(False))


def asked(machine: Interpreter, test: facts.Expr, scope: v.Scope) -> tuple[bool, bool]:
    """Whether there must be a body where a condition holds, and where it does not; notes that the code asks."""
    if machine.seen.body is None:
        return False, False
    found = _told(machine, test, scope)
    if any(found):
        machine.branches.touch(machine.seen.way)
        machine.seen.way.asks_for_body = True
    return found


def on[T](machine: Interpreter, is_sent: bool, run: Callable[[], T]) -> Callable[[], T]:
    """The block of a branch, on which there may have to be a body."""

    def branch() -> T:
        if is_sent:
            bodies.sent(machine)
        return run()

    return branch


def subscripted(machine: Interpreter, base: v.Value, key: v.Value, spot: Spot) -> None:
    """`data["name"]`, which fails where nothing but a body has the key."""
    others = [option for option in options(base) if not isinstance(option, v.Body) and option not in _EMPTY]
    if len(others) == len(options(base)):
        return
    if all(containers.item(machine, option, key, spot) == v.NOTHING for option in others):
        bodies.sent(machine)


def _told(machine: Interpreter, test: facts.Expr, scope: v.Scope) -> tuple[bool, bool]:
    match test:
        case facts.Unary(op="not", value=value):
            then, other = _told(machine, value, scope)
            return other, then
        case facts.Binary(op="and" | "or" as op, left=left, right=right):
            first, second = _told(machine, left, scope), _told(machine, right, scope)
            if op == "and":
                return first[0] or second[0], first[1] and second[1]
            return first[0] and second[0], first[1] or second[1]
        case facts.Compare(left=left, ops=(op,), others=(other,)):
            return _compared(machine, left, op, other, scope)
        case facts.Walrus(target=target):
            return _told(machine, target, scope)
        case facts.Name() | facts.Sub() | facts.Call(func=facts.Attr(name="get" | "strip")):
            return _is_body(machine.evaluate(test, scope)), False
        case _:
            return False, False


def _compared(machine: Interpreter, left: facts.Expr, op: str, right: facts.Expr, scope: v.Scope) -> tuple[bool, bool]:
    if op in ("in", "not in"):  # `"name" in data`
        found = _is_body(machine.evaluate(right, scope))
    else:
        found = machine.evaluate(right, scope) in _EMPTY and _is_body(machine.evaluate(left, scope))
    return (found, False) if op in ("in", "is not", "!=") else (False, found and op in ("not in", "is", "=="))


def _is_body(value: v.Value) -> bool:
    """What is true only if there is a body: all of it, or a part."""
    given = [option for option in options(value) if option not in _EMPTY and not _is_empty(option)]
    return bool(given) and all(isinstance(option, v.Body) for option in given)


def _is_empty(value: v.Value) -> bool:
    match value:
        case v.Record(entries=entries, spreads=spreads, computed=computed):
            return not entries and not spreads and computed is None
        case v.Items(known=known, rest=rest):
            return not known and rest is None
        case _:
            return False
