"""What pydantic writes of a model, where that is not the schema itself: fields left out, other names, own serializers.

The document has a schema as pydantic describes it for serialization, by alias. A dump that differs is an object of its
own, or Unknown where the text does not tell what is left of the schema.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .... import facts
from ....model import ANY, TEXT, Field, ListOf, Literals, MapOf, Named, OneOf, Primitive, Shape, Type
from ....names import camel
from .. import values as v
from ..protocol import Interpreter
from . import classes, lookup, types

_HARMLESS = frozenset(("mode", "indent", "warnings", "ensure_ascii", "encoder", "context", "models_as_dict"))
_LACKING = frozenset(("exclude_unset", "exclude_defaults", "exclude_none"))
_OWN = frozenset(("PlainSerializer", "WrapSerializer"))
_NATIVE = frozenset(("TypedDict", "NamedTuple", "StrEnum", "IntEnum"))
# What JSON does not know, so that `default=` of json.dumps decides.
_FOREIGN = frozenset(("datetime", "date", "time", "timedelta", "UUID", "Decimal", "bytes"))


@dataclass(frozen=True, slots=True)
class Style:
    """How a dump differs: `lacks` names the options by which keys may be missing, `default` is that of `Json`, which
    decides about objects too where they are `raw`: no dump at all."""

    include: frozenset[str] | None = None
    exclude: frozenset[str] = frozenset()
    by_alias: bool | None = None
    lacks: frozenset[str] = frozenset()
    default: str = ""
    raw: bool = False

    @property
    def inner(self) -> "Style":
        """The same for what the fields hold."""
        return replace(self, include=None, exclude=frozenset())


@dataclass(frozen=True, slots=True)
class _Dumped:
    """A field as a dump has it: `told` says that the schema describes its type as it is written."""

    name: str
    alias: str | None
    type: Type
    required: bool
    told: bool = True


def as_encoded(machine: Interpreter, type_: Type, default: str) -> Type | v.Unknown:
    """The type of what json.dumps writes of a value of a type."""
    return respelled(machine, type_, Style(by_alias=False, default=default, raw=True)) if default else type_


def style_of(machine: Interpreter, options: v.Arguments, default: str) -> Style | v.Unknown:
    """What the arguments of `model_dump` or `dump_json` ask for."""
    named = dict(options.named)
    for spread in options.spreads:
        forced = machine.force(spread)
        if not isinstance(forced, v.Record) or forced.spreads or forced.computed is not None:
            return v.Unknown("the options of the dump are not known")
        named |= {name: entry.value for name, entry in forced.entries.items()}
    style = Style(default="" if options.named.get("mode") == v.Known("json") else default)
    for name, value in named.items():
        made = None if name in _HARMLESS else _with_option(machine, style, name, machine.force(value))
        if isinstance(made, v.Unknown):
            return made
        style = made or style
    return style


def _with_option(machine: Interpreter, style: Style, name: str, value: v.Value) -> Style | v.Unknown:
    if isinstance(value, v.Known) and (value.value is None or value.value is False):
        return replace(style, by_alias=False) if name == "by_alias" and value == v.Known(False) else style
    if name in ("include", "exclude"):
        names = _names(machine, value)
        unknown = v.Unknown(f"the fields that the dump's {name}= names are not known")
        if names is None:
            return unknown
        return replace(style, include=names) if name == "include" else replace(style, exclude=names)
    if name == "by_alias" and value == v.Known(True):
        return replace(style, by_alias=True)
    return (
        replace(style, lacks=style.lacks | {name})
        if name in _LACKING
        else v.Unknown(f"the dump's {name}= is not known")
    )


def _names(machine: Interpreter, value: v.Value) -> frozenset[str] | None:
    """Names of fields in a set, list or dict of them; None for others, and where only parts of a field are meant."""
    if isinstance(value, v.Items) and value.rest is None:
        found = [machine.force(part) for part in value.known]
    elif isinstance(value, v.Record) and not value.spreads and value.computed is None:
        whole = all(machine.force(entry.value) == v.Known(True) for entry in value.entries.values())
        found = [v.Known(name) for name in value.entries] if whole else [value]
    else:
        return None
    names = [part.value for part in found if isinstance(part, v.Known) and isinstance(part.value, str)]
    return frozenset(names) if len(names) == len(found) else None


def own_dump(machine: Interpreter, model: v.Value) -> v.Unknown | None:
    """Why a dump is not pydantic's: its class has a method of its own for it."""
    cls = machine.force(model.schema) if isinstance(model, v.Model) else None
    for name in ("model_dump", "model_dump_json"):
        if isinstance(cls, v.ClassValue) and classes.class_statements(machine, cls, name) is not None:
            return v.Unknown(f"{cls.node.name} has a {name}() of its own")
    return None


