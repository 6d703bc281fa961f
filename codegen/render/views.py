"""Decisions about generated modules: which routes stand in which file, under which names, with which types."""

from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus

from codegen.model import (
    ANY,
    Endpoint,
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
from codegen.names import METHODS, Identifier, PathTemplate, camel, kebab
from codegen.render.literals import lit
from codegen.render.types import Imports, ModelClass, Types

_SCALARS = frozenset(["str", "int", "float", "bool", "Any", "datetime", "date", "time", "UUID", "Decimal", "None"])


@dataclass(frozen=True, slots=True)
class ImportLine:
    module: str
    names: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """`code` is what stands behind the name: its type, and its default."""

    name: str
    type: str
    marker: str
    default: str | None


@dataclass(frozen=True, slots=True)
class RouteView:
    method: str
    path: str
    operation_id: str
    summary: str
    description: str
    status: int
    response_model: str
    responses: tuple[tuple[int, str], ...]
    has_auth: bool
    handler: str
    module: str
    function: str
    auth: str | None
    permissions: tuple[str, ...]
    timeout: float | None
    idempotency: str | None
    name: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class ModuleView:
    path: str
    sources: tuple[str, ...]
    title: str
    context: str
    standard: tuple[ImportLine, ...]
    libraries: tuple[ImportLine, ...]
    own: tuple[ImportLine, ...]
    classes: tuple[ModelClass, ...]
    routes: tuple[RouteView, ...]


@dataclass(frozen=True, slots=True)
class Registered:
    context: str
    module: str
    alias: str
    container: str | None


@dataclass(frozen=True, slots=True)
class RegistryView:
    sources: tuple[str, ...]
    routers: tuple[tuple[str, str], ...]
    modules: tuple[Registered, ...]
    own: tuple[ImportLine, ...]


type Claims = dict[tuple[str, ...], set[str]]
"""Methods by the shape of a path."""


def module_views(endpoints: tuple[Endpoint, ...], ports: str) -> list[ModuleView]:
    """One view for each resource of each context, static first segments before dynamic ones."""
    operations = [e for e in endpoints if isinstance(e, Operation)]
    names = operation_names(operations)
    groups: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for operation in operations:
        groups[(operation.context, resource_of(operation.path))].append(operation)
    claimed: Claims = defaultdict(set)
    for operation in operations:
        claimed[PathTemplate(operation.path).shape].add(operation.method)
    views = [_module(key, sorted(group, key=_order), names, claimed, ports) for key, group in groups.items()]
    return sorted(views, key=lambda view: (view.routes[0].path.startswith("/{"), view.path))


LONGEST_NAME = 100


def resource_of(path: str) -> str:
    """The file of a route: its first segment, as a name that every file system takes."""
    segments = PathTemplate(path).segments
    first = segments[0] if segments else ""
    return Identifier.like(first[:LONGEST_NAME]).text if PathTemplate.parameter_in(first) is None else "root"


def _order(operation: Operation) -> tuple[object, ...]:
    segments = PathTemplate(operation.path).segments
    return (tuple((PathTemplate.parameter_in(s) is not None, s) for s in segments), METHODS.index(operation.method))


def operation_names(operations: list[Operation]) -> dict[str, str]:
    """Module -> name of its route: the file's, with its folders where two files of a context would share one."""
    found: dict[str, str] = {}
    by_context: dict[str, dict[str, Operation]] = defaultdict(dict)
    for operation in sorted(operations, key=lambda operation: operation.module):
        by_context[operation.context][operation.module] = operation
    for sharing in by_context.values():
        found |= _told_apart(sharing)
    return found


def _told_apart(operations: dict[str, Operation]) -> dict[str, str]:
    """The shortest names that differ; a number behind those that no folder tells apart."""
    length = dict.fromkeys(operations, 0)
    while True:
        names = {module: Identifier.like(_spellings(module)[length[module]]).text for module in operations}
        users: dict[str, list[str]] = defaultdict(list)
        for module, operation in operations.items():
            for name in _route_names(operation, names[module]):
                users[name].append(module)
        alike = {m for sharing in users.values() if len(sharing) > 1 for m in sharing if length[m] < _LONGEST}
        if not alike:
            return _numbered(operations, names)
        for module in alike:
            length[module] += 1


_LONGEST = 2


def _spellings(module: str) -> tuple[str, str, str]:
    """The file, with its folders below the handlers', and all of it."""
    parts = module.split(".")
    inner = parts[parts.index("aws_lambda") + 1 :] if "aws_lambda" in parts else parts[-2:]
    return parts[-1], "_".join(inner), "_".join(parts)


def _route_names(operation: Operation, name: str) -> list[str]:
    return [name] if operation.method != "ANY" else [f"{name}_{method.lower()}" for method in METHODS]


def _numbered(operations: dict[str, Operation], names: dict[str, str]) -> dict[str, str]:
    used: set[str] = set()
    found: dict[str, str] = {}
    for module, operation in operations.items():
        name, count = names[module], 1
        while used & set(_route_names(operation, name)):
            count += 1
            name = f"{names[module]}_{count}"
        used |= set(_route_names(operation, name))
        found[module] = name
    return found


def _module(
    key: tuple[str, str], operations: list[Operation], names: dict[str, str], claimed: Claims, ports: str
) -> ModuleView:
    context, resource = key
    imports = Imports()
    types = Types(imports)
    imports.add("fastapi", "APIRouter")
    routes: list[RouteView] = []
    for operation in operations:
        routes += _routes(operation, names[operation.module], types, claimed)
    package, _, ports_name = ports.rpartition(".")
    imports.names.setdefault(package, {})[ports_name] = "ports"
    segments = sorted({"/" + "/".join(PathTemplate(o.path).segments[:1]) for o in operations})
    return ModuleView(
        path=f"{context}/{resource}.py",
        sources=tuple(sorted({o.spot.path for o in operations})),
        title=f"Routes of {context}: {', '.join(segments)}.",
        context=context,
        standard=_lines(imports, ("typing", "datetime", "uuid", "decimal")),
        libraries=_lines(imports, ("fastapi", "pydantic")),
        own=_lines(imports, None),
        classes=tuple(types.classes),
        routes=tuple(routes),
    )


def _lines(imports: Imports, modules: tuple[str, ...] | None) -> tuple[ImportLine, ...]:
    known = ("typing", "datetime", "uuid", "decimal", "fastapi", "pydantic")
    chosen = [m for m in imports.names if (m not in known if modules is None else m in modules)]
    lines: list[ImportLine] = []
    for module in sorted(chosen):
        parts = [
            n if n == local else f"{n} as {local}" for n, local in sorted(imports.names[module].items(), key=_kind)
        ]
        lines.append(ImportLine(module, ", ".join(parts)))
    return tuple(lines)


def _kind(pair: tuple[str, str]) -> tuple[int, str]:
    """Constants, classes, then the rest: the order of import sorting."""
    name = pair[0]
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


def _routes(operation: Operation, name: str, types: Types, claimed: Claims) -> list[RouteView]:
    """The views of an operation: one, or for ANY one for each method that no other operation of the path claims."""
    if operation.method != "ANY":
        return [_route(operation, operation.method, name, types)]
    taken = claimed[PathTemplate(operation.path).shape]
    return [_route(operation, method, f"{name}_{method.lower()}", types) for method in METHODS if method not in taken]


def _route(operation: Operation, method: str, name: str, types: Types) -> RouteView:
    package, _, module = operation.module.rpartition(".")
    imports = types.imports
    handler = _handler_alias(imports, package, module)
    status = operation.status or 200
    return RouteView(
        method=method.lower(),
        path=starlette_path(operation),
        operation_id=f"{operation.context}_{name}",
        summary=operation.docs.summary,
        description=operation.docs.description,
        status=status,
        response_model=_response_model(operation, status, name, types),
        responses=_documented(operation, status),
        has_auth=operation.auth is not None,
        handler=f"{handler}.{operation.function}",
        module=operation.module,
        function=operation.function,
        auth=operation.auth,
        permissions=operation.permissions,
        timeout=operation.timeout,
        idempotency=operation.docs.idempotency,
        name=imports.free(name),
        parameters=tuple(_parameters(operation, types)),
    )


def _handler_alias(imports: Imports, package: str, module: str) -> str:
    known = imports.names.setdefault(package, {})
    if module not in known:
        known[module] = imports.free(f"{Identifier.like(module)}_module")
    return known[module]


def starlette_path(operation: Operation) -> str:
    """`{rest+}` is Starlette's `{rest:path}`."""
    return operation.template.text.replace("+}", ":path}")


def _response_model(operation: Operation, status: int, name: str, types: Types) -> str:
    if operation.response is None or status in (204, 205, 304) or status < 200:
        return "None"
    return types.spell(operation.response.type, f"{camel(name)}Response")


def _documented(operation: Operation, status: int) -> tuple[tuple[int, str], ...]:
    found = {code: _phrase(code) for code in operation.statuses}
    found |= {code: words or _phrase(code) for code, words in operation.docs.responses}
    found.pop(status, None)
    return tuple(sorted(found.items()))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Status {status}"


def _parameters(operation: Operation, types: Types) -> list[Parameter]:
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


def registry_view(endpoints: tuple[Endpoint, ...], views: list[ModuleView]) -> RegistryView:
    imports = Imports()
    routers: list[tuple[str, str]] = []
    for view in views:
        dotted = view.path.removesuffix(".py").replace("/", ".")
        routers.append((f".{dotted}", imports.free(dotted.replace(".", "_"))))
    modules: list[Registered] = []
    for endpoint in sorted(endpoints, key=lambda e: (e.context, e.module)):
        package, _, module = endpoint.module.rpartition(".")
        alias = _handler_alias(imports, package, module)
        modules.append(Registered(endpoint.context, endpoint.module, alias, endpoint.container))
    return RegistryView(
        tuple(sorted({e.spot.path for e in endpoints})), tuple(routers), tuple(modules), _lines(imports, None)
    )
