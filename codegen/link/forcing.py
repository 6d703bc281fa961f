"""Values that were put off, followed to what they are."""

from typing import TYPE_CHECKING

from .. import facts
from ..diagnostics import Spot
from . import bodies, classes, containers, functions, lookup, methods, types
from .choices import choice, mapped
from .values import (
    NOTHING,
    UNKNOWN,
    AdapterDump,
    Arguments,
    Body,
    Choice,
    ClassValue,
    External,
    FunctionValue,
    Imported,
    Indexed,
    Item,
    Known,
    Member,
    Model,
    ModuleValue,
    Partial,
    Pending,
    Text,
    Typed,
    Unknown,
    User,
    Value,
)

if TYPE_CHECKING:
    from .machine import Machine


_ROUNDS = 6


def force(machine: "Machine", value: Value) -> Value:
    """The value itself, as far as the text tells: no import, attribute or call is left to follow."""
    match value:
        case Imported():
            return lookup.follow(machine, value)
        case Member(base=base, name=name, spot=spot):
            return attribute(machine, force(machine, base), name, spot)
        case Indexed(base=base, key=key, spot=spot):
            return _indexed(machine, force(machine, base), force(machine, key), spot)
        case Item(base=base):
            return _item(machine, force(machine, base))
        case Pending():
            if value.result is None:
                value.result = NOTHING  # a call that needs its own answer ends here
                value.result = _called(machine, value)
            return value.result
        case Choice():
            return mapped(value, lambda option: force(machine, option))
        case Typed(value=inner):
            forced = force(machine, inner)
            return value if isinstance(forced, Unknown) else forced
        case _:
            return value


def _item(machine: "Machine", base: Value) -> Value:
    """One of the items of a list that has been followed."""
    match base:
        case Typed(annotation=annotation, scope=scope):
            inner = types.item_of_annotation(annotation)
            return UNKNOWN if inner is None else Typed(inner, scope, UNKNOWN)
        case AdapterDump(adapter=adapter):
            inner = types.item_of_annotation(adapter.expr)
            return UNKNOWN if inner is None else Typed(inner, adapter.scope, UNKNOWN)
        case Item() | Unknown():
            return UNKNOWN
        case _:
            found = containers.elements(base)
            return UNKNOWN if isinstance(found, Item) else force(machine, found)


def _indexed(machine: "Machine", base: Value, key: Value, spot: Spot) -> Value:
    if isinstance(base, ClassValue | External) and isinstance(key, Known) and isinstance(key.value, str):
        return attribute(machine, base, key.value, spot)  # an enum's member by name
    if isinstance(base, Typed) and isinstance(key, Known) and isinstance(key.value, int):
        part = types.part_of_annotation(base.annotation, key.value)
        if part is not None:
            return Typed(part, base.scope, UNKNOWN)
    found = containers.item(machine, base, key, spot)
    return UNKNOWN if isinstance(found, Indexed) else force(machine, found)


def _called(machine: "Machine", pending: Pending) -> Value:
    if isinstance(pending.callee, Member):
        base = force(machine, pending.callee.base)
        found = methods.method_call(machine, base, pending.callee.name, pending.arguments, pending.spot)
        if found is not None and found is not pending:
            return force(machine, found)
    callee = force(machine, pending.callee)
    match callee:
        case FunctionValue():
            return _answered(machine, callee, pending)
        case ClassValue():
            return instance(machine, callee, pending)
        case Choice(options=options):
            return choice([_called(machine, Pending(o, pending.arguments, pending.spot)) for o in options])
        case External() | Partial():
            made = machine.call(callee, pending.arguments, pending.spot)
            return UNKNOWN if isinstance(made, Pending) else force(machine, made)
        case _:
            return UNKNOWN


def _answered(machine: "Machine", function: FunctionValue, pending: Pending) -> Value:
    """What a function returns; one that goes on calling itself with other arguments ends after a few rounds."""
    key = id(function.node)
    rounds = machine.rounds.get(key, 0)
    if rounds >= _ROUNDS:
        return NOTHING
    machine.rounds[key] = rounds + 1
    try:
        return functions.annotated(function, force(machine, machine.inline(function, pending.arguments)))
    finally:
        machine.rounds[key] = rounds


