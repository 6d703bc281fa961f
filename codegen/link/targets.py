"""What stands left of an equals sign, and what is bound to it."""

from functools import partial
from typing import TYPE_CHECKING

from .. import facts
from . import containers
from .choices import mapped
from .containers import elements
from .values import (
    Choice,
    ClassValue,
    Imported,
    Indexed,
    Item,
    Items,
    Known,
    Member,
    Model,
    Pending,
    Scope,
    Typed,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine


def bind_target(machine: "Machine", target: facts.Expr, value: Value, scope: Scope) -> None:
    """`target = value`, for names, unpacking, items and attributes."""
    match target:
        case facts.Name():
            before = scope.names.get(target.id)
            if isinstance(before, Typed) and isinstance(before.value, Unknown) and is_open(value):
                value = Typed(before.annotation, before.scope, value)  # a name keeps the type that it was declared with
            scope.names[target.id] = value
        case facts.Seq():
            parts = _parts(machine, value, target, scope)
            for inner, part in zip(target.items, parts, strict=True):
                bind_target(machine, inner.value if isinstance(inner, facts.Star) else inner, part, scope)
        case facts.Sub():
            base, key = machine.evaluate(target.value, scope), machine.evaluate(target.key, scope)
            containers.assign_item(machine, base, key, value, machine.spot(target, scope))
        case facts.Attr():
            _assign_attribute(machine, machine.evaluate(target.value, scope), target.name, value)
        case _:
            pass


def is_open(value: Value) -> bool:
    """Whether an annotation may tell more than the value does."""
    return isinstance(value, Unknown | Pending | Member | Item | Indexed)


def _parts(machine: "Machine", value: Value, target: facts.Seq, scope: Scope) -> list[Value]:
    count = len(target.items)
    star = next((n for n, inner in enumerate(target.items) if isinstance(inner, facts.Star)), None)
    if star is not None:
        return _around(value, star, count)
    if isinstance(value, Items) and value.rest is None and len(value.known) == count:
        return value.known
    if isinstance(value, Choice) and all(isinstance(o, Items) and len(o.known) == count for o in value.options):
        return [mapped(value, partial(_part, n)) for n in range(count)]
    if isinstance(value, Pending | Imported | Member | Indexed):
        return [Indexed(value, Known(n), machine.spot(target, scope)) for n in range(count)]
    part = elements(value)
    return [part] * count


def _around(value: Value, star: int, count: int) -> list[Value]:
    """`first, *rest = value`: a list at the place of the star."""
    after = count - 1 - star
    if isinstance(value, Items) and value.rest is None and len(value.known) >= count - 1:
        end = len(value.known) - after
        return [*value.known[:star], Items(value.known[star:end]), *value.known[end:]]
    part = elements(value)
    return [*[part] * star, Items([], part), *[part] * after]


def _part(place: int, value: Value) -> Value:
    if isinstance(value, Choice):
        return mapped(value, partial(_part, place))
    return value.known[place] if isinstance(value, Items) else value


def _assign_attribute(machine: "Machine", base: Value, name: str, value: Value) -> None:
    if isinstance(base, Pending) and isinstance(base.callee, ClassValue):
        base = machine.force(base)  # an object that was made here
    if isinstance(base, Model):
        base.named[name] = value
        if base.use is not None:
            base.use.supplied.add(name)
