"""The query of a route as one model: derived from the filter schemas, with what they do not say written into it."""

from dataclasses import replace

from ..model import ANY, Field, ListOf, Literals, MapOf, Named, OneOf, Primitive, Query, Shape, Type
from ..names import kebab
from .literals import lit
from .types import ModelClass, ModelField, Types, default_of, fits, free_field_name

_SCALARS = frozenset(["str", "int", "float", "bool", "Any", "datetime", "date", "time", "UUID", "Decimal", "None"])


def query_model(query: Query, name: str, route: str, types: Types) -> str:
    """The name of the model, which joins the classes of the module; `route` is its method and path."""
    bases = [types.schema(f.schema) for f in query.filters if f.is_model]
    own_fields = [f for given in query.filters if not given.is_model for f in given.fields]
    bases = list(dict.fromkeys(bases)) or [types.imports.add("pydantic", "BaseModel")]
    own, defaults, used = types.imports.free(name), _defaults(query), set[str]()
    fields = [_declared(f, _spelled(f, query), query, defaults, types, used) for f in own_fields]
    fields += [_declared(f, f.name, query, defaults, types, used) for f in query.read]
    rest = {name: value for name, value in defaults.items() if name not in used}
    types.classes.append(
        ModelClass(
            own,
            f"Query of {route}.",
            tuple(fields),
            ", ".join(bases),
            kebab=not query.as_sent,
            defaults=tuple((name, lit(value)) for name, value in rest.items()),
        )
    )
    return own


def _defaults(query: Query) -> dict[str, int | str]:
    """What the handler takes where the client sends nothing, as far as the schema does not say it itself."""
    given = {"limit": query.limit, "sort": query.sort}
    known = {field.name: field for field in query.fields}
    return {
        name: value
        for name, value in given.items()
        if value is not None and name in known and value != known[name].default and fits(value, known[name].type)
    }


def _spelled(field: Field, query: Query) -> str:
    sent = field.alias or field.name
    return sent if query.as_sent else kebab(sent)


def _declared(
    field: Field, sent: str, query: Query, defaults: dict[str, int | str], types: Types, used: set[str]
) -> ModelField:
    """A field of the model itself, which a client sends as `sent`."""
    name = free_field_name(field.name, used)
    type_, default = query_type(field.type), defaults.get(field.name, field.default if field.has_default else None)
    required = field.required and field.name not in defaults
    written = None if required else default_of(default, type_)
    if not required and written is None:
        type_ = OneOf((*(type_.options if isinstance(type_, OneOf) else (type_,)), Primitive("None")))
        type_ = ANY if ANY in type_.options else type_
    alias = sent if sent != (name if query.as_sent else kebab(name)) else None
    value = types.field_value(None if required else written or "None", alias, field)
    return ModelField(name, types.spell(type_, ""), value)


def query_type(type_: Type) -> Type:
    """The type as a query string can carry it: scalars and lists of scalars; Any for the rest."""
    match type_:
        case Primitive(name=name) if name in _SCALARS:
            return type_
        case Literals():
            return type_
        case Named(members=members) if members:
            return Literals(members)
        case ListOf(item=item):
            inner = query_type(item)
            return replace(type_, item=inner if isinstance(inner, Primitive | Literals) else ANY)
        case OneOf(options=options):
            parts = tuple(dict.fromkeys(query_type(option) for option in options))
            return ANY if ANY in parts else OneOf(parts)
        case Named() | MapOf() | Shape() | Primitive():
            return ANY
