"""Formats findings, drift and routes as text, JSON, or annotations on a pull request."""

import json
import re
from collections.abc import Callable, Iterable, Mapping

from ..declarations import kind_of
from ..diagnostics import Finding, Point, Severity, Spot
from ..emit import Change
from ..model import Endpoint, ListOf, Named, OneOf, Operation, PathParameter, Query, Request, Response
from ..program import COMMAND

_NEWLINE = re.compile(r"\r\n?|\n")  # a form feed ends no line of Python
_WIDEST = 200
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}
_JSON_TYPES = {"int": "integer", "float": "number", "Decimal": "number", "bool": "boolean"}

type Sources = Callable[[str], bytes | None]
type Paint = Callable[[str, str], str]
"""Puts a text into a colour."""


def _unpainted(text: str, colour: str) -> str:
    return text


def finding_as_text(finding: Finding, sources: Sources, paint: Paint = _unpainted) -> str:
    """As a compiler says it: place, severity, code, message; the source line and a caret; the other place; a hint."""
    point, colour = finding.at, _COLOURS[finding.severity]
    kind = paint(f"{finding.severity} {finding.code}", colour)
    lines = [f"{_place(finding.spot, point)}: {kind} {plain(finding.message)}"]
    lines += [
        paint(line, colour) if line.endswith("^") else line for line in _excerpt(finding.spot.path, point, sources)
    ]
    if finding.other is not None:
        lines.append(f"  {_place(finding.other, finding.other_at)}: the other place")
        lines += _excerpt(finding.other.path, finding.other_at, sources)
    if finding.hint:
        lines.append(f"  {paint('hint:', 'cyan')} {plain(finding.hint)}")
    return "\n".join(lines)


def _place(spot: Spot, point: Point) -> str:
    return f"{plain(spot.path)}:{point.line}:{point.column}"


def plain(text: str) -> str:
    """One line of printable characters: a handler's text must not drive a terminal."""
    return "".join(c if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF else "?" for c in text)


def _excerpt(path: str, point: Point, sources: Sources) -> list[str]:
    source = sources(path)
    if source is None:
        return []
    lines = _NEWLINE.split(source.decode("utf-8", "replace").removeprefix("\ufeff"))
    if not 1 <= point.line <= len(lines):
        return []
    line, start = lines[point.line - 1].replace("\t", " "), 0
    if len(line) > _WIDEST:  # a generated table, say: what stands around the place is enough
        start = max(0, min(point.column - 1 - _WIDEST // 4, len(line) - _WIDEST))
        line = line[start : start + _WIDEST]
    number, column = str(point.line), point.column - start
    width = max(1, min(point.width, len(line) - column + 1))
    return [f"  {number} | {plain(line)}", f"  {' ' * len(number)} | {' ' * (column - 1)}{'^' * width}"]


def finding_as_object(finding: Finding) -> dict[str, object]:
    point, other = finding.at, finding.other_at
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "path": finding.spot.path,
        "line": point.line,
        "column": point.column,
        "hint": finding.hint or None,
        "other": None
        if finding.other is None
        else {"path": finding.other.path, "line": other.line, "column": other.column},
    }


def finding_as_annotation(finding: Finding) -> str:
    """GitHub's workflow command."""
    point = finding.at
    level = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}[finding.severity]
    place = f"file={_property(finding.spot.path)},line={point.line},col={point.column},title={finding.code}"
    text = f"{finding.message} ({finding.hint})" if finding.hint else finding.message
    return f"::{level} {place}::{_escaped(text)}"


def _escaped(text: str) -> str:
    return plain(text.replace("\n", " ")).replace("%", "%25")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def change_as_object(change: Change, folder: str) -> dict[str, object]:
    return {"path": f"{folder}/{change.path}", "drift": change.drift.value, "diff": change.diff(folder)}


def change_as_annotation(change: Change, folder: str) -> str:
    path = _property(f"{folder}/{change.path}")
    return f"::error file={path},line=1,col=1,title={change.drift.value}::run `{COMMAND} generate`"


def dumped(value: object) -> str:
    """JSON in ASCII, so that no locale or terminal matters."""
    return json.dumps(value, indent=2, ensure_ascii=True)


