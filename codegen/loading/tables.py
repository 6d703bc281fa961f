"""Routes of tables, held against the code: reads, scans and links what is declared outside of handlers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..codebase import CodeBase
from ..declarations import Declared, Handler, Place, Public, Route, Source, SourceKind
from ..diagnostics import Finding
from ..discovery import Files
from ..facts import Module
from ..settings import Settings
from .declaring import read_table, reading_of, stand_ins
from .installed import Installed
from .layers import split_packages
from .locating import points_of_spots
from .memory import Memory
from .reader import Reader
from .route_settings import RouteSource

if TYPE_CHECKING:
    from ..routing.handler_code import CodeRoute
    from ..routing.precedence import Linked


type Sources = Iterable[tuple[Source, RouteSource]]


def link_tables(base: CodeBase, sources: Sources, reader: Reader) -> "Linked":
    """The routes that tables or decorators declare, and what is wrong with them."""
    from ..link.functions.declared import DeclaredFunctions
    from ..routing import operations
    from ..routing.handler_code import HandlerCode
    from ..routing.precedence import Linked, link

    files, settings, found = base.files, base.target.settings, tuple(sources)
    tables = tuple(read_table(files, source, said, settings) for source, said in found if source.kind.is_table)
    modules: dict[str, Module | None] = {}

    def load(path: str) -> Module | None:
        if path not in modules:
            modules[path] = reader.load(path)
        return modules[path]

    paths = tuple(candidate.path for candidate in base.candidates)
    installed = Installed(files)
    code = HandlerCode(load, lambda path: files.state(path) is not None, files.is_folder, installed.has, paths)
    apps = [pair for pair in found if pair[0].kind is SourceKind.DECORATORS]
    read = [_decorated(base, source, said, load, bool(tables)) for source, said in apps]
    decorated = [declared for declared, _ in read]
    needed: frozenset[str] = frozenset()
    if tables:
        listed = [route for table in tables for route in table.routes]
        code.stated = tuple(one for own, bare in read for one in _arriving(_stated(own.routes), _stated(bare), listed))
        # Beside a table decorators only document: what of them cannot be read changes no route.
        stated = (replace(one, routes=(), findings=_told_beside(one)) for one in decorated)
        tables = (*tables, *stated)
    else:
        tables = tuple(decorated)
        needed = needed.union(*(one.files for one in decorated))
    linked = link(tables, code, stand_ins(files))
    # What else handlers import may be for another Python, and never be run by this one.
    needed |= set(code.entries(linked.routes))
    broken = [(path, reader.broken[path]) for path in sorted(reader.broken)]
    findings = (
        *linked.findings,
        *(found if path in needed else replace(found, code="CG257") for path, found in broken),
        *split_packages(files, linked.routes),
    )
    if not linked.routes and not findings:
        findings = (_empty(tables) if tables else nothing_declared(settings, files),)
    routes = _placed(files, linked.routes, reader.memory or Memory())
    functions = DeclaredFunctions(code, reader.conventions)
    told = functions.told(operations.operations_of(routes, code))
    served = tuple(dict.fromkeys((*operations.check(routes, code, settings.reserved), *functions.findings)))
    return Linked(routes, findings, told, served)


def _decorated(
    base: CodeBase, source: Source, said: RouteSource, load: Callable[[str], Module | None], is_beside: bool
) -> tuple[Declared, tuple[Route, ...]]:
    """The routes of all apps of Chalice and Powertools; beside a table, also those without the prefixes that apps take
    off."""
    from ..routing.app_routes import read_apps, unprefixed
    from ..routing.decorated import Decorators
    from ..sources.reading import with_authorizer
    from ..sources.search import decorated_modules

    files, settings = base.files, base.target.settings
    authorizer = Public() if said.is_public else None
    stage = dict(said.parameters).get("stage", "")
    decorators = Decorators(load, files.is_folder, files.read, said.code_root.strip("/"), stage, authorizer)
    folders = (said.path,) if said.path and files.is_folder(said.path) else settings.sources
    paths = decorated_modules(files, folders, settings.exclude)
    reading, found = reading_of(files, said, settings), read_apps(decorators, paths)
    routes = tuple(replace(with_authorizer(reading, route), source=source.kind) for route in found)
    bare = unprefixed(decorators) if is_beside else ()
    return Declared(source, routes, tuple(decorators.findings), frozenset(paths)), bare


def _arriving(stated: Iterable["CodeRoute"], bare: Iterable["CodeRoute"], routes: list[Route]) -> Iterator["CodeRoute"]:
    """The stated routes of each decorator; those without a prefix where a table leads to these alone."""
    from ..routing.precedence import covers

    def is_led_to(one: "CodeRoute") -> bool:
        return any(covers(route, one) for route in routes)

    own = tuple(stated)
    with_prefix = {(one.place, one.method) for one in own if is_led_to(one)}
    without = [one for one in bare if (one.place, one.method) not in with_prefix and is_led_to(one)]
    instead = {(one.place, one.method) for one in without}
    yield from (one for one in own if (one.place, one.method) not in instead)
    yield from without


def _stated(routes: Iterable[Route]) -> Iterator["CodeRoute"]:
    """Routes of decorators as what the code states beside a table."""
    from ..routing.handler_code import CodeRoute

    for route in routes:
        if isinstance(route.handler, Handler):
            function = route.inner[1] if route.inner else ""
            yield CodeRoute(route.method, route.path, route.handler.path, route.place, function, is_docstring=False)


def _told_beside(declared: Declared) -> tuple[Finding, ...]:
    return tuple(finding for finding in declared.findings if finding.code not in ("CG156", "CG256"))


def _placed(files: Files, routes: tuple[Route, ...], memory: Memory) -> tuple[Route, ...]:
    """Routes of decorators with lines and columns."""
    points = points_of_spots(files, (route.place.spot for route in routes), memory)
    return tuple(
        route
        if (point := points.get(route.place.spot)) is None
        else replace(route, place=Place(route.place.path, point.line, point.column, point.width))
        for route in routes
    )


def _empty(tables: tuple[Declared, ...]) -> Finding:
    paths = ", ".join(table.source.path for table in tables)
    return Place(tables[0].source.path).finding("CG150", f"no route is declared in {paths}")


def nothing_declared(settings: Settings, files: Files) -> Finding:
    """CG150: there is no table, and no handler that states a route."""
    from ..sources.search import TEMPLATES, instead

    looked = f"no `{settings.entry}` in a folder `{settings.folder}` below {', '.join(settings.sources)}"
    hint = "`entry`, `folder`, `sources` and `exclude` in [tool.codegen] say where handlers are"
    if not settings.route_source:
        others = [f"{name} has no Resources that can be read as UTF-8" for name in TEMPLATES if name in files.names("")]
        looked = ", ".join([*others, "no table in the root", looked])
        hint += "; tables are routes.toml, template.y*ml, cdk.json, cdk.out, serverless.y*ml, or named as route_source"
        hint += "; of a serverless.ts or .js the output of `sls package` is read"
        hint = "; ".join([*instead(files, settings.sources, settings.exclude), hint])
    return Place(".").finding("CG150", f"no route is declared: {looked}", hint)
