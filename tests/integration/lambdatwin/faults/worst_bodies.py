"""The bodies that cost most for their size, made from the document of the API: length times kind times depth."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.kit.load import request
from tests.bench.kit.servers import ROOT

_ITEMS = ("0", "null", '""', "[]", "{}", '{"a":0}', "1e9", '"\\u00e9"', '{"name":"x","value":{"unit":0}}')
_SIZE = 1_990_000
_ID = "11111111-1111-4111-8111-111111111111"


def operations() -> list[tuple[str, str, list[str]]]:
    """Method, path and the fields of the body of every operation that has one."""
    document = json.loads((ROOT / "generated" / "openapi.json").read_text())
    schemas = document["components"]["schemas"]
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None:
                found.append((method.upper(), path, sorted(_fields(content["schema"], schemas))))
    return found


def bodies(fields: list[str], size: int = _SIZE) -> Iterator[str]:
    """Bodies of about this size, each with one kind of a value in a list: of all fields, of none, and by itself."""
    for item in _ITEMS:
        many = "[" + ",".join([item] * (size // (len(item) + 1))) + "]"
        yield many
        yield f'{{"name":"x","unknown":{many}}}'
        for field in fields:
            yield f'{{"name":"x",{json.dumps(field)}:{many}}}'
    yield "[" * (size // 2) + "]" * (size // 2)
    yield '{"a":' * (size // 6) + "0" + "}" * (size // 6)
    yield "{" + ",".join(f'"{number}":0' for number in range(size // 10)) + "}"
    yield json.dumps({"name": "é" * (size // 6)})


def sent(method: str, path: str, body: str, token: str) -> bytes:
    """The request, with ids of nothing in the path."""
    filled = "/".join(_ID if part.startswith("{") else part for part in path.split("/"))
    return request(method, filled, token=token, body=body.encode(), headers="Connection: close")


def peak_megabytes(pid: int) -> float:
    """The largest resident memory of a process since `forget_peak`."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def forget_peak(pid: int) -> None:
    """Begin to measure the peak anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _fields(schema: Any, schemas: dict[str, Any]) -> set[str]:
    """The names of the fields of an object, or of those that a list or an alternative may have."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    found = set(schema.get("properties", {}))
    for part in [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *([schema["items"]] if "items" in schema else ())]:
        found |= _fields(part, schemas)
    return found
