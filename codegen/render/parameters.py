"""The parameters of a route: those of its path, its body, and its query."""

from ..model import ANY, Header, Operation, Primitive, Query, Request
from ..names import Identifier
from .literals import lit
from .queries import query_model
from .types import Types
from .views import Parameter


def parameters_of(operation: Operation, name: str, types: Types) -> list[Parameter]:
    """`name` is the route's in CamelCase, for the models that are made for it."""
    used: set[str] = set()
    found = [_path_parameter(p.name, p.type, p.description, types, used) for p in operation.path_parameters]
    found += [_header(header, types, used) for header in operation.headers]
    if operation.request is not None:
        found.append(_body(operation.request, f"{name}Body", types, used))
    if operation.query is not None:
        found.append(_query(operation, operation.query, f"{name}Query", types, used))
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


def _import_marker(name: str, types: Types) -> None:
    types.imports.add("typing", "Annotated")
    types.imports.add("fastapi", name)


def _path_parameter(name: str, kind: str, description: str, types: Types, used: set[str]) -> Parameter:
    _import_marker("Path", types)
    local = _local(name, used)
    arguments = [f"alias={lit(name)}"] if local != name else []
    arguments += [f"description={lit(description)}"] if description else []
    return Parameter(local, types.spell(Primitive(kind), ""), f"Path({', '.join(arguments)})", None)


def _header(header: Header, types: Types, used: set[str]) -> Parameter:
    _import_marker("Header", types)
    arguments = [f"alias={lit(header.name)}"]
    arguments += [f"description={lit(header.description)}"] if header.description else []
    return Parameter(_local(header.name.lower(), used), "str | None", f"Header({', '.join(arguments)})", "None")


def _body(request: Request, name: str, types: Types, used: set[str]) -> Parameter:
    """`name` is what a type without a name of its own would be called."""
    _import_marker("Body", types)
    spelled = types.spell(request.type or ANY, name)
    marker = "Body()"
    if request.server_supplied:
        names = ", ".join(lit(name) for name in request.server_supplied)
        marker = f"ports.Without({names}), Body(title={lit(name)})"
    # FastAPI documents null beside a type that has None in it, and null is no body of such a handler.
    return Parameter(_local("body", used), spelled, marker, "ports.UNSENT" if request.optional else None)


def _query(operation: Operation, query: Query, name: str, types: Types, used: set[str]) -> Parameter:
    _import_marker("Query", types)
    model = query_model(query, name, f"{operation.method} {operation.path}", types)
    return Parameter(_local("query", used), model, "Query()", None)
