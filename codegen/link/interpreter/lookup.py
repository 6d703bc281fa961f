"""From names to what they stand for: scopes, modules, imports, packages."""

import builtins

from ... import facts
from ...diagnostics import Spot
from ...routing.modules import Binding, ModuleIndex, Place
from .choices import choice
from .protocol import Interpreter
from .targets import bind_target
from .values import (
    ClassValue,
    External,
    FunctionValue,
    Imported,
    Items,
    Known,
    Member,
    ModuleValue,
    Record,
    Scope,
    Typed,
    Unknown,
    Value,
)

_BUILTINS = frozenset(dir(builtins))


def name_value(machine: Interpreter, name: str, scope: Scope) -> Value:
    """The value of a name where it is read."""
    at: Scope | None = scope
    while at is not None:
        if name in at.names:
            return at.names[name]
        at = at.outer
    return module_value(machine, scope.home, name) or _builtin(name)


def _builtin(name: str) -> Value:
    return External(f"builtins.{name}") if name in _BUILTINS else Unknown(f"no {name} is defined")


def module_value(machine: Interpreter, index: ModuleIndex, name: str) -> Value | None:
    """The value of a top-level name; None if the module has none such."""
    key = (index.path, name)
    if key in machine.memo.module_values:
        return machine.memo.module_values[key]
    bindings = index.bindings.get(name)
    if bindings is None:
        return _from_stars(machine, index, name)
    machine.memo.module_values[key] = Unknown(f"{name} is defined by itself")
    value = choice(_found(machine, [bound_value(machine, index, name, binding) for binding in bindings]))
    if name in index.data or (not name.lstrip("_").isupper() and isinstance(value, Record | Items)):
        value = _filled(index, bindings[-1], name)
    machine.memo.module_values[key] = value
    return value


def _filled(index: ModuleIndex, binding: Binding, name: str) -> Value:
    """What code may fill at run time: nothing that stands in the text tells what is in it."""
    unknown = Unknown(f"{name} is filled at run time", Spot(index.path, binding.statement.at))
    annotation = binding.statement.annotation if isinstance(binding.statement, facts.Assign) else None
    return unknown if annotation is None else Typed(annotation, Scope(index, {}), unknown)


def _found(machine: Interpreter, values: list[Value]) -> list[Value]:
    """Of a name that is imported in one branch or another, what is in the tree, if any of it is."""
    if len(values) < 2 or not any(isinstance(value, Imported) for value in values):
        return values
    known = [v for v in values if not isinstance(v, Imported) or not isinstance(machine.force(v), External | Unknown)]
    return known if any(isinstance(machine.force(v), ClassValue | FunctionValue) for v in known) else values


def _from_stars(machine: Interpreter, index: ModuleIndex, name: str) -> Value | None:
    key = (index.path, name)
    machine.memo.module_values[key] = None  # two modules that import all of each other
    for star in index.stars:
        place = place_of(machine, index, star)
        if place is not None and place.index is not None:
            value = module_value(machine, place.index, name)
            if value is not None:
                machine.memo.module_values[key] = value
                return value
    return None


def bound_value(machine: Interpreter, index: ModuleIndex, name: str, binding: Binding) -> Value:
    statement, scope = binding.statement, Scope(index, {})
    match statement:
        case facts.Import():
            return Imported(index, statement)
        case facts.Function():
            return FunctionValue(index, statement)
        case facts.Class():
            return ClassValue(index, statement)
        case facts.Alias():
            return machine.evaluate(statement.value, scope)
        case facts.Assign(value=value, annotation=annotation) if value is not None:
            for target in statement.targets:
                if isinstance(target, facts.Name | facts.Seq):
                    bind_target(machine, target, machine.evaluate(value, scope), scope)
            found = scope.names.get(name, Unknown("the parts of what is unpacked are not known"))
            if isinstance(found, Unknown) and annotation is not None:
                return Typed(annotation, scope, found)
            return found
        case _:
            return Unknown(f"{name} is bound in a way that is not followed", Spot(index.path, statement.at))


