"""Evaluates deferred values."""

from ... import facts
from ...diagnostics import Spot
from ...model import Named, OneOf
from . import calls
from . import values as v
from .choices import as_data, choice, mapped, options
from .declared import classes, lookup, types
from .operations import bodies, containers, methods, standard
from .protocol import Interpreter


def force(machine: Interpreter, value: v.Value) -> v.Value:
    """The value itself, as far as the text tells: no import, attribute or call is left to follow."""
    match value:
        case v.Imported():
            return lookup.follow(machine, value)
        case v.Member(base=base, name=name, spot=spot):
            return attribute(machine, force(machine, base), name, spot)
        case v.Indexed(base=base, key=key, spot=spot):
            return _indexed(machine, force(machine, base), force(machine, key), spot)
        case v.Item(base=base):
            return _item(machine, force(machine, base))
        case v.Pending():
            if value.result is None:
                value.result = v.NOTHING  # a call that needs its own answer ends here
                value.result = machine.branches.alone(lambda: _called(machine, value))
            return value.result
        case v.Choice():
            return mapped(value, lambda option: force(machine, option))
        case v.Generic(expr=facts.Sub() as expr, scope=scope):
            return classes.parametrized(machine, expr, scope) or value
        case v.Typed(annotation=annotation, scope=scope, value=inner):
            forced = force(machine, inner)
            return v.Typed(annotation, scope, forced) if isinstance(forced, v.Unknown) else forced
        case _:
            return value


def _item(machine: Interpreter, base: v.Value) -> v.Value:
    """One of the items of a list that has been followed."""
    match base:
        case v.Typed(annotation=annotation, scope=scope) | v.Dump(model=v.Typed(annotation=annotation, scope=scope)):
            inner = types.item_of_annotation(machine, annotation, scope)
            unknown = v.Unknown("no annotation tells what its items are")
            return unknown if inner is None else v.Typed(inner.expr, inner.scope, unknown)
        case v.Choice():
            return mapped(base, lambda option: _item(machine, option))
        case v.Unknown():
            return base
        case v.Item():
            return v.Unknown("no annotation tells what its items are")
        case _:
            found = containers.elements(base)
            return _item(machine, v.Item(base)) if isinstance(found, v.Item) else force(machine, found)


def _indexed(machine: Interpreter, base: v.Value, key: v.Value, spot: Spot) -> v.Value:
    name = containers.name_of(key)
    if isinstance(base, v.ClassValue | v.External) and name is not None:
        return attribute(machine, base, name, spot)  # an enum's member by name
    if isinstance(base, v.Typed):
        part = _typed_part(machine, base, key)
        if part is not None:
            return part
    if isinstance(base, v.Unknown):
        return base
    found = containers.item(machine, base, key, spot)
    return (
        v.Unknown("nothing tells what its items are", spot) if isinstance(found, v.Indexed) else force(machine, found)
    )


def _typed_part(machine: Interpreter, base: v.Typed, key: v.Value) -> v.Value | None:
    """`row[1]` of a tuple, `row["id"]` of a TypedDict, `rows[key]` of a `dict[str, Row]`."""
    value = types.value_of_annotation(base.annotation, base.scope)
    if value is not None or not isinstance(key, v.Known):
        return value
    if isinstance(key.value, int):
        part = types.part_of_annotation(base.annotation, key.value)
        return None if part is None else v.Typed(part, base.scope, v.Unknown("only its annotation tells what it is"))
    cls = annotated_class(machine, base)
    return classes.field_of(machine, cls, str(key.value)) if cls is not None else None


def _called(machine: Interpreter, pending: v.Pending) -> v.Value:
    if isinstance(pending.callee, v.Member):
        base = force(machine, pending.callee.base)
        found = methods.method_call(machine, base, pending.callee.name, pending.arguments, pending.spot)
        if found is not None and found is not pending:
            return force(machine, found)
    callee = force(machine, pending.callee)
    match callee:
        case v.FunctionValue():
            return calls.asked_for(machine, callee, pending.arguments)
        case v.ClassValue():
            return instance(machine, callee, pending)
        case v.Choice():
            return mapped(callee, lambda o: _called(machine, v.Pending(o, pending.arguments, pending.spot)))
        case v.External() | v.Partial():
            made = machine.call(callee, pending.arguments, pending.spot)
            name = lookup.own_name(callee) or "a function"
            unknown = v.Unknown(f"{name}() is not in the code base", pending.spot)
            return unknown if isinstance(made, v.Pending) else force(machine, made)
        case v.Unknown(reason=reason):
            name = lookup.own_name(pending.callee) or "what is called"
            return v.Unknown(f"{name} cannot be found: {reason}", pending.spot)
        case _:
            return v.Unknown(f"{lookup.own_name(pending.callee) or 'what is called'} cannot be followed", pending.spot)


