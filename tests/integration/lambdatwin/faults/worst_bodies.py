"""The bodies that cost most for their size, made from the document of the API: length times kind times depth."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from src.contexts.shared_kernel.domain.nutrients import NUTRIENTS
from src.contexts.shared_kernel.lambda_helpers import MAX_VALUES
from tests.bench.kit.load import request
from tests.bench.kit.servers import ROOT, Server
from tests.integration.lambdatwin.faults.probe import send

_ITEMS = ("0", "null", '""', "[]", "{}", '{"a":0}', "1e9", '"\\u00e9"', '{"name":"x","value":{"unit":0}}')
_SIZE = 1_990_000
# Just under the limit of values, and as many as there is room for.
VALUES = (MAX_VALUES - 1000, _SIZE)
_ID = "11111111-1111-4111-8111-111111111111"
_DEPTH = 4
# Fields whose texts have a form of their own, and those that would name what is not there.
_KNOWN: dict[str, Any] = {
    "image_url": "https://x.test/a",
    "hour": "12:30",
    "main_email": "ana@example.com",
    "webhook_url": "https://example.com/",
    "main_phone": "+5511999999999",
}
_KNOWN["nutri_facts"] = {name: {"value": 1, "unit": unit} for name, unit in NUTRIENTS.items()}
_LEFT_OUT = frozenset({"id", "menu_id", "unit", "source_id", "barcode", "version"}) | {
    f"{name}_id" for name in ("brand", "category", "parent_category", "food_group", "process_type")
}
_TEXTS = {"uuid": _ID, "date-time": "2026-01-01T00:00:00Z", "date": "2026-01-01", "uri": "https://x.test"}


@dataclass(frozen=True, slots=True)
class Operation:
    """Method, path and the schema of the body of an operation that has one."""

    method: str
    path: str
    schema: Any

    def bodies(self, values: int, places: frozenset[str] | None = None) -> Iterator[str]:
        """Bodies of so many values, if they are not too long: of one kind, in every place that the schema has; or deep.

        Places of one schema count once at each depth. With `places`, only those below the fields of these names.
        """
        for item in _ITEMS:
            many = _list_of(item, values)
            yield f'{{"name":"x","unknown":{many}}}'
            yield from _placed(self.schema, many, places)
        depth, names = min(values, _SIZE // 6), min(values, _SIZE // 10)
        yield "[" * depth + "]" * depth
        yield '{"a":' * depth + "0" + "}" * depth
        yield "{" + ",".join(f'"{number}":0' for number in range(names)) + "}"
        yield json.dumps({"name": "é" * (_SIZE // 6)})

    def fullest(self) -> str:
        """A body with every field, and in every list as many items as the schema and the limit of values allow."""
        value = _fullest(self.schema, 0)
        if isinstance(value, list):
            value = value[: (MAX_VALUES - 1000) // _weight(json.dumps(value[-1]))]
        return json.dumps(value)


def operations() -> list[Operation]:
    """Every operation of a handler that has a body."""
    found = []
    for path, methods in _document()["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None and "x-lambda-handler" in operation:
                found.append(Operation(method.upper(), path, content["schema"]))
    return found


@cache
def _document() -> Any:
    return json.loads((ROOT / "generated" / "openapi.json").read_text())


def _list_of(item: str, values: int) -> str:
    return "[" + ",".join([item] * min(values // _weight(item), _SIZE // (len(item) + 1))) + "]"


def _weight(item: str) -> int:
    """How many values one item of a list counts as."""
    return 1 + sum(map(item.count, ",[{"))


def _placed(schema: Any, many: str, places: frozenset[str] | None, depth: int = 0) -> Iterator[str]:
    """Values of the schema, in each of which another part is replaced by `many`; texts of JSON."""
    if depth == 0 or places is None:
        yield many
    seen = set()
    for option in _options(schema):
        if depth < _DEPTH and "items" in option:
            yield from (f"[{value}]" for value in _placed(option["items"], many, places, depth))
        for name, part in option.get("properties", {}).items() if depth < _DEPTH else ():
            if (key := json.dumps(part.get("$ref", part), sort_keys=True)) in seen or not (
                places is None or depth or name in places
            ):
                continue
            seen.add(key)
            others = {one: _fullest(option["properties"][one], _DEPTH) for one in option.get("required", ())}
            begin = json.dumps({one: value for one, value in others.items() if one != name})[:-1]
            comma = "" if begin == "{" else ","
            for value in _placed(part, many, None, depth + 1):
                yield f"{begin}{comma}{json.dumps(name)}:{value}}}"


def _options(schema: Any) -> list[Any]:
    """The schemas of which a value may be, with their references followed."""
    if "$ref" in schema:
        return _options(_document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    parts = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [option for part in parts for option in _options(part)] if parts else [schema]


def _fullest(schema: Any, depth: int) -> Any:
    """A value of the schema with all that it may have; from some depth on with what it must have."""
    option = next((one for one in _options(schema) if one.get("type") == "array"), _options(schema)[0])
    if "const" in option or "enum" in option:
        return option.get("const", option.get("enum", [None])[0])
    match option.get("type"):
        case "object":
            names = option.get("properties", {}) if depth < _DEPTH else option.get("required", ())
            return {
                name: _KNOWN.get(name) or _fullest(option["properties"][name], depth + 1)
                for name in names
                if name in option.get("required", ()) or name not in _LEFT_OUT
            }
        case "array":
            count = option.get("maxItems", 100) if depth < _DEPTH else option.get("minItems", 0)
            return [_numbered(_fullest(option["items"], depth + 1), place) for place in range(count)]
        case "string":
            return _TEXTS.get(option.get("format", ""), "x" * option.get("minLength", 1))
        case "integer" | "number":
            return int(option.get("minimum", 1))
        case "boolean":
            return True
        case _:
            return None


def _numbered(value: Any, place: int) -> Any:
    """Items of one list differ where they can; positions count from 0."""
    if isinstance(value, dict):
        texts = {name: f"{value[name]}{place}" for name in ("name", "key", "value") if isinstance(value.get(name), str)}
        value = {**value, **texts, **({"position": place} if "position" in value else {})}
    return value


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request took: seconds of CPU, and the largest memory of the process meanwhile."""

    status: int
    seconds: float
    megabytes: float


def cost(server: Server, operation: Operation, body: str, token: str) -> Cost:
    """Send a body, with ids of nothing in the path."""
    path = "/".join(_ID if part.startswith("{") else part for part in operation.path.split("/"))
    data = request(operation.method, path, token=token, body=body.encode(), headers="Connection: close")
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")
    before = server.cpu_seconds()
    reply = send(server.port, data, seconds=30)
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return Cost(reply.status, server.cpu_seconds() - before, int(peak.split()[1]) / 1024)
