"""Compares what the generator says of a code base with the truth, key by key.

Where the documents leave a spelling open, every spelling is accepted: types of path parameters (`int`, `integer`), a
class by its name or by a place to import it from, filter fields as names or as objects with a `name`, absent and empty
lists, lists in any order where order has no meaning.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.support.handlerwriter.truth import CodeBase, PathParameter, Query, Request, Response, Route, Symbol

TYPES = {"str": "string", "int": "integer"}
EVENT_KEYS = ("kind", "module", "function", "context")


def differences(code: CodeBase, said: Iterable[Mapping[str, Any]]) -> list[str]:
    """One text per route that is missing, wrong or made up: seed, module, keys, and the module's source."""
    by_module: dict[str, Mapping[str, Any]] = {}
    problems = []
    for entry in said:
        if entry["module"] in by_module:
            problems.append(f"seed {code.seed}: {entry['module']} is listed twice")
        by_module[entry["module"]] = entry
    for route in code.routes:
        found = by_module.pop(route.module, None)
        wrong = ["missing"] if found is None else _differing(route, found)
        if wrong:
            source = code.files[route.file].decode()
            problems.append("\n".join([f"seed {code.seed}: {route.module}", *wrong, source]))
    problems += [f"seed {code.seed}: {name} is no route: {entry}" for name, entry in sorted(by_module.items())]
    return problems


def _differing(route: Route, said: Mapping[str, Any]) -> list[str]:
    expected: dict[str, object] = {key: getattr(route, key) for key in (*EVENT_KEYS,)}
    actual: dict[str, object] = {key: said[key] for key in EVENT_KEYS}
    if route.kind == "http":
        for key in ("method", "path", "auth", "status", *(("timeout",) if route.timeout is not None else ())):
            expected[key], actual[key] = getattr(route, key), said[key]
        for key in ("permissions", "statuses"):
            expected[key], actual[key] = sorted(getattr(route, key)), sorted(said[key])
        actual["path_parameters"] = [_parameter(one) for one in said["path_parameters"]]
        expected["path_parameters"] = [_unread(one, said) for one in route.path_parameters]
        expected["query"], actual["query"] = (
            route.query and _query(route.query),
            _said_query(route.query, said["query"]),
        )
        expected["request"] = route.request and _request(route.request)
        actual["request"] = _said_request(route.request, said["request"])
        if route.response:
            expected["response"] = _response(route.response)
            actual["response"] = _said_response(route.response, said["response"])
    return [f"  {key}: said {actual[key]!r}, is {expected[key]!r}" for key in expected if actual[key] != expected[key]]


def _parameter(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": said["name"], "reads": said["reads"], "type": TYPES.get(said["type"], said["type"])}


def _unread(one: PathParameter, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is expected; for a parameter that no code reads, whatever was said of its `reads` and type."""
    if one.reads is None:
        listed = [_parameter(other) for other in said["path_parameters"] if other["name"] == one.name]
        return {"name": one.name, **({"reads": listed[0]["reads"], "type": "string"} if listed else {})}
    return {"name": one.name, "reads": one.reads, "type": one.type}


def _query(query: Query) -> dict[str, Any]:
    arguments = {"multi_value": query.multi_value, "limit": query.limit, "sort": query.sort}
    stated = {key: value for key, value in arguments.items() if value is not None}
    return {"schema": query.schema.name, "fields": sorted(query.fields), **stated}


def _said_query(query: Query | None, said: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if said is None or query is None:
        return said
    names = [one if isinstance(one, str) else one["name"] for one in said["fields"]]
    stated = {key: said[key] for key in ("multi_value", "limit", "sort") if getattr(query, key) is not None}
    fields = sorted(name.replace("-", "_") for name in names)
    return {"schema": _class(query.schema, said["schema"]), "fields": fields, **stated}


def _request(request: Request) -> dict[str, Any]:
    return {"schema": request.schema and request.schema.name, "server_supplied": sorted(request.server_supplied)}


def _said_request(request: Request | None, said: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if said is None or request is None:
        return said
    schema = _class(request.schema, said["schema"])
    return {"schema": schema, "server_supplied": sorted(said["server_supplied"] or ())}


def _response(response: Response) -> dict[str, Any]:
    return {
        "kind": response.kind,
        "schema": response.schema and response.schema.name,
        "keys": sorted(response.keys),
    }


def _said_response(response: Response, said: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if said is None:
        return None
    schema = _class(response.schema, said["schema"])
    return {"kind": said["kind"], "schema": schema, "keys": sorted(said["keys"] or ())}


def _class(expected: Symbol | None, said: str | None) -> str | None:
    """The class's bare name where any right spelling of it was said, else what was said."""
    return expected.name if expected and said in expected.spellings() else said