def respelled(machine: Interpreter, type_: Type, style: Style) -> Type | v.Unknown:
    """The type of what a dump of such a style writes of a value of a type."""
    if style.by_alias is None and isinstance(type_, Named):
        cls = types.class_of(machine, type_)
        by_alias = cls is not None and _config(machine, cls).get("serialize_by_alias") == v.Known(True)
        style = replace(style, by_alias=by_alias)
    return _respelled(machine, type_, style, frozenset())


def _respelled(machine: Interpreter, type_: Type, style: Style, within: frozenset[Named]) -> Type | v.Unknown:
    match type_:
        case Named():
            return ANY if type_ in within else _named(machine, type_, style, within)
        case ListOf(item=item):
            if style.include is not None or style.exclude:
                return v.Unknown("only parts of a list's items are dumped")
            return ListOf(_or_any(_respelled(machine, item, style, within)))
        case MapOf(value=value):
            return MapOf(_or_any(_respelled(machine, value, style, within)))
        case OneOf(options=options):
            return types.one_of([_or_any(_respelled(machine, option, style, within)) for option in options])
        case Shape(fields=fields):
            made = [replace(f, type=_or_any(_respelled(machine, f.type, style.inner, within))) for f in fields]
            return Shape(tuple(made))
        case Primitive() | Literals():
            foreign = isinstance(type_, Primitive) and bool(style.default) and type_.name in _FOREIGN
            return (TEXT if style.default == "str" else ANY) if foreign else type_


def _named(machine: Interpreter, type_: Named, style: Style, within: frozenset[Named]) -> Type | v.Unknown:
    if style.raw and not _is_native(machine, type_):
        return TEXT if style.default == "str" else v.Unknown("the default= of json.dumps decides what is written")
    plain = _is_plain(machine, type_, style, set())
    return plain if isinstance(plain, v.Unknown) else type_ if plain else _object(machine, type_, style, within)


def _or_any(type_: Type | v.Unknown) -> Type:
    return ANY if isinstance(type_, v.Unknown) else type_


def _is_plain(machine: Interpreter, type_: Type, style: Style, seen: set[Named]) -> bool | v.Unknown:
    """Whether a dump writes just what the schema says; Unknown where nothing tells what it writes."""
    if not isinstance(type_, Named):
        foreign = isinstance(type_, Primitive) and bool(style.default) and type_.name in _FOREIGN
        return not foreign and all(_is_plain(machine, part, style, seen) is True for part in types.parts(type_))
    cls = types.class_of(machine, type_)
    if type_.members or cls is None or type_ in seen:
        return style.include is None and not style.exclude
    seen.add(type_)
    return _is_plain_class(machine, cls, style, seen)


def _is_plain_class(machine: Interpreter, cls: v.ClassValue, style: Style, seen: set[Named]) -> bool | v.Unknown:
    serializer = _model_serializer(machine, cls)
    partly = style.include is not None or bool(style.exclude)
    if serializer is not None:
        typed = serializer.returns is not None and not partly
        return True if typed else v.Unknown(f"a serializer of {cls.node.name} decides what is written")
    if partly:
        return False
    for field in _fields(machine, cls):
        if not field.told or (field.alias not in (None, field.name) and not style.by_alias):
            return False
        if "exclude_none" in style.lacks and field.required and _may_be_none(field.type):
            return False
        if _is_plain(machine, field.type, style.inner, seen) is not True:
            return False
    return True


def _may_be_none(type_: Type) -> bool:
    return type_ == ANY or type_ == types.NONE or (isinstance(type_, OneOf) and types.NONE in type_.options)


