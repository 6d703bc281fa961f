"""The parameters of a route: those of its path, its body, and its query."""

from ..model import (
    ANY,
    Field,
    ListOf,
    Literals,
    MapOf,
    Named,
    OneOf,
    Operation,
    Primitive,
    Query,
    Request,
    Shape,
    Type,
)
from ..names import Identifier, kebab
from .literals import lit
from .types import Types
from .views import Parameter

_SCALARS = frozenset(["str", "int", "float", "bool", "Any", "datetime", "date", "time", "UUID", "Decimal", "None"])


def parameters_of(operation: Operation, types: Types) -> list[Parameter]:
    used: set[str] = set()
    found = [_path_parameter(p.reads or p.name, p.type, p.description, types, used) for p in operation.path_parameters]
    if operation.request is not None:
        found.append(_body(operation.request, types, used))
    if operation.query is not None:
        found += [_query_parameter(f, operation.query, types, used) for f in operation.query.fields]
    return found


def _local(name: str, used: set[str]) -> str:
    local = name if name.isidentifier() and _is_usable(name) else Identifier.like(name).text
    while local in used:
        local = f"{local}_"
    used.add(local)
    return local


def _is_usable(name: str) -> bool:
    try:
        Identifier(name)
    except ValueError:
        return False
    return not name.startswith("_")


def _path_parameter(name: str, kind: str, description: str, types: Types, used: set[str]) -> Parameter:
    types.imports.add("typing", "Annotated")
    types.imports.add("fastapi", "Path")
    local = _local(name, used)
    arguments = [f"alias={lit(name)}"] if local != name else []
    arguments += [f"description={lit(description)}"] if description else []
    return Parameter(local, types.spell(Primitive(kind), ""), f"Path({', '.join(arguments)})", None)


def _body(request: Request, types: Types, used: set[str]) -> Parameter:
    types.imports.add("typing", "Annotated")
    types.imports.add("fastapi", "Body")
    spelled = types.spell(request.type or ANY, "Body")
    marker = "Body()"
    if request.server_supplied:
        names = ", ".join(lit(name) for name in request.server_supplied)
        marker = f"ports.Without({names}), Body()"
    return Parameter(_local("body", used), spelled, marker, None)


def _query_parameter(field: Field, query: Query, types: Types, used: set[str]) -> Parameter:
    types.imports.add("typing", "Annotated")
    types.imports.add("fastapi", "Query")
    local = _local(field.name, used)
    sent = field.alias or field.name
    alias = sent if query.as_sent else kebab(sent)
    marker = f"Query(alias={lit(alias)})" if alias != local else "Query()"
    given = {"limit": query.limit, "sort": query.sort}.get(field.name)
    default = given if given is not None else field.default if field.has_default else None
    type_ = query_type(field.type)
    if field.required and given is None:
        return Parameter(local, types.spell(type_, ""), marker, None)
    if isinstance(default, bytes) or not _fits(default, type_):
        default = None
    if default is None:
        type_ = OneOf((*(type_.options if isinstance(type_, OneOf) else (type_,)), Primitive("None")))
        type_ = ANY if ANY in type_.options else type_
    return Parameter(local, types.spell(type_, ""), marker, lit(default))


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
            return ListOf(inner if isinstance(inner, Primitive | Literals) else ANY)
        case OneOf(options=options):
            parts = tuple(dict.fromkeys(query_type(option) for option in options))
            return ANY if ANY in parts else OneOf(parts)
        case Named() | MapOf() | Shape() | Primitive():
            return ANY


def _fits(default: object, type_: Type) -> bool:
    match type_:
        case OneOf(options=options):
            return any(_fits(default, option) for option in options)
        case Literals(values=values):
            return default in values
        case Primitive(name=name):
            return name == "Any" or type(default).__name__ == name
        case _:
            return False
