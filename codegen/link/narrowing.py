"""`if isinstance(result, Problem):` what a name may stand for in each of the two branches."""

from typing import TYPE_CHECKING

from .. import facts
from . import classes
from .choices import choice
from .values import Choice, ClassValue, Dump, External, Items, Known, Model, Record, Scope, Value

if TYPE_CHECKING:
    from .machine import Machine


def narrow(machine: "Machine", test: facts.Expr, scope: Scope, then: Scope, other: Scope) -> None:
    """Leaves out of each branch's scope what cannot be there; what is not known to be of a class may be anywhere."""
    if isinstance(test, facts.Unary) and test.op == "not":
        narrow(machine, test.value, scope, other, then)
        return
    asked = _asked(test)
    if asked is None:
        return
    name, expr = asked
    value = machine.force(scope.names[name]) if name in scope.names else None
    if not isinstance(value, Choice):
        return
    kind = machine.force(machine.evaluate(expr, scope))
    told = [(option, _is_a(machine, option, kind)) for option in value.options]
    inside = [option for option, answer in told if answer is not False]
    outside = [option for option, answer in told if answer is not True]
    if inside and outside:
        then.names[name], other.names[name] = choice(inside), choice(outside)


def _asked(test: facts.Expr) -> tuple[str, facts.Expr] | None:
    """The name and the class of `isinstance(name, class)`."""
    match test:
        case facts.Call(
            func=facts.Name(id="isinstance"),
            args=(facts.Arg(value=facts.Name(id=name), star=""), facts.Arg(value=expr, star="")),
        ):
            return name, expr
        case _:
            return None


def _is_a(machine: "Machine", value: Value, kind: Value) -> bool | None:
    """Whether a value is of a class; None if that cannot be told."""
    if isinstance(kind, Items) and kind.rest is None:
        answers = [_is_a(machine, value, machine.force(part)) for part in kind.known]
        return True if True in answers else None if None in answers else False
    builtin = kind.dotted.removeprefix("builtins.") if isinstance(kind, External) else ""
    match value:
        case Record() | Dump():
            return builtin == "dict" if builtin in _BUILTINS or isinstance(kind, ClassValue) else None
        case Known(value=None):
            return False if builtin in _BUILTINS or isinstance(kind, ClassValue) else None
        case Known(value=constant):  # a member of an enum stands for its value: no class of the code base is ruled out
            kinds = [cls.__name__ for cls in type(constant).__mro__]
            return builtin in kinds if builtin in _BUILTINS else None
        case Model(schema=schema):
            return _is_model_a(machine, machine.force(schema), kind, builtin)
        case _:
            return None


def _is_model_a(machine: "Machine", cls: Value, kind: Value, builtin: str) -> bool | None:
    if not isinstance(cls, ClassValue):
        return None
    if isinstance(kind, ClassValue) and any(owner.node is kind.node for owner in classes.ancestry(machine, cls)):
        return True
    bases = classes.external_bases(machine, cls)
    open_end = any(base == "?" or base.startswith("builtins.") for base in bases)
    return False if not open_end and (isinstance(kind, ClassValue) or builtin in _BUILTINS) else None


_BUILTINS = frozenset(("dict", "list", "tuple", "set", "str", "bytes", "int", "float"))