def _object(machine: Interpreter, type_: Named, style: Style, within: frozenset[Named]) -> Type | v.Unknown:
    cls = types.class_of(machine, type_)
    if cls is None:
        return v.Unknown(f"the fields of {type_.name} are not known")
    if _config(machine, cls).get("extra") == v.Known("allow"):
        return MapOf(ANY)
    if any(lookup.own_name(base) == "RootModel" for base in classes.base_values(machine, cls)):
        return v.Unknown(f"{type_.name} is written as what it holds")
    found: list[Field] = []
    for field in _fields(machine, cls):
        if field.name in style.exclude or (style.include is not None and field.name not in style.include):
            continue
        if style.by_alias and field.alias is None:
            return v.Unknown(f"the aliases of {type_.name} are computed")
        name = field.alias or field.name if style.by_alias else field.name
        lacks = "exclude_none" in style.lacks and _may_be_none(field.type)
        lacks = lacks or (not field.required and bool(style.lacks - {"exclude_none"}))
        inner = _or_any(_respelled(machine, field.type, style.inner, within | {type_}))
        found.append(Field(name, inner, not lacks))
    return Shape(tuple(found))


def fields_as_dumped(machine: Interpreter, type_: Named) -> Type | v.Unknown:
    """A schema as an object, so that others can stand beside its keys."""
    cls = types.class_of(machine, type_)
    if cls is not None and any(base.endswith("TypedDict") for base in classes.external_bases(machine, cls)):
        return Shape(tuple(_of_typed_dict(machine, cls)))
    return _object(machine, type_, Style(), frozenset())


def _is_native(machine: Interpreter, type_: Named) -> bool:
    """Whether json.dumps knows the class without help: a dict, a tuple, a text or a number of its own."""
    cls = types.class_of(machine, type_)
    bases = [] if cls is None else classes.external_bases(machine, cls)
    return any(base.startswith("builtins.") or base.rpartition(".")[2] in _NATIVE for base in bases)


def _of_typed_dict(machine: Interpreter, cls: v.ClassValue) -> Iterator[Field]:
    for field in types.fields_of(machine, cls):
        found = classes.class_statements(machine, cls, field.name)
        annotation = found[1].annotation if found is not None and isinstance(found[1], facts.Assign) else None
        total = found is None or not any(
            b.name == "total" and b.value == facts.Const(b.value.at, False) for b in found[0].node.bases
        )
        head = types.last_name(annotation.value) if isinstance(annotation, facts.Sub) else ""
        yield Field(field.name, field.type, head == "Required" or (total and head != "NotRequired"))


def _fields(machine: Interpreter, cls: v.ClassValue) -> list[_Dumped]:
    """The fields that a dump has: declared ones that are not excluded, and computed ones."""
    config = _config(machine, cls)
    found: dict[str, _Dumped] = {}
    for field in types.fields_of(machine, cls):
        stated = classes.class_statements(machine, cls, field.name)
        if stated is None or not isinstance(stated[1], facts.Assign):
            continue
        made = _declared(machine, stated[0], stated[1], field, config)
        if made is not None:
            found[field.name] = made
    for owner, function in _functions(machine, cls):
        scope = v.Scope(owner.home, {})
        type_ = ANY if function.returns is None else types.type_of(machine, function.returns, scope)
        for decorator in function.decorators:
            name, constants = _decorator(decorator)
            if name == "computed_field":
                found[function.name] = _Dumped(function.name, _alias(machine, function.name, config), type_, True)
            for field_name in constants if name == "field_serializer" else ():
                for named in found if field_name == "*" else [field_name]:
                    if named in found:
                        found[named] = replace(found[named], type=type_, told=function.returns is not None)
    return list(found.values())


