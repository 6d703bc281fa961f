"""Annotations to types, and the fields of schemas, followed statically through the code base."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from .... import facts
from ....model import ANY, Field, ListOf, Literals, MapOf, Named, OneOf, Primitive, Shape, Type
from .. import values as v
from ..protocol import Interpreter
from . import bounds, classes, lookup

_PRIMITIVES = {
    **{f"builtins.{name}": name for name in ("str", "int", "float", "bool", "bytes")},
    **{f"datetime.{name}": name for name in ("datetime", "date", "time", "timedelta")},
    **{f"pydantic.Strict{name.title()}": name for name in ("str", "int", "float", "bool", "bytes")},
    **{f"pydantic.{name}Datetime": "datetime" for name in ("Aware", "Naive", "Past", "Future")},
    **{f"pydantic.{name}Date": "date" for name in ("Past", "Future")},
    **dict.fromkeys(("uuid.UUID", "pydantic.UUID4"), "UUID"),
    "decimal.Decimal": "Decimal",
}
_SEQUENCES = ("Sequence", "Iterable", "Collection", "MutableSequence")
LISTS = frozenset(("list", "set", "frozenset", "tuple", "List", "Set", "FrozenSet", "Tuple", *_SEQUENCES))
_STREAMS = frozenset(f"{kind}{name}" for kind in ("", "Async") for name in ("Iterator", "Iterable", "Generator"))
_ALIASES = 8
MAPS = frozenset(["dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict"])
NONE = Primitive("None")
# What the items of an empty list are.
NOTHING = OneOf(())
_DEEPEST = 4
# What stands at the right side of a field: of pydantic, dataclasses and msgspec, attrs.
_DEFAULT_FIRST = frozenset(("Field", "ib", "attrib"))
_FIELDS = _DEFAULT_FIRST | {"field"}
_FACTORIES = ("default_factory", "factory")


def type_of(machine: Interpreter, expr: facts.Expr, scope: v.Scope, depth: int = 0) -> Type:
    """The type that an annotation means; Any for what is not known."""
    if depth > 12:
        return ANY
    match expr:
        case facts.Const(value=None):
            return NONE
        case facts.Const(value=str(text)):
            return _forward(machine, text, scope, depth)
        case facts.Binary(op="|"):
            return one_of([type_of(machine, part, scope, depth + 1) for part in (expr.left, expr.right)])
        case facts.Sub():
            return _generic(machine, expr, scope, depth)
        case facts.Name() | facts.Attr():
            return _of_value(machine, machine.evaluate(expr, scope), depth)
        case facts.Call():
            return _made(machine, expr, scope, depth)
        case _:
            return ANY


def _made(machine: Interpreter, call: facts.Call, scope: v.Scope, depth: int) -> Type:
    """The type that `conint(ge=1)` or `conlist(str)` makes."""
    name = lookup.own_name(machine.evaluate(call.func, scope))
    found = bounds.said(machine, call, scope)
    if name in bounds.MADE_LISTS:
        items = [arg.value for arg in call.args if arg.name in (None, "item_type") and not arg.star]
        return bounds.bounded(ListOf(type_of(machine, items[0], scope, depth + 1) if items else ANY), found)
    return bounds.bounded(Primitive(bounds.MADE[name]), found) if name in bounds.MADE else ANY


def _forward(machine: Interpreter, text: str, scope: v.Scope, depth: int) -> Type:
    """A quoted annotation: names, dots, `X | None` and one level of brackets are read."""
    parts = [part.strip() for part in text.split("|")]
    if len(parts) > 1:
        return one_of([_forward(machine, part, scope, depth + 1) for part in parts])
    head, bracket, rest = text.strip().partition("[")
    if bracket and rest.endswith("]"):
        inner = _forward(machine, rest[:-1], scope, depth + 1) if depth < 12 else ANY
        name = head.rpartition(".")[2]
        return ListOf(inner) if name in LISTS else one_of([inner, NONE]) if name == "Optional" else ANY
    if head == "None":
        return NONE
    names = head.split(".")
    if not all(name.isidentifier() for name in names):
        return ANY
    expr: facts.Expr = facts.Name(-1, names[0])
    for name in names[1:]:
        expr = facts.Attr(-1, expr, name)
    return type_of(machine, expr, scope, depth + 1)


def _generic(machine: Interpreter, expr: facts.Sub, scope: v.Scope, depth: int) -> Type:
    base = machine.evaluate(expr.value, scope)
    name = lookup.own_name(base) or (expr.value.id if isinstance(expr.value, facts.Name) else "")
    inner = expr.key.items if isinstance(expr.key, facts.Seq) and expr.key.kind == "tuple" else (expr.key,)
    if name in LISTS:
        return ListOf(one_of([type_of(machine, part, scope, depth + 1) for part in _items(inner)]))
    if name in MAPS:
        return MapOf(type_of(machine, inner[-1], scope, depth + 1) if len(inner) > 1 else ANY)
    if name == "Optional":
        return one_of([type_of(machine, inner[0], scope, depth + 1), NONE])
    if name == "Union":
        return one_of([type_of(machine, part, scope, depth + 1) for part in inner])
    if name == "Annotated":
        type_ = type_of(machine, inner[0], scope, depth + 1)
        for mark in inner[1:]:
            said = bounds.said(machine, mark, scope) if isinstance(mark, facts.Call) else {}
            type_ = _discriminated(bounds.bounded(type_, said), said)
        return type_
    if name in ("Final", "Required", "NotRequired", "ClassVar", "ReadOnly"):
        return type_of(machine, inner[0], scope, depth + 1)
    if name == "Literal":
        return _literal(machine, inner, scope)
    if name in ("Awaitable", "Coroutine"):
        return type_of(machine, inner[-1], scope, depth + 1)
    return _of_value(machine, classes.parametrized(machine, expr, scope) or base, depth)


def _discriminated(type_: Type, said: dict[str, v.Value]) -> Type:
    """A union with the discriminator that `Field(discriminator="kind")` or `Discriminator("kind")` names."""
    name = said.get("discriminator")
    if isinstance(name, v.Known) and isinstance(name.value, str) and isinstance(type_, OneOf):
        return OneOf(parts(type_), name.value)
    return type_


def _literal(machine: Interpreter, parts: tuple[facts.Expr, ...], scope: v.Scope) -> Type:
    values: list[str | int | bool] = []
    optional = False
    for part in parts:
        value = machine.force(machine.evaluate(part, scope))
        if isinstance(value, v.Known) and isinstance(value.value, str | int):
            values.append(value.value)
        elif isinstance(value, v.Known) and value.value is None:
            optional = True
        else:
            return ANY
    literal = Literals(tuple(values))
    return one_of([literal, NONE]) if optional else literal


def _of_value(machine: Interpreter, value: v.Value, depth: int) -> Type:
    found = machine.force(value)
    match found:
        case v.ClassValue():
            return named(machine, found, depth)
        case v.External(dotted=dotted):
            return _external(dotted)
        case v.Generic(expr=expr, scope=scope):
            return type_of(machine, expr, scope, depth + 1)
        case v.Known(value=None):
            return NONE
        case _:
            return ANY


def _external(dotted: str) -> Type:
    home, _, name = dotted.rpartition(".")
    if dotted in _PRIMITIVES:
        return Primitive(_PRIMITIVES[dotted])
    if home == "pydantic" and name in bounds.BOUNDED:
        return Primitive(*bounds.BOUNDED[name])
    if name in LISTS:
        return ListOf(ANY)
    return MapOf(ANY) if name in MAPS else ANY


def one_of(types: list[Type]) -> Type:
    """A union, flattened, without repeats; a part that is not known makes all of it unknown."""
    found: list[Type] = []
    for type_ in types:
        for option in type_.options if isinstance(type_, OneOf) and type_.discriminator is None else (type_,):
            if option not in found:
                found.append(option)
    if ANY in found or not found:
        return ANY
    found = _lists_as_one(found)
    return found[0] if len(found) == 1 else OneOf(tuple(found))


def _lists_as_one(found: list[Type]) -> list[Type]:
    """Without an empty list beside others; those beside one of unknown items are such lists, too."""
    lists = [type_ for type_ in found if isinstance(type_, ListOf)]
    if ListOf(ANY) in lists:
        return [type_ for type_ in found if type_ not in lists or type_ == ListOf(ANY)]
    return [type_ for type_ in found if type_ != ListOf(NOTHING) or len(lists) == 1]


def named(machine: Interpreter, cls: v.ClassValue, depth: int = 0) -> Named:
    arguments = tuple(_of_value(machine, value, depth + 1) for value in cls.arguments.values())
    told = () if all(argument == ANY for argument in arguments) else arguments
    key = (cls.home.path, cls.node.at)
    if key not in machine.memo.outer_classes:
        machine.memo.outer_classes[key] = classes.within(cls)
    module, members = machine.module_name(cls.home.path), classes.enum_values(machine, cls)
    type_ = Named(module, cls.node.name, members, told, machine.memo.outer_classes[key])
    machine.memo.classes[type_] = cls
    return type_


def classes_in(machine: Interpreter, type_: Type) -> list[v.ClassValue]:
    """The classes that a type names, in lists and unions too."""
    if isinstance(type_, Named):
        return [machine.memo.classes[type_]]
    inner = parts(type_) if isinstance(type_, ListOf | OneOf) else ()
    return [cls for part in inner for cls in classes_in(machine, part)]


def importable(type_: Type) -> Type:
    """A type in which classes that no other module has are any JSON."""
    match type_:
        case Named(within=None):
            return ANY
        case ListOf(item=item):
            return replace(type_, item=importable(item))
        case MapOf(value=value):
            return replace(type_, value=importable(value))
        case OneOf(options=options) if any(importable(option) != option for option in options):
            return one_of([importable(option) for option in options])
        case Shape(fields=fields):
            return replace(type_, fields=tuple(replace(field, type=importable(field.type)) for field in fields))
        case _:
            return type_


def parts(type_: Type) -> tuple[Type, ...]:
    """The types that a type is made of."""
    match type_:
        case Shape(fields=fields):
            return tuple(field.type for field in fields)
        case ListOf(item=item) | MapOf(value=item):
            return (item,)
        case OneOf(options=options):
            return options
        case Primitive() | Literals() | Named():
            return ()
    assert_never(type_)


def class_of(machine: Interpreter, type_: Named) -> v.ClassValue | None:
    """The class of a type that was found in this handler."""
    return machine.memo.classes.get(type_)


def last_name(expr: facts.Expr) -> str:
    return expr.id if isinstance(expr, facts.Name) else expr.name if isinstance(expr, facts.Attr) else ""


def item_of_annotation(
    machine: Interpreter, annotation: facts.Expr, scope: v.Scope, depth: int = 0
) -> v.Generic | None:
    """X of `list[X]`, of `list[X] | None`, and of a name for such."""
    if isinstance(annotation, facts.Binary):
        sides = [side for side in (annotation.left, annotation.right) if not _is_none(side)]
        return item_of_annotation(machine, sides[0], scope, depth + 1) if len(sides) == 1 else None
    if not isinstance(annotation, facts.Sub):
        named = machine.force(machine.evaluate(annotation, scope)) if depth < _ALIASES else None
        if not isinstance(named, v.Generic) or named.expr is annotation:
            return None
        return item_of_annotation(machine, named.expr, named.scope, depth + 1)
    inner = annotation.key.items if isinstance(annotation.key, facts.Seq) else (annotation.key,)
    name = last_name(annotation.value)
    if name in ("Optional", "Annotated") and inner:
        return item_of_annotation(machine, inner[0], scope, depth + 1)
    if name not in _STREAMS and (name not in LISTS or len(_items(inner)) != 1):
        return None
    return v.Generic(inner[0], scope)


def _items(parts: tuple[facts.Expr, ...]) -> tuple[facts.Expr, ...]:
    """X and Y of `tuple[X, Y]`; X of `tuple[X, ...]`."""
    return tuple(part for part in parts if not (isinstance(part, facts.Other) and not part.parts))


def _is_none(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Const) and expr.value is None


def value_of_annotation(annotation: facts.Expr, scope: v.Scope) -> v.Typed | None:
    """A value of `dict[X, Y]`."""
    if not isinstance(annotation, facts.Sub) or last_name(annotation.value) not in MAPS:
        return None
    parts = annotation.key.items if isinstance(annotation.key, facts.Seq) else ()
    return v.Typed(parts[1], scope, v.Unknown("only its annotation tells what it is")) if len(parts) == 2 else None


def part_of_annotation(annotation: facts.Expr, place: int) -> facts.Expr | None:
    """Y of `tuple[X, Y]` at place 1; None where the places are not told."""
    if not isinstance(annotation, facts.Sub) or last_name(annotation.value) not in ("tuple", "Tuple"):
        return None
    parts = annotation.key.items if isinstance(annotation.key, facts.Seq) else ()
    return parts[place] if 0 <= place < len(parts) and not isinstance(parts[-1], facts.Other) else None


def fields_of(machine: Interpreter, cls: v.ClassValue) -> tuple[Field, ...]:
    """The fields of a schema, those of its bases first, as pydantic orders them."""
    found: dict[str, Field] = {}
    for owner in reversed(classes.ancestry(machine, cls)):
        scope, own_names = classes.scope_of(owner), classes.class_scope(owner)
        for statement in owner.node.body:
            if isinstance(statement, facts.Assign):
                _add_field(machine, statement, scope, own_names, found)
    return tuple(found.values())


def _add_field(
    machine: Interpreter, statement: facts.Assign, scope: v.Scope, own_names: v.Scope, found: dict[str, Field]
) -> None:
    """`scope` is where the annotations of the class are read, `own_names` where its constants are."""
    target = statement.targets[0]
    if not isinstance(target, facts.Name) or target.id.startswith("_") or target.id == "model_config":
        return
    if statement.annotation is None:
        if target.id in found and statement.value is not None:  # a new default for an inherited field
            known, has_default, _ = _default(machine, own_names, statement.value)
            found[target.id] = replace(found[target.id], required=False, has_default=has_default, default=known)
        return
    annotation = statement.annotation
    if last_name(annotation.value if isinstance(annotation, facts.Sub) else annotation) in ("ClassVar", "PrivateAttr"):
        return
    said = dict[str, v.Value]()
    for mark in _marks(machine, annotation, scope):
        said |= bounds.said(machine, *mark)
    value = statement.value
    default, has_default, required = (None, False, True) if value is None else _default(machine, own_names, value)
    if isinstance(value, facts.Call):
        said |= bounds.said(machine, value, own_names)
    if said.get("init") == v.Known(False):
        return
    type_ = _discriminated(bounds.bounded(type_of(machine, annotation, scope), said), said)
    field = Field(target.id, type_, required, has_default, default, _alias_in(said))
    found[target.id] = replace(field, **bounds.words(said))  # type: ignore[arg-type]


def _marks(
    machine: Interpreter, annotation: facts.Expr, scope: v.Scope, depth: int = 0
) -> Iterator[tuple[facts.Call, v.Scope]]:
    """The calls beside the type in `Annotated`, through names of such."""
    if isinstance(annotation, facts.Sub) and isinstance(annotation.key, facts.Seq):
        if last_name(annotation.value) == "Annotated":
            yield from _marks(machine, annotation.key.items[0], scope, depth)
            yield from ((part, scope) for part in annotation.key.items[1:] if isinstance(part, facts.Call))
    elif isinstance(annotation, facts.Name | facts.Attr) and depth < _DEEPEST:
        named = machine.force(machine.evaluate(annotation, scope))
        if isinstance(named, v.Generic):
            yield from _marks(machine, named.expr, named.scope, depth + 1)


def _alias_in(said: dict[str, v.Value]) -> str | None:
    """The name that a client sends, of several the first; msgspec calls it `name`."""
    for name in ("validation_alias", "alias", "name"):
        match said.get(name):
            case v.Known(value=str(alias)):
                return alias
            case v.Pending(callee=callee, arguments=arguments) if lookup.own_name(callee) == "AliasChoices":
                first = arguments.get(0, "first_choice")
                return first.value if isinstance(first, v.Known) and isinstance(first.value, str) else None
    return None


def _default(machine: Interpreter, scope: v.Scope, value: facts.Expr) -> tuple[facts.Constant | tuple[()], bool, bool]:
    """(default, whether it is known, required) of a field's right side."""
    if isinstance(value, facts.Call) and (name := lookup.own_name(machine.evaluate(value.func, scope))) in _FIELDS:
        given = next((arg.value for arg in value.args if arg.name == "default"), None)
        by_place = (arg.value for arg in value.args if arg.name is None and not arg.star)
        given = given or (next(by_place, None) if name in _DEFAULT_FIRST else None)
        if given is None:
            return None, False, not any(arg.name in _FACTORIES for arg in value.args)
        return _default(machine, scope, given)
    if isinstance(value, facts.Name) and value.id == "Ellipsis":
        return None, False, True
    if isinstance(value, facts.Other):  # `...`, or an expression of no known value
        return None, False, not value.parts
    found = machine.force(machine.evaluate(value, scope))
    if isinstance(found, v.Known):
        return found.value, True, False
    is_empty = isinstance(found, v.Items) and not found.all()
    return (), is_empty, False