def routes_as_objects(
    endpoints: Iterable[Endpoint], places: Mapping[Spot, Point] | None = None, payload: str = "1.0"
) -> list[dict[str, object]]:
    """The table of what is served: every key in every row. `places` are those of the docstrings."""
    rows = [_row(endpoint, (places or {}).get(endpoint.spot), payload) for endpoint in endpoints]
    return sorted(rows, key=_row_order)


def _row_order(row: dict[str, object]) -> tuple[str, str, str, str]:
    return (str(row["kind"] == "event"), str(row["path"] or ""), str(row["method"] or ""), str(row["module"]))


def _row(endpoint: Endpoint, place: Point | None, payload: str) -> dict[str, object]:
    route = endpoint if isinstance(endpoint, Operation) else None
    return {
        "kind": "event" if route is None else "http",
        "method": route and route.method,
        "path": route and route.path,
        "context": endpoint.context,
        "auth": route and route.auth,
        "authorizer": _authorizer(route) if route else None,
        "scopes": list(route.scopes) if route else [],
        "api": None,
        "payload": payload if route else None,
        "permissions": list(route.permissions) if route else [],
        "module": endpoint.module,
        "code_root": None,
        "file": endpoint.spot.path,
        "function": endpoint.function,
        "status": route and route.status,
        "statuses": list(route.statuses) if route else [],
        "path_parameters": [_path_parameter(p) for p in route.path_parameters] if route else [],
        "query": _query(route.query) if route and route.query else None,
        "request": _request(route.request) if route and route.request else None,
        "response": _response(route.response) if route and route.response else None,
        "timeout": endpoint.timeout,
        "source": {
            "kind": "docstrings",
            "path": endpoint.spot.path,
            "line": place and place.line,
            "column": place and place.column,
        },
    }


def _authorizer(route: Operation) -> dict[str, object] | None:
    """A middleware of a docstring's handler authenticates users of a pool."""
    if route.auth is None:
        return None
    return {"kind": "cognito" if route.authorizer is None else kind_of(route.authorizer)}


def _path_parameter(parameter: PathParameter) -> dict[str, object]:
    return {"name": parameter.name, "reads": parameter.reads, "type": _JSON_TYPES.get(parameter.type, "string")}


def _query(query: Query) -> dict[str, object]:
    return {
        "schema": query.schema,
        "fields": [field.name for field in query.fields],
        "multi_value": query.multi_value,
        "limit": query.limit,
        "sort": query.sort,
    }


def _request(request: Request) -> dict[str, object]:
    return {"schema": schema_name(request.type), "server_supplied": list(request.server_supplied)}


def _response(response: Response) -> dict[str, object]:
    keys = None if response.keys is None else list(response.keys)
    return {"kind": response.kind.value, "schema": response.schema, "keys": keys}


def schema_name(type_: object) -> str | None:
    """The schema that a type is about: itself, or the item of a list of it."""
    match type_:
        case Named(name=name):
            return name
        case ListOf(item=item):
            return schema_name(item)
        case OneOf(options=options):
            names = {schema_name(option) for option in options} - {None}
            return names.pop() if len(names) == 1 else None
        case _:
            return None


def routes_as_table(rows: Iterable[dict[str, object]]) -> str:
    """Columns for a terminal: method, path, auth, permissions, handler, status."""
    cells: list[tuple[str, ...]] = [("METHOD", "PATH", "AUTH", "PERMISSIONS", "HANDLER", "STATUS")]
    for row in rows:
        permissions = row["permissions"]
        names = ", ".join(str(p) for p in permissions) if isinstance(permissions, list) else ""
        auth = row["auth"] or ("-" if row["kind"] == "event" else "public")
        method, path = (row["method"], row["path"]) if row["kind"] == "http" else ("event", "-")
        handler = f"{row['module']}:{row['function']}"
        cells.append((str(method), str(path), str(auth), names or "-", handler, str(row["status"] or "-")))
    return aligned(cells)


def aligned(cells: list[tuple[str, ...]]) -> str:
    """Rows of cells in columns."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(plain(c).ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells)