def _declared(
    machine: Interpreter, owner: v.ClassValue, statement: facts.Assign, field: Field, config: dict[str, v.Value]
) -> _Dumped | None:
    scope, told, stated = v.Scope(owner.home, {}), True, dict[str, v.Value]()
    type_ = field.type
    for call, where in (*_calls(machine, statement.annotation, scope, 0), *_calls(machine, statement.value, scope, 0)):
        name = lookup.own_name(machine.evaluate(call.func, where))
        if name == "Field":
            stated |= {arg.name: machine.force(machine.evaluate(arg.value, where)) for arg in call.args if arg.name}
        elif name in _OWN:
            told = told and (any(arg.name == "return_type" for arg in call.args) or len(call.args) > 1)
            type_ = ANY
    if stated.get("exclude") == v.Known(True):
        return None
    alias = stated.get("serialization_alias") or stated.get("alias")
    text = alias.value if isinstance(alias, v.Known) and isinstance(alias.value, str) else None
    if alias is None:
        text = _alias(machine, field.name, config)
    return _Dumped(field.name, text, type_, field.required, told)


def _alias(machine: Interpreter, name: str, config: dict[str, v.Value]) -> str | None:
    """The name that the alias generator of a schema makes of a field's; None for a generator that is not known."""
    generator = config.get("alias_generator")
    if generator is None or generator == v.Known(None):
        return name
    made = camel(name)
    return {"to_pascal": made, "to_camel": made[:1].lower() + made[1:], "to_snake": name}.get(
        lookup.own_name(generator)
    )


def _calls(
    machine: Interpreter, expr: facts.Expr | None, scope: v.Scope, depth: int
) -> Iterator[tuple[facts.Call, v.Scope]]:
    """The calls that stand in an annotation or at its side, through the names of annotations."""
    match expr:
        case facts.Call():
            yield expr, scope
        case facts.Sub(value=value, key=key):
            yield from _calls(machine, value, scope, depth)
            for inner in key.items if isinstance(key, facts.Seq) else (key,):
                yield from _calls(machine, inner, scope, depth)
        case facts.Binary(left=left, right=right):
            yield from _calls(machine, left, scope, depth)
            yield from _calls(machine, right, scope, depth)
        case facts.Name() | facts.Attr() if depth < 4:
            named = machine.force(machine.evaluate(expr, scope))
            if isinstance(named, v.Generic):
                yield from _calls(machine, named.expr, named.scope, depth + 1)
        case _:
            return


def _functions(machine: Interpreter, cls: v.ClassValue) -> Iterator[tuple[v.ClassValue, facts.Function]]:
    """Methods with decorators, those of the bases first."""
    for owner in reversed(classes.ancestry(machine, cls)):
        for statement in owner.node.body:
            if isinstance(statement, facts.Function) and statement.decorators:
                yield owner, statement


def _decorator(expr: facts.Expr) -> tuple[str, list[str]]:
    """Its last name, and the strings among its arguments."""
    call = expr if isinstance(expr, facts.Call) else None
    name = types.last_name(call.func if call is not None else expr)
    values = [arg.value for arg in call.args] if call is not None else []
    return name, [given.value for given in values if isinstance(given, facts.Const) and isinstance(given.value, str)]


def _model_serializer(machine: Interpreter, cls: v.ClassValue) -> facts.Function | None:
    for _, function in _functions(machine, cls):
        if any(_decorator(decorator)[0] == "model_serializer" for decorator in function.decorators):
            return function
    return None


def _config(machine: Interpreter, cls: v.ClassValue) -> dict[str, v.Value]:
    """`model_config` with that of the bases, as far as it can be read."""
    found: dict[str, v.Value] = {}
    for owner in reversed(classes.ancestry(machine, cls)):
        scope = v.Scope(owner.home, {})
        stated = [(base.name, base.value) for base in owner.node.bases if base.name]
        for statement in owner.node.body:
            match statement:
                case facts.Assign(targets=(facts.Name(id="model_config"),), value=facts.Call(args=args)):
                    stated += [(arg.name, arg.value) for arg in args if arg.name]
                case facts.Assign(targets=(facts.Name(id="model_config"),), value=facts.DictLit(items=items)):
                    stated += [(str(key.value), value) for key, value in items if isinstance(key, facts.Const)]
                case facts.Class(name="Config", body=body):
                    assigned = [a for a in body if isinstance(a, facts.Assign) and a.value is not None]
                    stated += [
                        (a.targets[0].id, a.value) for a in assigned if isinstance(a.targets[0], facts.Name) and a.value
                    ]
        found |= {name: machine.force(machine.evaluate(value, scope)) for name, value in stated}
    return found