def place_of(machine: Interpreter, index: ModuleIndex, statement: facts.Import) -> Place | None:
    """The module that an import statement names."""
    if statement.level:
        return machine.program.relative(index, statement.level, statement.module)
    return machine.program.find(statement.module)


def follow(machine: Interpreter, value: Imported) -> Value:
    """What an import binds, through re-exports, packages and submodules."""
    key = (value.home.path, value.statement.at, value.statement.name or "", value.statement.alias or "")
    if key in machine.memo.followed:
        return machine.memo.followed[key]
    machine.memo.followed[key] = Unknown("it is imported by way of itself")
    found = _follow(machine, value.home, value.statement)
    machine.memo.followed[key] = found
    return found


def _follow(machine: Interpreter, home: ModuleIndex, statement: facts.Import) -> Value:
    if statement.name is None:
        dotted = statement.module if statement.alias else statement.module.partition(".")[0]
        place = machine.program.find(dotted)
        return External(dotted) if place is None else ModuleValue(place)
    place = place_of(machine, home, statement)
    if place is None:
        return External(f"{'.' * statement.level}{statement.module}.{statement.name}")
    return attribute_of_module(machine, place, statement.name)


def attribute_of_module(machine: Interpreter, place: Place, name: str) -> Value:
    if place.index is not None:
        value = module_value(machine, place.index, name)
        if value is not None and not _is_itself(place, name, value):
            return _forced_once(machine, (place.index.path, name), value)
    inner = machine.program.within(place.folder, name) if is_package(place) else None
    return Unknown(f"there is no {name} in {place.folder}") if inner is None else ModuleValue(inner)


def _forced_once(machine: Interpreter, key: tuple[str, str], value: Value) -> Value:
    """A name that is defined by itself, by way of its own module, ends here."""
    if key in machine.memo.asked:
        return Unknown(f"{key[1]} is defined by itself")
    machine.memo.asked.add(key)
    try:
        return machine.force(value)
    finally:
        machine.memo.asked.discard(key)


def _is_itself(place: Place, name: str, value: Value) -> bool:
    """`from . import product` in a package's `__init__`: the name is the submodule, not a loop."""
    if not isinstance(value, Imported) or value.home is not place.index:
        return False
    statement = value.statement
    return statement.level == 1 and not statement.module and statement.name == name and is_package(place)


def is_package(place: Place) -> bool:
    return place.index is None or place.index.path.endswith("__init__.py")


def constant(machine: Interpreter, value: Value) -> Value:
    """An imported constant, or one of a class, as what it is; anything else as it was."""
    base = value
    while isinstance(base, Member):
        base = base.base
    if not isinstance(base, Imported | ClassValue) or isinstance(value, ClassValue):
        return value
    forced = machine.force(value)
    return forced if isinstance(forced, Known) else value


def dotted_name(value: Value) -> str:
    """The absolute dotted name under which something was imported, without following it; "" if it was not."""
    match value:
        case External(dotted=dotted):
            return dotted
        case Imported(statement=facts.Import(name=None, module=module, alias=alias)):
            return module if alias else module.partition(".")[0]
        case Imported(statement=facts.Import(level=0, module=module, name=name)):
            return f"{module}.{name}"
        case Member(base=base, name=name):
            outer = dotted_name(base)
            return f"{outer}.{name}" if outer else ""
        case _:
            return ""


def own_name(value: Value) -> str:
    """The name under which a function or class was defined, as far as an import tells it."""
    match value:
        case FunctionValue(node=facts.Function(name=name)) | ClassValue(node=facts.Class(name=name)):
            return name
        case Imported(statement=statement):
            return statement.name or statement.module.rpartition(".")[2]
        case Member(name=name):
            return name
        case External(dotted=dotted):
            return dotted.rpartition(".")[2]
        case _:
            return ""
