"""What declarations alone say of a value: fields of classes and annotations of functions, before any body is read."""

from ... import facts
from ...model import ANY, Type
from . import classes, lookup, types
from .protocol import Interpreter
from .values import (
    AdapterDump,
    ClassValue,
    FunctionValue,
    Imported,
    Indexed,
    Item,
    Member,
    Model,
    Pending,
    Scope,
    Typed,
    Unknown,
    Value,
)

_UNTOLD = Unknown("no declaration tells it")
# Decorators that keep what the annotation says.
_TRANSPARENT = frozenset(
    (
        "staticmethod",
        "classmethod",
        "property",
        "cached_property",
        "abstractmethod",
        "override",
        "overload",
        "final",
        "cache",
        "lru_cache",
    )
)
_PROPERTIES = frozenset(("property", "cached_property"))
_DEEPEST = 12


def declared_type(machine: Interpreter, value: Value) -> Type:
    """The type that the declarations give to what was not followed yet; Any where they do not tell."""
    found = _declared(machine, value, 0) if isinstance(value, Member | Pending | Item | Indexed) else _UNTOLD
    return types.type_of(machine, found.annotation, found.scope) if isinstance(found, Typed) else ANY


def _declared(machine: Interpreter, value: Value, depth: int) -> Value:
    """A value of which the type is declared, or Unknown."""
    if depth > _DEEPEST:
        return _UNTOLD
    match value:
        case Typed() | Model() | ClassValue() | FunctionValue():
            return value
        case Imported():
            found = lookup.follow(machine, value)
            return found if isinstance(found, ClassValue | FunctionValue | Typed | Model) else _UNTOLD
        case Member(base=base, name=name):
            return _attribute(machine, _declared(machine, base, depth + 1), name)
        case Pending(result=Model() as made):
            return made
        case Pending(callee=callee):
            return _result(machine, _declared(machine, callee, depth + 1))
        case Item(base=base) | Indexed(base=base):
            return _item(_declared(machine, base, depth + 1))
        case AdapterDump(adapter=adapter):
            return Typed(adapter.expr, adapter.scope, _UNTOLD)
        case _:
            return _UNTOLD


def _attribute(machine: Interpreter, owner: Value, name: str) -> Value:
    """A field, or a method; what a property returns."""
    cls = _class_of(machine, owner)
    if cls is None:
        return _UNTOLD
    field = classes.field_of(machine, cls, name)
    if field is not None and not isinstance(owner, ClassValue):
        return field
    found = classes.class_statements(machine, cls, name)
    if found is None or not isinstance(found[1], facts.Function):
        return _UNTOLD
    function = FunctionValue(found[0].home, found[1], None, owner)
    is_property = not _PROPERTIES.isdisjoint(_decorators(found[1]))
    return _result(machine, function) if is_property and not isinstance(owner, ClassValue) else function


def _class_of(machine: Interpreter, owner: Value) -> ClassValue | None:
    match owner:
        case ClassValue():
            return owner
        case Model(schema=schema):
            found = machine.force(schema)
            return found if isinstance(found, ClassValue) else None
        case Typed(annotation=annotation, scope=scope):
            return types.class_of_annotation(machine, annotation, scope)
        case _:
            return None


def _result(machine: Interpreter, callee: Value) -> Value:
    """What a call gives: an object of a class, or what the function's annotation says."""
    if isinstance(callee, ClassValue):
        return Model(callee) if not classes.external_bases(machine, callee) else _UNTOLD
    if not isinstance(callee, FunctionValue) or not isinstance(callee.node, facts.Function):
        return _UNTOLD
    returns = callee.node.returns
    if returns is None or not _TRANSPARENT.issuperset(_decorators(callee.node)):
        return _UNTOLD
    if _name(returns) == "Self":
        return Model(callee.bound) if isinstance(callee.bound, ClassValue) else callee.bound or _UNTOLD
    return Typed(returns, Scope(callee.home, {}), _UNTOLD)


def _item(base: Value) -> Value:
    inner = types.item_of_annotation(base.annotation) if isinstance(base, Typed) else None
    return Typed(inner, base.scope, _UNTOLD) if isinstance(base, Typed) and inner is not None else _UNTOLD


def _decorators(function: facts.Function) -> list[str]:
    calls = [d.func if isinstance(d, facts.Call) else d for d in function.decorators]
    return [_name(d) for d in calls]


def _name(expr: facts.Expr) -> str:
    match expr:
        case facts.Name(id=name) | facts.Attr(name=name):
            return name
        case facts.Const(value=str(text)):
            return text
        case _:
            return ""
