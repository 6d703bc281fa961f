"""From names to what they stand for: scopes, modules, imports, packages."""

import builtins

from .... import facts
from ....diagnostics import Spot
from ....routing.modules import Binding, ModuleIndex, Place
from .. import values as v
from ..choices import choice
from ..language.targets import bind_target
from ..protocol import Interpreter

_BUILTINS = frozenset(dir(builtins))


def name_value(machine: Interpreter, name: str, scope: v.Scope) -> v.Value:
    """The value of a name where it is read."""
    at: v.Scope | None = scope
    while at is not None:
        if name in at.names:
            return at.names[name]
        at = at.outer
    return module_value(machine, scope.home, name) or _builtin(name)


def _builtin(name: str) -> v.Value:
    return v.External(f"builtins.{name}") if name in _BUILTINS else v.Unknown(f"no {name} is defined")


def module_value(machine: Interpreter, index: ModuleIndex, name: str) -> v.Value | None:
    """The value of a top-level name; None if the module has none such."""
    key = (index.path, name)
    if key in machine.memo.module_values:
        return machine.memo.module_values[key]
    bindings = index.bindings.get(name)
    if bindings is None:
        return _from_stars(machine, index, name)
    machine.memo.module_values[key] = v.Unknown(f"{name} is defined by itself")
    value = choice(_found(machine, [bound_value(machine, index, name, binding) for binding in bindings]))
    is_filled = not name.lstrip("_").isupper() and isinstance(value, v.Record | v.Items) and not _is_of_code(value)
    if name in index.data or is_filled:
        value = _filled(index, bindings[-1], name)
    machine.memo.module_values[key] = value
    return value


def _is_of_code(value: v.Record | v.Items) -> bool:
    """Whether a dict holds functions, as one does by which a dispatcher finds them."""
    found = [entry.value for entry in value.entries.values()] if isinstance(value, v.Record) else []
    return bool(found) and all(isinstance(one, v.FunctionValue | v.ClassValue | v.Imported) for one in found)


def _filled(index: ModuleIndex, binding: Binding, name: str) -> v.Value:
    """What code may fill at run time: nothing that stands in the text tells what is in it."""
    unknown = v.Unknown(f"{name} is filled at run time", Spot(index.path, binding.statement.at))
    annotation = binding.statement.annotation if isinstance(binding.statement, facts.Assign) else None
    return unknown if annotation is None else v.Typed(annotation, v.Scope(index, {}), unknown)


def _found(machine: Interpreter, values: list[v.Value]) -> list[v.Value]:
    """Of a name that is imported in one branch or another, what is in the tree, if any of it is."""
    if len(values) < 2 or not any(isinstance(value, v.Imported) for value in values):
        return values
    known = [
        o for o in values if not isinstance(o, v.Imported) or not isinstance(machine.force(o), v.External | v.Unknown)
    ]
    return known if any(isinstance(machine.force(o), v.ClassValue | v.FunctionValue) for o in known) else values


def _from_stars(machine: Interpreter, index: ModuleIndex, name: str) -> v.Value | None:
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


def bound_value(machine: Interpreter, index: ModuleIndex, name: str, binding: Binding) -> v.Value:
    statement, scope = binding.statement, v.Scope(index, {})
    match statement:
        case facts.Import():
            return v.Imported(index, statement)
        case facts.Function():
            return v.FunctionValue(index, statement)
        case facts.Class():
            return v.ClassValue(index, statement)
        case facts.Alias():
            return machine.evaluate(statement.value, scope)
        case facts.Assign(value=value, annotation=annotation) if value is not None:
            for target in statement.targets:
                if isinstance(target, facts.Name | facts.Seq):
                    bind_target(machine, target, machine.evaluate(value, scope), scope)
            found = scope.names.get(name, v.Unknown("the parts of what is unpacked are not known"))
            if isinstance(found, v.Unknown) and annotation is not None:
                return v.Typed(annotation, scope, found)
            return found
        case _:
            return v.Unknown(f"{name} is bound in a way that is not followed", Spot(index.path, statement.at))


def place_of(machine: Interpreter, index: ModuleIndex, statement: facts.Import) -> Place | None:
    """The module that an import statement names."""
    if statement.level:
        return machine.program.relative(index, statement.level, statement.module)
    return machine.program.find(statement.module)


