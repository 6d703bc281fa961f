"""Declared routes as rows of the table that `routes` prints."""

from collections.abc import Iterable

from ..codebase import Target
from ..declarations import Api, Authorizer, Cognito, Handler, Place, Public, Route, Source, kind_of
from ..model import Endpoint, Operation
from ..names import PathTemplate
from .report import aligned, plain


def declared_as_objects(routes: Iterable[Route]) -> list[dict[str, object]]:
    """A row for each route, with every key of DESIGN; what only the code could tell is null or empty."""
    return [_row(route) for route in sorted(routes, key=lambda route: (route.api.name, route.path, route.method))]


def _row(route: Route) -> dict[str, object]:
    handler = route.handler if isinstance(route.handler, Handler) else None
    kind = kind_of(route.authorizer)
    names = PathTemplate(route.path).parameters if route.path.startswith("/") else ()
    return {
        "kind": "http",
        "method": route.method,
        "path": route.path,
        "context": route.api.name,
        "auth": None if kind is None else getattr(route.authorizer, "name", kind),
        "authorizer": None if kind is None else {"kind": kind},
        "scopes": list(route.scopes),
        "api": route.api.name,
        "payload": route.payload,
        "permissions": [],
        "module": None,
        "code_root": handler and handler.code_root,
        "file": handler and handler.file,
        "function": handler and handler.function,
        "status": None,
        "statuses": [],
        "path_parameters": [{"name": name, "reads": None, "type": "string"} for name in names],
        "query": None,
        "request": None,
        "response": None,
        "timeout": handler and handler.timeout,
        "source": {
            "kind": route.source.value,
            "path": route.place.path,
            "line": route.place.line,
            "column": route.place.column,
        },
    }


def declared_as_table(rows: Iterable[dict[str, object]]) -> str:
    """Columns for a terminal: method, path, authorizer, handler, and where the route stands."""
    cells: list[tuple[str, ...]] = [("METHOD", "PATH", "AUTH", "HANDLER", "SOURCE")]
    for row in rows:
        authorizer, source = row["authorizer"], row["source"]
        auth = str(authorizer["kind"]) if isinstance(authorizer, dict) else "public"
        place = "{path}:{line}:{column}".format_map(source) if isinstance(source, dict) else "-"
        folder = f"{row['code_root']}/" if row["code_root"] else ""
        handler = f"{folder}{row['file']}:{row['function']}" if row["file"] else "-"
        cells.append((str(row["method"]), str(row["path"]), auth, handler, place))
    return aligned(cells)


def sources_as_text(sources: Iterable[Source]) -> str:
    """Which sources were read, and why."""
    return "\n".join(plain(f"reading {source.path or '.'} ({source.kind}): {source.reason}") for source in sources)


def routes_of(endpoints: Iterable[Endpoint], target: Target, module_root: str) -> tuple[Route, ...]:
    """The routes of docstrings as declarations: authentication by a middleware is that of a user pool."""
    found: list[Route] = []
    payload = target.settings.payload
    api = Api("", "rest" if payload == "1.0" else "http")
    for operation in endpoints:
        if isinstance(operation, Operation):
            path = operation.spot.path
            file = path.removeprefix(f"{module_root}/") if module_root else path
            place = Place(path, node=operation.spot.at)
            handler = Handler(module_root, file, target.settings.entry, place, timeout=operation.timeout)
            auth = operation.auth
            authorizer: Authorizer = Public() if auth is None else Cognito(auth, ("",))
            found.append(Route(api, operation.method, operation.path, handler, authorizer, place, payload=payload))
    return tuple(sorted(found, key=lambda route: (route.path, route.method)))