def instance(machine: "Machine", cls: ClassValue, pending: Pending) -> Value:
    """`X(...)`: a dict for a TypedDict, a member for an enum, else an object with the arguments as attributes."""
    arguments, spot = pending.arguments, pending.spot
    bases = classes.external_bases(machine, cls)
    if any(base.endswith("TypedDict") for base in bases):
        return machine.call(External("builtins.dict"), arguments, spot)
    if any(base.startswith("enum.") for base in bases):
        return arguments.positional[0] if arguments.positional else UNKNOWN
    named = dict(zip(_fields(cls), arguments.positional, strict=False)) | arguments.named
    model = Model(cls, None, named, whole=not arguments.spreads)
    found = classes.class_statements(machine, cls, "__init__")
    if found is not None:
        init = classes.class_attribute(machine, cls, "__init__", spot)
        if isinstance(init, FunctionValue):
            machine.inline(FunctionValue(init.home, init.node, None, model), arguments)
    return model


def _fields(cls: ClassValue) -> list[str]:
    names: list[str] = []
    for statement in cls.node.body:
        if isinstance(statement, facts.Assign) and statement.annotation is not None:
            names += [t.id for t in statement.targets if isinstance(t, facts.Name)]
    return names


def attribute(machine: "Machine", base: Value, name: str, spot: Spot) -> Value:
    """`base.name` of a value that has been followed."""
    match base:
        case ModuleValue(place=place):
            return lookup.attribute_of_module(machine, place, name)
        case External(dotted=dotted):
            return External(f"{dotted}.{name}")
        case ClassValue():
            return force(machine, classes.class_attribute(machine, base, name, spot))
        case Model():
            return _of_model(machine, base, name, spot)
        case Typed():
            return _of_typed(machine, base, name, spot)
        case Known() if name == "value":  # a member of an enum stands for its value
            return base
        case User():
            return Text() if name in ("id", "user_id") else UNKNOWN
        case Choice(options=options):
            return choice([attribute(machine, option, name, spot) for option in options])
        case _:
            return UNKNOWN


def _of_model(machine: "Machine", model: Model, name: str, spot: Spot) -> Value:
    cls = force(machine, model.schema)
    if name in model.named:
        given = force(machine, model.named[name])
        validated = isinstance(given, Body) and isinstance(cls, ClassValue) and bodies.is_schema(machine, cls)
        field = classes.field_of(machine, cls, name) if validated and isinstance(cls, ClassValue) else None
        return field or given
    if not isinstance(cls, ClassValue):
        return UNKNOWN
    found = None if model.whole else classes.field_of(machine, cls, name)
    return found or _bound(force(machine, classes.class_attribute(machine, cls, name, spot)), model, machine)


def _bound(found: Value, owner: Value, machine: "Machine") -> Value:
    if not isinstance(found, FunctionValue) or isinstance(found.bound, ClassValue):
        return found
    if not isinstance(found.node, facts.Function):
        return found
    names = [d.id if isinstance(d, facts.Name) else "" for d in found.node.decorators]
    if "staticmethod" in names:
        return found
    method = FunctionValue(found.home, found.node, found.closure, owner)
    if "property" in names or "cached_property" in names:
        return force(machine, machine.inline(method, Arguments((), {}, ())))
    return method


def _of_typed(machine: "Machine", value: Typed, name: str, spot: Spot) -> Value:
    cls = annotated_class(machine, value)
    if cls is None:
        return UNKNOWN
    found = classes.field_of(machine, cls, name)
    return found or _bound(force(machine, classes.class_attribute(machine, cls, name, spot)), value, machine)


def annotated_class(machine: "Machine", value: Typed) -> ClassValue | None:
    """The class that an annotation names, without its `None`."""
    return types.class_of_annotation(machine, value.annotation, value.scope)