def follow(machine: Interpreter, value: v.Imported) -> v.Value:
    """What an import binds, through re-exports, packages and submodules."""
    key = (value.home.path, value.statement.at, value.statement.name or "", value.statement.alias or "")
    if key in machine.memo.followed:
        return machine.memo.followed[key]
    machine.memo.followed[key] = v.Unknown("it is imported by way of itself")
    found = _follow(machine, value.home, value.statement)
    machine.memo.followed[key] = found
    return found


def _follow(machine: Interpreter, home: ModuleIndex, statement: facts.Import) -> v.Value:
    if statement.name is None:
        dotted = statement.module if statement.alias else statement.module.partition(".")[0]
        place = machine.program.find(dotted)
        return v.External(dotted) if place is None else v.ModuleValue(place)
    place = place_of(machine, home, statement)
    if place is None:
        return v.External(f"{'.' * statement.level}{statement.module}.{statement.name}")
    return attribute_of_module(machine, place, statement.name)


def attribute_of_module(machine: Interpreter, place: Place, name: str) -> v.Value:
    if place.index is not None:
        value = module_value(machine, place.index, name)
        if value is not None and not _is_itself(place, name, value):
            return _forced_once(machine, (place.index.path, name), value)
    inner = machine.program.within(place.folder, name) if is_package(place) else None
    return v.Unknown(f"there is no {name} in {place.folder}") if inner is None else v.ModuleValue(inner)


def _forced_once(machine: Interpreter, key: tuple[str, str], value: v.Value) -> v.Value:
    """A name that is defined by itself, by way of its own module, ends here."""
    if key in machine.memo.asked:
        return v.Unknown(f"{key[1]} is defined by itself")
    machine.memo.asked.add(key)
    try:
        return machine.force(value)
    finally:
        machine.memo.asked.discard(key)


def _is_itself(place: Place, name: str, value: v.Value) -> bool:
    """`from . import product` in a package's `__init__`: the name is the submodule, not a loop."""
    if not isinstance(value, v.Imported) or value.home is not place.index:
        return False
    statement = value.statement
    return statement.level == 1 and not statement.module and statement.name == name and is_package(place)


def is_package(place: Place) -> bool:
    return place.index is None or place.index.path.endswith("__init__.py")


def constant(machine: Interpreter, value: v.Value) -> v.Value:
    """An imported constant, or one of a class, as what it is; anything else as it was."""
    base = value
    while isinstance(base, v.Member):
        base = base.base
    if not isinstance(base, v.Imported | v.ClassValue) or isinstance(value, v.ClassValue):
        return value
    forced = machine.force(value)
    return forced if isinstance(forced, v.Known) else value


def dotted_name(value: v.Value) -> str:
    """The absolute dotted name under which something was imported, without following it; "" if it was not."""
    match value:
        case v.External(dotted=dotted):
            return dotted
        case v.Imported(statement=facts.Import(name=None, module=module, alias=alias)):
            return module if alias else module.partition(".")[0]
        case v.Imported(statement=facts.Import(level=0, module=module, name=name)):
            return f"{module}.{name}"
        case v.Member(base=base, name=name):
            outer = dotted_name(base)
            return f"{outer}.{name}" if outer else ""
        case _:
            return ""


_APPS = frozenset((*(f"{n}Resolver" for n in ("APIGatewayRest", "APIGatewayHttp", "ApiGateway")), "Router", "Chalice"))
_APPS |= {"Blueprint", "APIGatewayRouter", "APIGatewayHttpRouter"}


def is_app(machine: Interpreter, value: v.Value) -> bool:
    """Whether a value is an app or a router of Powertools or Chalice, which holds the request that it runs for."""
    made = follow(machine, value) if isinstance(value, v.Imported) else value
    return isinstance(made, v.Pending) and own_name(made.callee) in _APPS


def own_name(value: v.Value) -> str:
    """The name under which a function or class was defined, as far as an import tells it."""
    match value:
        case v.FunctionValue(node=facts.Function(name=name)) | v.ClassValue(node=facts.Class(name=name)):
            return name
        case v.Imported(statement=statement):
            return statement.name or statement.module.rpartition(".")[2]
        case v.Member(name=name):
            return name
        case v.External(dotted=dotted):
            return dotted.rpartition(".")[2]
        case _:
            return ""
