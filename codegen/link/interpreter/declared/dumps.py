"""What pydantic writes of a model, where that is not the schema itself: fields left out, other names, own serializers.

The document has a schema as pydantic describes it for serialization, by alias. A dump that differs is an object of its
own, or Unknown where the text does not tell what is left of the schema.
"""

from dataclasses import dataclass, replace

from ....model import ANY, TEXT, Field, ListOf, Literals, MapOf, Named, OneOf, Primitive, Shape, Type
from .. import values as v
from ..protocol import Interpreter
from . import classes, lookup, serialized, types

_HARMLESS = frozenset(("mode", "indent", "warnings", "ensure_ascii", "encoder", "context", "models_as_dict"))
_LACKING = frozenset(("exclude_unset", "exclude_defaults", "exclude_none"))
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
        by_alias = cls is not None and serialized.config_of(machine, cls).get("serialize_by_alias") == v.Known(True)
        style = replace(style, by_alias=by_alias)
    return _respelled(machine, type_, style, frozenset())


def _respelled(machine: Interpreter, type_: Type, style: Style, within: frozenset[Named]) -> Type | v.Unknown:
    match type_:
        case Named():
            return ANY if type_ in within else _named(machine, type_, style, within)
        case ListOf(item=item):
            if style.include is not None or style.exclude:
                return v.Unknown("only parts of a list's items are dumped")
            return replace(type_, item=_or_any(_respelled(machine, item, style, within)))
        case MapOf(value=value):
            return replace(type_, value=_or_any(_respelled(machine, value, style, within)))
        case OneOf(options=options):
            written = [_or_any(_respelled(machine, option, style, within)) for option in options]
            return type_ if written == list(options) else types.one_of(written)
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
    is_schema = plain is True and type_.within is not None
    return plain if isinstance(plain, v.Unknown) else type_ if is_schema else _object(machine, type_, style, within)


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
    serializer = serialized.model_serializer(machine, cls)
    partly = style.include is not None or bool(style.exclude)
    if serializer is not None:
        typed = serializer.returns is not None and not partly
        return True if typed else v.Unknown(f"a serializer of {cls.node.name} decides what is written")
    if partly:
        return False
    for field in serialized.dumped_fields(machine, cls):
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
    if serialized.config_of(machine, cls).get("extra") == v.Known("allow"):
        return MapOf(ANY)
    if any(lookup.own_name(base) == "RootModel" for base in classes.base_values(machine, cls)):
        return v.Unknown(f"{type_.name} is written as what it holds")
    found: list[Field] = []
    for field in serialized.dumped_fields(machine, cls):
        if field.name in style.exclude or (style.include is not None and field.name not in style.include):
            continue
        if style.by_alias and field.alias is None:
            return v.Unknown(f"the aliases of {type_.name} are computed")
        name = field.alias or field.name if style.by_alias else field.name
        lacks = "exclude_none" in style.lacks and _may_be_none(field.type)
        lacks = lacks or (not field.required and bool(style.lacks - {"exclude_none"}))
        inner = _or_any(_respelled(machine, field.type, style.inner, within | {type_}))
        words = field.words or Field(name, inner, not lacks)
        found.append(replace(words, name=name, type=inner, required=not lacks, has_default=False, alias=None))
    return Shape(tuple(found))


def fields_as_dumped(machine: Interpreter, type_: Named, style: Style = Style()) -> Type | v.Unknown:
    """A schema as an object, so that others can stand beside its keys."""
    cls = types.class_of(machine, type_)
    if cls is not None and any(base.endswith("TypedDict") for base in classes.external_bases(machine, cls)):
        return Shape(tuple(serialized.of_typed_dict(machine, cls)))
    return _object(machine, type_, style, frozenset())


def _is_native(machine: Interpreter, type_: Named) -> bool:
    """Whether json.dumps knows the class without help: a dict, a tuple, a text or a number of its own."""
    cls = types.class_of(machine, type_)
    bases = [] if cls is None else classes.external_bases(machine, cls)
    return any(base.startswith("builtins.") or base.rpartition(".")[2] in _NATIVE for base in bases)
