"""Evaluates deferred values."""

from ... import facts
from ...diagnostics import Spot
from ...model import ListOf
from . import bodies, calls, classes, containers, lookup, methods, types
from .choices import as_data, choice, mapped, options
from .protocol import Interpreter
from .values import (
    NO_ARGUMENTS,
    NOTHING,
    Body,
    Choice,
    ClassValue,
    Dump,
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


def force(machine: Interpreter, value: Value) -> Value:
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
                value.result = machine.branches.alone(lambda: _called(machine, value))
            return value.result
        case Choice():
            return mapped(value, lambda option: force(machine, option))
        case Typed(annotation=annotation, scope=scope, value=inner):
            forced = force(machine, inner)
            return Typed(annotation, scope, forced) if isinstance(forced, Unknown) else forced
        case _:
            return value


def _item(machine: Interpreter, base: Value) -> Value:
    """One of the items of a list that has been followed."""
    match base:
        case Typed(annotation=annotation, scope=scope) | Dump(model=Typed(annotation=annotation, scope=scope)):
            inner = types.item_of_annotation(annotation)
            unknown = Unknown("no annotation tells what its items are")
            return unknown if inner is None else Typed(inner, scope, unknown)
        case Choice():
            return mapped(base, lambda option: _item(machine, option))
        case Unknown():
            return base
        case Item():
            return Unknown("no annotation tells what its items are")
        case _:
            found = containers.elements(base)
            return _item(machine, Item(base)) if isinstance(found, Item) else force(machine, found)


def _indexed(machine: Interpreter, base: Value, key: Value, spot: Spot) -> Value:
    name = containers.name_of(key)
    if isinstance(base, ClassValue | External) and name is not None:
        return attribute(machine, base, name, spot)  # an enum's member by name
    if isinstance(base, Typed) and isinstance(key, Known):
        part = _typed_part(machine, base, key)
        if part is not None:
            return part
    if isinstance(base, Unknown):
        return base
    found = containers.item(machine, base, key, spot)
    return Unknown("nothing tells what its items are", spot) if isinstance(found, Indexed) else force(machine, found)


def _typed_part(machine: Interpreter, base: Typed, key: Known) -> Value | None:
    """`row[1]` of a tuple, `row["id"]` of a TypedDict."""
    if isinstance(key.value, int):
        part = types.part_of_annotation(base.annotation, key.value)
        return None if part is None else Typed(part, base.scope, Unknown("only its annotation tells what it is"))
    cls = annotated_class(machine, base)
    return classes.field_of(machine, cls, str(key.value)) if cls is not None else None


def _called(machine: Interpreter, pending: Pending) -> Value:
    if isinstance(pending.callee, Member):
        base = force(machine, pending.callee.base)
        found = methods.method_call(machine, base, pending.callee.name, pending.arguments, pending.spot)
        if found is not None and found is not pending:
            return force(machine, found)
    callee = force(machine, pending.callee)
    match callee:
        case FunctionValue():
            return calls.asked_for(machine, callee, pending.arguments)
        case ClassValue():
            return instance(machine, callee, pending)
        case Choice():
            return mapped(callee, lambda o: _called(machine, Pending(o, pending.arguments, pending.spot)))
        case External() | Partial():
            made = machine.call(callee, pending.arguments, pending.spot)
            name = lookup.own_name(callee) or "a function"
            unknown = Unknown(f"{name}() is not in the code base", pending.spot)
            return unknown if isinstance(made, Pending) else force(machine, made)
        case Unknown(reason=reason):
            name = lookup.own_name(pending.callee) or "what is called"
            return Unknown(f"{name} cannot be found: {reason}", pending.spot)
        case _:
            return Unknown(f"{lookup.own_name(pending.callee) or 'what is called'} cannot be followed", pending.spot)


def instance(machine: Interpreter, cls: ClassValue, pending: Pending) -> Value:
    """`X(...)`: a dict for a TypedDict, a member for an enum, else an object of the class."""
    arguments, spot = pending.arguments, pending.spot
    bases = classes.external_bases(machine, cls)
    if any(base.endswith("TypedDict") for base in bases):
        return machine.call(External("builtins.dict"), arguments, spot)
    if any(base.startswith("enum.") for base in bases):
        return arguments.positional[0] if arguments.positional else Unknown("it is some member of an enum", spot)
    return Model(cls, None, dict(zip(_fields(cls), arguments.positional, strict=False)) | arguments.named)


def _fields(cls: ClassValue) -> list[str]:
    names: list[str] = []
    for statement in cls.node.body:
        if isinstance(statement, facts.Assign) and statement.annotation is not None:
            names += [t.id for t in statement.targets if isinstance(t, facts.Name)]
    return names


def attribute(machine: Interpreter, base: Value, name: str, spot: Spot) -> Value:
    """`base.name` of a value that has been followed."""
    match base:
        case ModuleValue(place=place):
            return lookup.attribute_of_module(machine, place, name)
        case External(dotted=dotted):
            return External(f"{dotted}.{name}")
        case ClassValue():
            return force(machine, classes.class_attribute(machine, base, name, spot))
        case Model(schema=schema):
            cls = force(machine, schema)
            return _of_object(machine, base, cls if isinstance(cls, ClassValue) else None, name, spot)
        case Typed():
            return _of_object(machine, base, annotated_class(machine, base), name, spot)
        case Known() if name == "value":  # a member of an enum stands for its value
            return base
        case User():
            return Text() if name in ("id", "user_id") else Unknown(f"{name} of the user is data", spot)
        case Choice():
            return mapped(base, lambda option: attribute(machine, option, name, spot))
        case Unknown():
            return base
        case _:
            return Unknown(f"nothing tells what .{name} is", spot)


def _of_object(machine: Interpreter, owner: Model | Typed, cls: ClassValue | None, name: str, spot: Spot) -> Value:
    """An attribute of an object: what its class declares, never a value that some code has given it."""
    if cls is None:
        return Unknown(f"nothing tells of which class the object is that has .{name}", spot)
    found = classes.field_of(machine, cls, name)
    if found is not None and isinstance(owner, Model) and name in owner.named:
        # Only a schema makes what it is given into what it declares. A check for None may stand before.
        given = [o for o in options(as_data(force(machine, owner.named[name]))) if not isinstance(o, Unknown | Body)]
        some = [option for option in given if option != Known(None)]
        return found if bodies.is_schema(machine, cls) else choice([found, *(some or given)])
    return found or _bound(force(machine, classes.class_attribute(machine, cls, name, spot)), owner, machine)


def _bound(found: Value, owner: Value, machine: Interpreter) -> Value:
    if not isinstance(found, FunctionValue) or isinstance(found.bound, ClassValue):
        return found
    if not isinstance(found.node, facts.Function):
        return found
    names = {types.last_name(decorator) for decorator in found.node.decorators}
    if "staticmethod" in names:
        return found
    method = FunctionValue(found.home, found.node, found.closure, owner)
    if not names & {"property", "cached_property"}:
        return method
    return machine.branches.alone(lambda: calls.asked_for(machine, method, NO_ARGUMENTS))


def annotated_class(machine: Interpreter, value: Typed) -> ClassValue | None:
    """The one class that an annotation names, beside None."""
    type_ = types.type_of(machine, value.annotation, value.scope)
    found = [] if isinstance(type_, ListOf) else types.classes_in(machine, type_)
    return found[0] if len(found) == 1 else None
