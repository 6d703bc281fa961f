"""Decisions about generated modules: which routes stand in which file, and what it imports."""

from collections import defaultdict

from ..model import Endpoint, Operation
from ..names import METHODS, PathTemplate
from .functions import Constants, constants_of
from .naming import Key, RouteName, key_of, resource_of, route_names, tag_of
from .routes import Claims, routes_of
from .types import Imports, Types
from .views import ImportLine, ModuleView, Registered, RegistryView, RouteView

_STANDARD = ("importlib", "typing", "datetime", "uuid", "decimal")


def module_views(endpoints: tuple[Endpoint, ...], ports: str, folder: str) -> list[ModuleView]:
    """One view for each resource of each context, static first segments before dynamic ones.

    `folder` is the name of the folders with handlers.
    """
    operations = [e for e in endpoints if isinstance(e, Operation)]
    names = route_names(operations, folder)
    groups: dict[tuple[str, str], list[Operation]] = defaultdict(list)
    for operation in operations:
        groups[(operation.context, resource_of(operation.path))].append(operation)
    claimed: Claims = defaultdict(set)
    for operation in (one for one in operations if not one.document_only):
        claimed[PathTemplate(operation.path).shape].add(operation.method)
    constants = constants_of(operations)
    views = [_module(key, sorted(group, key=_order), names, claimed, constants, ports) for key, group in groups.items()]
    return sorted(views, key=lambda view: (view.routes[0].path.startswith("/{"), view.path))


def _order(operation: Operation) -> tuple[object, ...]:
    segments = PathTemplate(operation.path).segments
    return (tuple((PathTemplate.parameter_in(s) is not None, s) for s in segments), METHODS.index(operation.method))


def _module(
    key: tuple[str, str],
    operations: list[Operation],
    names: dict[Key, RouteName],
    claimed: Claims,
    constants: Constants,
    ports: str,
) -> ModuleView:
    context, resource = key
    imports = Imports()
    if any(operation.declared is not None for operation in operations):
        imports.names[".."] = {"functions": imports.free("functions")}
    types = Types(imports)
    routes: list[RouteView] = []
    for operation in operations:
        routes += routes_of(operation, names[key_of(operation)], types, claimed, constants)
    package, _, ports_name = ports.rpartition(".")
    imports.names.setdefault(package, {})[ports_name] = "ports"
    segments = sorted({"/" + "/".join(PathTemplate(o.path).segments[:1]) for o in operations})
    return ModuleView(
        path=f"{context}/{resource}.py",
        sources=tuple(sorted({o.spot.path for o in operations})),
        title=f"Routes of {context}: {', '.join(segments)}.",
        context=context,
        tag=tag_of(context),
        standard=_lines(imports, _STANDARD),
        libraries=_lines(imports, ("fastapi", "pydantic")),
        own=_lines(imports, None),
        computed=_computed(imports),
        classes=tuple(types.classes),
        routes=tuple(routes),
    )


def _lines(imports: Imports, modules: tuple[str, ...] | None) -> tuple[ImportLine, ...]:
    known = (*_STANDARD, "fastapi", "pydantic")
    chosen = [m for m in imports.names if (m not in known if modules is None else m in modules)]
    lines: list[ImportLine] = []
    for module in sorted(chosen, key=lambda name: (name.startswith("."), name)):
        parts = [
            n if n == local else f"{n} as {local}" for n, local in sorted(imports.names[module].items(), key=_kind)
        ]
        lines.append(ImportLine(module, ", ".join(parts)))
    return tuple(lines)


def _computed(imports: Imports) -> tuple[tuple[str, str, str], ...]:
    return tuple((local, module, attribute) for (module, attribute), local in sorted(imports.computed.items()))


def _kind(pair: tuple[str, str]) -> tuple[int, str]:
    """Constants, classes, then the rest: the order of import sorting."""
    name = pair[0]
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2, name)


def registry_view(endpoints: tuple[Endpoint, ...], views: list[ModuleView]) -> RegistryView:
    imports = Imports()
    routers: list[tuple[str, str]] = []
    for view in views:
        dotted = view.path.removesuffix(".py").replace("/", ".")
        routers.append((f".{dotted}", imports.free(dotted.replace(".", "_"))))
    imported = [one for one in endpoints if not isinstance(one, Operation) or one.declared is None]
    modules = [
        Registered(endpoint.context, imports.module(endpoint.module), endpoint.container)
        for endpoint in sorted(imported, key=lambda e: (e.context, e.module))
    ]
    return RegistryView(
        tuple(sorted({e.spot.path for e in endpoints})),
        tuple(routers),
        tuple(modules),
        _lines(imports, None),
        _computed(imports),
    )
