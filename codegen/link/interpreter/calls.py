"""What a call means: helpers, methods of known values, the standard library, and functions of the code base."""

from functools import partial

from ... import facts
from ...diagnostics import Spot
from . import bodies, containers, helpers, library, lookup, methods
from .choices import mapped, options
from .protocol import Interpreter
from .values import (
    Arguments,
    Body,
    Choice,
    ClassValue,
    Dump,
    Event,
    EventPart,
    External,
    FunctionValue,
    Generic,
    Imported,
    Items,
    Member,
    Model,
    Partial,
    Pending,
    Record,
    User,
    Value,
)


def call(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    if isinstance(callee, Choice):
        return mapped(callee, lambda option: machine.branches.maybe(lambda: call(machine, option, arguments, spot)))
    if isinstance(callee, Generic) and isinstance(callee.expr, facts.Sub):  # `Page[Order](...)` makes a Page
        return call(machine, machine.evaluate(callee.expr.value, callee.scope), arguments, spot)
    if isinstance(callee, Partial):
        return call(machine, callee.callee, arguments.after(callee.arguments), spot)
    found = helpers.helper_call(machine, callee, arguments, spot)
    if found is None and isinstance(callee, Member):
        found = methods.method_call(machine, callee.base, callee.name, arguments, spot)
    if found is None:
        found = library.library_call(machine, lookup.dotted_name(callee), arguments, spot)
    return found if found is not None else _followed(machine, callee, arguments, spot)


def _followed(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    """A call into the code base: followed now if it may see or change the handler's data, else when asked for."""
    if machine.entering:
        return _on_the_way_in(machine, callee, arguments, spot)
    nested = _is_inner(callee)
    given = any(_carries(value) for value in arguments.all())
    if not nested and not given and not (_may_change(arguments) and _is_near(callee)):
        return Pending(callee, arguments, spot)
    if not nested and given and not _needs_following(arguments) and not isinstance(callee, FunctionValue | ClassValue):
        rebuilt = bodies.rebuilt(machine, callee, arguments, spot)
        return rebuilt if rebuilt is not None else Pending(callee, arguments, spot)
    forced = machine.force(callee)
    if isinstance(forced, Choice):
        return mapped(forced, lambda option: machine.branches.maybe(lambda: _entered(machine, option, arguments, spot)))
    made = _entered(machine, forced, arguments, spot)
    unfound = isinstance(made, Pending) and made.callee is forced
    return Pending(callee, arguments, spot) if unfound else made


def _may_change(arguments: Arguments) -> bool:
    """Whether a dict or list goes in that has a name, so that what the function does to it is seen afterwards."""
    return any(isinstance(o, Record | Items) and o.born < arguments.born for v in arguments.all() for o in options(v))


def _is_near(callee: Value) -> bool:
    """A function or class by its name, or a method of one of the handler's own objects."""
    match callee:
        case FunctionValue() | ClassValue() | Imported():
            return True
        case Member(base=Pending(callee=base)) | Member(base=base):
            return isinstance(base, ClassValue | Imported | Model)
        case _:
            return False


def _on_the_way_in(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    """In `lambda_handler`: an async function is named, not run; others are followed if they are given it."""
    if isinstance(callee, FunctionValue) and isinstance(callee.node, facts.Function) and callee.node.is_async:
        return callee
    if any(
        isinstance(machine.force(v), FunctionValue) for v in arguments.all() if isinstance(v, FunctionValue | Imported)
    ):
        return _entered(machine, machine.force(callee), arguments, spot)
    if isinstance(callee, FunctionValue):
        return machine.inline(callee, arguments)
    return Pending(callee, arguments, spot)


def _entered(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    match callee:
        case FunctionValue():
            return machine.inline(callee, arguments)
        case ClassValue():
            return bodies.constructed(machine, callee, arguments, spot)
        case Partial():
            return call(machine, callee, arguments, spot)
        case External():
            found = library.library_call(machine, callee.dotted, arguments, spot)
            return found or _foreign(machine, callee, arguments, spot)
        case _:
            return _foreign(machine, callee, arguments, spot)


def _foreign(machine: Interpreter, callee: Value, arguments: Arguments, spot: Spot) -> Value:
    """A call out of the code base: functions that go with it are run, as a task group does, with what stands behind."""
    for place, value in enumerate(arguments.positional):
        function = machine.force(value) if isinstance(value, Imported) else value
        if machine.entering and isinstance(function, FunctionValue):
            if isinstance(function.node, facts.Function) and function.node.is_async:
                machine.seen.handed.append((function, spot))
        elif isinstance(function, FunctionValue):
            given = Arguments(arguments.positional[place + 1 :], {}, ())
            machine.branches.maybe(partial(machine.inline, function, given))
    return Pending(callee, arguments, spot)


def _carries(value: Value) -> bool:
    """Whether the request, or something validated from it, is in a value."""
    match value:
        case Event() | EventPart() | Body() | User():
            return True
        case FunctionValue():
            return _is_inner(value)
        case Record(entries=entries, spreads=spreads):
            return any(_carries(entry.value) for entry in entries.values()) or any(_carries(s) for s in spreads)
        case Items(known=known):
            return any(_carries(part) for part in known)
        case Choice(options=options):
            return any(_carries(option) for option in options)
        case Model(use=use):
            return use is not None
        case Dump(model=model):
            return _carries(model)
        case Member(base=base):
            return isinstance(base, Model) and _carries(base)
        case _:
            return False


def _is_inner(value: Value) -> bool:
    """A function that sees the handler's variables, or a method of one of its objects."""
    return isinstance(value, FunctionValue) and (value.closure is not None or value.bound is not None)


def _needs_following(arguments: Arguments) -> bool:
    """Once a schema has validated the body, where it goes no longer matters."""
    return any(containers.is_request(value) or _is_inner(value) for value in arguments.all())