def instance(machine: Interpreter, cls: v.ClassValue, pending: v.Pending) -> v.Value:
    """`X(...)`: a dict for a TypedDict, a member for an enum, else an object of the class."""
    arguments, spot = pending.arguments, pending.spot
    bases = classes.external_bases(machine, cls)
    if any(base.endswith("TypedDict") for base in bases):
        return machine.call(v.External("builtins.dict"), arguments, spot)
    if any(base.startswith("enum.") for base in bases):
        return arguments.positional[0] if arguments.positional else v.Unknown("it is some member of an enum", spot)
    made = not bodies.is_schema(machine, cls)
    if made and classes.class_statements(machine, cls, "__init__") is not None:
        return v.Model(cls, None, {}, made, arguments=arguments)
    fields = types.fields_of(machine, cls) if made or arguments.positional else ()
    given = dict(zip([field.name for field in fields], arguments.positional, strict=False)) | arguments.named
    told = [f for f in fields if made and f.has_default and not arguments.spreads]
    defaults = {f.name: v.Items() if isinstance(f.default, tuple) else v.Known(f.default) for f in told}
    return v.Model(cls, None, defaults | given, made)


def attribute(machine: Interpreter, base: v.Value, name: str, spot: Spot) -> v.Value:
    """`base.name` of a value that has been followed."""
    match base:
        case v.ModuleValue(place=place):
            return lookup.attribute_of_module(machine, place, name)
        case v.External(dotted=dotted):
            return standard.of_status(dotted, name) or v.External(f"{dotted}.{name}")
        case v.ClassValue():
            return force(machine, classes.class_attribute(machine, base, name, spot))
        case v.Model(schema=schema):
            cls = force(machine, schema)
            return _of_object(machine, base, cls if isinstance(cls, v.ClassValue) else None, name, spot)
        case v.Typed() if (value := standard.declared(machine, base)) is not None:
            return attribute(machine, value, name, spot)
        case v.Scalar(kind=kind) if (found := standard.attribute(kind, name)) is not None:
            return found
        case v.Typed():
            named: list[v.ClassValue | None] = [*annotated_classes(machine, base)]
            # Of another class it would fail.
            having = [cls for cls in named if cls is not None and classes.class_statements(machine, cls, name)]
            named = [*having] or named
            return choice([_of_object(machine, base, cls, name, spot) for cls in named or [None]])
        case v.Known() if name == "value":  # a member of an enum stands for its value
            return base
        case v.User():
            return v.Text() if name in ("id", "user_id") else v.Unknown(f"{name} of the user is data", spot)
        case v.Choice():
            return mapped(base, lambda option: attribute(machine, option, name, spot))
        case v.Unknown():
            return base
        case _:
            return v.Unknown(f"nothing tells what .{name} is", spot)


def _of_object(
    machine: Interpreter, owner: v.Model | v.Typed, cls: v.ClassValue | None, name: str, spot: Spot
) -> v.Value:
    """An attribute of an object: what its class declares, never a value that some code has given it."""
    if cls is None:
        return v.Unknown(f"nothing tells of which class the object is that has .{name}", spot)
    if isinstance(owner, v.Model) and owner.made:
        known = _given(machine, owner, cls, name)
        several = known is not None and isinstance(known, v.Choice) and v.Known(None) in known.options
        if known is not None and not several and not any(isinstance(o, v.Unknown | v.Body) for o in options(known)):
            return known
    found = classes.field_of(machine, cls, name)
    if found is not None and isinstance(owner, v.Model) and name in owner.named:
        # Only a schema makes what it is given into what it declares. A check for None may stand before.
        given = [
            o for o in options(as_data(force(machine, owner.named[name]))) if not isinstance(o, v.Unknown | v.Body)
        ]
        some = [option for option in given if option != v.Known(None)]
        return found if bodies.is_schema(machine, cls) else choice([found, *(some or given)])
    return found or _bound(force(machine, classes.class_attribute(machine, cls, name, spot)), owner, machine)


def _given(machine: Interpreter, owner: v.Model, cls: v.ClassValue, name: str) -> v.Value | None:
    """What an object that the code makes was given for an attribute, perhaps by its `__init__`."""
    machine.branches.alone(lambda: calls.initialise(machine, owner, cls))
    if name not in owner.named or name in owner.asked:
        return None  # what is made of itself is not known
    owner.asked.add(name)
    value = machine.force(owner.named[name])
    owner.asked.discard(name)
    # A text may be another one by now.
    is_text = any(isinstance(option, v.Known) and isinstance(option.value, str) for option in options(value))
    return as_data(value) if is_text else value


def _bound(found: v.Value, owner: v.Value, machine: Interpreter) -> v.Value:
    if not isinstance(found, v.FunctionValue) or isinstance(found.bound, v.ClassValue):
        return found
    if not isinstance(found.node, facts.Function):
        return found
    names = {types.last_name(decorator) for decorator in found.node.decorators}
    if "staticmethod" in names:
        return found
    method = v.FunctionValue(found.home, found.node, found.closure, owner)
    if not names & {"property", "cached_property"}:
        return method
    return machine.branches.alone(lambda: calls.asked_for(machine, method, v.NO_ARGUMENTS))


def annotated_classes(machine: Interpreter, value: v.Typed) -> list[v.ClassValue]:
    """The classes that an annotation names, beside None; none where it may be something else."""
    type_ = types.type_of(machine, value.annotation, value.scope)
    options = types.parts(type_) if isinstance(type_, OneOf) else (type_,)
    known = all(isinstance(option, Named) or option == types.NONE for option in options)
    return types.classes_in(machine, type_) if known else []


def annotated_class(machine: Interpreter, value: v.Typed) -> v.ClassValue | None:
    """The one class that an annotation names, beside None."""
    found = annotated_classes(machine, value)
    return found[0] if len(found) == 1 else None
