"""Assignment targets, and the values bound to them."""

from .... import facts
from .. import values as v
from ..choices import choice
from ..operations import containers
from ..operations.containers import elements
from ..protocol import Interpreter


def bind_name(machine: Interpreter, name: str, value: v.Value, scope: v.Scope) -> None:
    """`name = value`, where a nonlocal statement may say that an enclosing function has the name."""
    at: v.Scope | None = scope
    if name in scope.outside:
        at = scope.outer
        while at is not None and name not in at.names:
            at = at.outer
    if at is not None:
        before = at.names.get(name)
        if isinstance(before, v.Typed) and isinstance(before.value, v.Unknown) and is_open(value):
            value = v.Typed(before.annotation, before.scope, value)  # a name keeps the type that it was declared with
        machine.branches.touch(at)
        at.names[name] = value


def is_open(value: v.Value) -> bool:
    """Whether an annotation may tell more than the value does."""
    return isinstance(value, v.Unknown | v.Pending | v.Member | v.Item | v.Indexed)


def bind_target(machine: Interpreter, target: facts.Expr, value: v.Value, scope: v.Scope) -> None:
    """`target = value`, for names, unpacking, items and attributes."""
    match target:
        case facts.Name():
            bind_name(machine, target.id, value, scope)
        case facts.Seq():
            parts = _parts(machine, value, target, scope)
            for inner, part in zip(target.items, parts, strict=True):
                bind_target(machine, inner.value if isinstance(inner, facts.Star) else inner, part, scope)
        case facts.Sub():
            base, key = machine.evaluate(target.value, scope), machine.evaluate(target.key, scope)
            containers.assign_item(machine, base, key, value, machine.spot(target, scope))
        case facts.Attr():
            _assign_attribute(machine, machine.evaluate(target.value, scope), target.name, value)


def _parts(machine: Interpreter, value: v.Value, target: facts.Seq, scope: v.Scope) -> list[v.Value]:
    count = len(target.items)
    star = next((n for n, inner in enumerate(target.items) if isinstance(inner, facts.Star)), None)
    if star is not None:
        return _around(value, star, count)
    if isinstance(value, v.Items) and value.rest is None and len(value.known) == count:
        return value.known
    if isinstance(value, v.Choice):
        ways = [_parts(machine, option, target, scope) for option in value.options]
        return [choice(parts) for parts in zip(*ways, strict=True)] if ways else [value] * count
    if isinstance(value, v.Pending | v.Imported | v.Member | v.Indexed):
        return [v.Indexed(value, v.Known(n), machine.spot(target, scope)) for n in range(count)]
    return [elements(value)] * count


def _around(value: v.Value, star: int, count: int) -> list[v.Value]:
    """`first, *rest = value`: a list at the place of the star."""
    after = count - 1 - star
    if isinstance(value, v.Items) and value.rest is None and len(value.known) >= count - 1:
        end = len(value.known) - after
        return [*value.known[:star], v.Items(value.known[star:end]), *value.known[end:]]
    part = elements(value)
    return [*[part] * star, v.Items([], part), *[part] * after]


def _assign_attribute(machine: Interpreter, base: v.Value, name: str, value: v.Value) -> None:
    if isinstance(base, v.Pending) and isinstance(base.callee, v.ClassValue):
        base = machine.force(base)  # an object that was made here
    if isinstance(base, v.Model):
        base.changed = True
        base.named[name] = choice([base.named[name], value]) if name in base.named else value
        containers.overwrite(machine, base.use, {name})
