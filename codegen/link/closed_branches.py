"""What a decorator's code is for the arguments that it is given: `@api(auth=False)` of one that asks `if auth:`."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from .. import facts
from .interpreter import values as v
from .interpreter.calls import bind_parameters
from .interpreter.protocol import Interpreter


def code_for(machine: Interpreter, function: v.FunctionValue, arguments: v.Arguments) -> facts.Function | facts.Lambda:
    """The function without the branches that constant arguments close. A name that is bound anywhere in it again, be it
    in a function of its own, closes none."""
    scope = v.Scope(function.home, {})
    bind_parameters(machine, function, arguments, scope)
    for name in _bound_again(function.node):
        scope.names.pop(name, None)
    found: facts.Function | facts.Lambda = _without(function.node, scope.names)
    return found


def _bound_again(function: facts.Function | facts.Lambda) -> Iterator[str]:
    for node in facts.nodes_of(function.body):
        match node:
            case facts.Function(name=name, params=params):
                yield from (name, *(param.name for param in params))
            case facts.Lambda(params=params):
                yield from (param.name for param in params)
            case facts.Assign(targets=targets) | facts.Delete(targets=targets):
                yield from _names(targets)
            case facts.AugAssign(target=target) | facts.Walrus(target=target) | facts.Loop(target=target):
                yield from _names(target)
            case facts.For(target=target):
                yield from _names(target)
            case facts.With(items=items):
                yield from _names(tuple(target for _, target in items))
            case facts.Outside(names=names) | facts.Case(names=names):
                yield from names
            case facts.Handler(name=str(name)) | facts.Class(name=name) | facts.Alias(name=name):
                yield name
            case facts.Import(name=name, alias=alias):
                yield from filter(None, (name, alias))
            case _:
                pass


def _names(targets: object) -> Iterator[str]:
    return (node.id for node in facts.nodes_of(targets) if isinstance(node, facts.Name))


def _without(node: Any, names: dict[str, v.Value]) -> Any:
    if isinstance(node, tuple):
        return _open_statements(node, names)
    if isinstance(node, facts.Cond) and (holds := _holds(node.test, names)) is not None:
        return _without(node.then if holds else node.other, names)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    return replace(node, **{one.name: _without(getattr(node, one.name), names) for one in fields(node)})


def _open_statements(statements: tuple[Any, ...], names: dict[str, v.Value]) -> tuple[Any, ...]:
    found: list[Any] = []
    for one in statements:
        holds = _holds(one.test, names) if isinstance(one, facts.If) else None
        if holds is None:
            found.append(_without(one, names))
        else:
            found += _open_statements(one.body if holds else one.other, names)
        if found and isinstance(found[-1], facts.Return | facts.Raise):
            break
    return tuple(found)


def _holds(test: facts.Expr, names: dict[str, v.Value]) -> bool | None:
    match test:
        case facts.Name(id=name):
            value = names.get(name)
            if isinstance(value, v.Items):
                return True if value.known else None if value.rest is not None else False
            return bool(value.value) if isinstance(value, v.Known) else None
        case facts.Unary(op="not", value=value):
            holds = _holds(value, names)
            return None if holds is None else not holds
        case facts.Compare(left=facts.Name(id=name), ops=("is" | "is not" as op,), others=(facts.Const(value=None),)):
            value = names.get(name)
            return (value.value is None) == (op == "is") if isinstance(value, v.Known) else None
        case facts.Binary(op="and" | "or" as op, left=left, right=right):
            # What stands on the right is evaluated only where the left does not decide.
            first = _holds(left, names)
            return first if first is None or first == (op == "or") else _holds(right, names)
        case _:
            return None
