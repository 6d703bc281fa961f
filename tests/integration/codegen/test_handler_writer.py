"""The writer of handler code bases is deterministic and honest, and its comparison can fail."""

import hashlib
import os
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.handlerwriter import disk
from tests.support.handlerwriter.codebase import LEAST, write
from tests.support.handlerwriter.compare import differences
from tests.support.handlerwriter.truth import CodeBase, Route, Symbol

DIGEST = "import sys; from tests.integration.codegen.test_handler_writer import digest; print(digest(int(sys.argv[1])))"
WRONG: dict[str, Any] = {
    "kind": "event",
    "method": "HEAD",
    "path": "/elsewhere",
    "context": "nowhere",
    "auth": "nobody",
    "permissions": ["fly"],
    "function": "other",
    "status": 299,
    "statuses": [299],
    "path_parameters": [{"name": "x", "reads": "x", "type": "string"}],
    "query": {"schema": "X", "fields": [], "multi_value": True, "limit": 1, "sort": "x"},
    "request": {"schema": "X", "server_supplied": []},
    "response": {"kind": "model", "schema": "X", "keys": []},
    "timeout": 99.0,
}


def digest(seed: int) -> str:
    code = write(seed)
    return hashlib.sha256(repr((sorted(code.files.items()), code.routes, code.samples)).encode()).hexdigest()


def said(route: Route) -> dict[str, Any]:
    """The truth in the shape of the command's JSON."""
    entry: dict[str, Any] = asdict(route) | {"status": route.status}
    for part in ("query", "request", "response"):
        schema: Symbol | None = getattr(getattr(route, part), "schema", None)
        if entry[part]:
            entry[part]["schema"] = schema and schema.name
    return entry


@pytest.fixture(scope="module")
def code() -> CodeBase:
    return write(3)


@pytest.mark.long
def test_a_seed_gives_the_same_bytes_in_every_process() -> None:
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    programs = [
        subprocess.run([sys.executable, "-c", DIGEST, "7"], env=env, capture_output=True, text=True, check=True)
        for env in environments
    ]
    assert {run.stdout.strip() for run in programs} == {digest(7)}


def test_a_code_base_is_large_and_valid(code: CodeBase) -> None:
    assert len(code.routes) >= LEAST
    for name, data in code.files.items():
        compile(data, name, "exec")


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_the_handlers_do_what_the_truth_says(seed: int, tmp_path: Path) -> None:
    written = write(seed)
    disk.save(written, tmp_path)
    assert disk.misbehaving(written, tmp_path) == []


def test_a_dishonest_truth_is_noticed(code: CodeBase, tmp_path: Path) -> None:
    disk.save(code, tmp_path)
    lies = tuple(replace(route, statuses=(299,)) for route in code.routes)
    http = [route for route in code.routes if route.kind == "http"]
    assert len(disk.misbehaving(replace(code, routes=lies), tmp_path)) == len(http)


def test_the_comparison_accepts_the_truth(code: CodeBase) -> None:
    assert differences(code, [said(route) for route in code.routes]) == []


@pytest.mark.parametrize("key", sorted(WRONG))
def test_the_comparison_notices_every_wrong_key(code: CodeBase, key: str) -> None:
    entries = [said(route) for route in code.routes]
    complete = [number for number, route in enumerate(code.routes) if route.response and route.timeout]
    place = complete[0]
    entries[place][key] = WRONG[key]
    (problem,) = differences(code, entries)
    assert f"  {key}: said" in problem


def test_the_comparison_notices_missing_and_invented_routes(code: CodeBase) -> None:
    entries = [said(route) for route in code.routes[1:]]
    invented = {**entries[0], "module": "made.up"}
    problems = differences(code, [*entries, invented])
    assert len(problems) == 2
    assert "missing" in problems[0]
    assert "made.up is no route" in problems[1]
