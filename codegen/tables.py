"""Routes of tables, held against the code: reads, scans and links what is declared outside of handlers."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .codebase import CodeBase
from .declarations import Declared, Place, Source
from .declaring import read_table, stand_ins
from .diagnostics import Finding
from .facts import Module
from .reader import Reader
from .route_settings import RouteSource
from .settings import Settings

if TYPE_CHECKING:
    from .link.precedence import Linked


def link_tables(base: CodeBase, sources: Iterable[tuple[Source, RouteSource]], reader: Reader) -> "Linked":
    """The routes that tables declare, and what is wrong with them."""
    from .link.handler_code import HandlerCode
    from .link.precedence import Linked, link

    files, settings = base.files, base.target.settings
    read = [(source, said) for source, said in sources if source.kind.is_table]
    tables = tuple(read_table(files, source, said, settings) for source, said in read)
    modules: dict[str, Module | None] = {}

    def load(path: str) -> Module | None:
        if path not in modules:
            modules[path] = reader.load(path)
        return modules[path]

    candidates = tuple(candidate.path for candidate in base.candidates)
    code = HandlerCode(load, lambda path: files.state(path) is not None, files.is_folder, candidates)
    linked = link(tables, code, stand_ins(files))
    findings = (*linked.findings, *(reader.broken[path] for path in sorted(reader.broken)))
    if not linked.routes and not findings:
        findings = (_empty(tables),)
    return Linked(linked.routes, findings)


def _empty(tables: tuple[Declared, ...]) -> Finding:
    paths = ", ".join(table.source.path for table in tables)
    return Place(tables[0].source.path).finding("CG150", f"no route is declared in {paths}")


def nothing_declared(settings: Settings) -> Finding:
    """CG150: there is no table, and no handler that states a route."""
    folders = ", ".join(f"{source}/**/{settings.folder}/" for source in settings.sources)
    message = f"no route is declared: no table in the root, no handler in {folders}"
    if settings.route_source:
        message = f"no route is declared: no handler in {folders}"
    hint = "tables are routes.toml, template.y*ml, cdk.json, cdk.out, serverless.y*ml; or name one as route_source"
    return Place(".").finding("CG150", message, hint)


def not_generated(linked: "Linked", sources: Iterable[tuple[Source, RouteSource]]) -> Finding:
    """CG157: routes of tables are read and checked, and not written yet."""
    path = next(source.path for source, _ in sources if source.kind.is_table)
    count = len(linked.routes)
    message = f"the {count} routes of tables are read and checked, and cannot be generated yet"
    return Place(path).finding("CG157", message, "`routes` shows them, `routes --as toml` writes them as a routes file")
