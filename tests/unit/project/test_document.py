"""The exported document and the routers behind it: complete, valid, and small."""

import ast
import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate

from tests.support.postgres import ROOT

FIRST_SIZE = 515_494 / 47  # bytes for each operation of the first version
MOST_ANY = 3 / 47  # for each operation
MOST_PARAMETERS = 6
_EXPORTED = ROOT / "generated" / "openapi.json"


@pytest.fixture(scope="module")
def document() -> Any:
    return json.loads(_EXPORTED.read_text(encoding="utf-8"))


def _operations(document: Any) -> Iterator[tuple[str, Any]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def _answers(operation: Any) -> Iterator[Any]:
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            yield from response.get("content", {}).values()


def test_it_is_valid_and_at_most_four_fifths_of_its_first_size(document: Any) -> None:
    validate(document)
    served = sum("x-lambda-handler" in operation for _, operation in _operations(document))
    assert _EXPORTED.stat().st_size <= 0.8 * FIRST_SIZE * served


def test_it_has_the_paths_of_the_shell_that_are_the_same_everywhere(document: Any) -> None:
    own = {path for path in document["paths"] if path.startswith(("/auth", "/health"))}
    assert own == {"/health", "/health/ready", "/auth/refresh", "/auth/logout"}


def test_every_body_has_an_example_that_its_schema_accepts(document: Any) -> None:
    wrong: list[str] = []
    for name, operation in _operations(document):
        for media in (*_answers(operation), *operation.get("requestBody", {}).get("content", {}).values()):
            schema = {**media["schema"], "components": document["components"]}
            found = Draft202012Validator(schema).iter_errors(media["example"]) if "example" in media else ("none",)
            wrong += [f"{name}: {fault}" for fault in found]
    assert not wrong


def test_every_query_parameter_and_every_success_is_described(document: Any) -> None:
    bare: list[str] = []
    for name, operation in _operations(document):
        queries = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
        bare += [f"{name}: {one['name']}" for one in queries if not one.get("description")]
        said = [one["description"] for status, one in operation["responses"].items() if status.startswith("2")]
        bare += [f"{name}: {words}" for words in said if words in ("", "Successful Response")]
    assert not bare


def test_no_schema_repeats_a_name_as_its_title(document: Any) -> None:
    named = [
        one for schema in document["components"]["schemas"].values() for one in schema.get("properties", {}).items()
    ]
    for _, operation in _operations(document):
        named += [(one["name"], one["schema"]) for one in operation.get("parameters", ())]
    said = [(name, one["title"]) for name, one in named if "title" in one]
    assert [pair for pair in said if pair[0].replace("_", "-").lower() == pair[1].replace(" ", "-").lower()] == []


def test_routers_know_their_types_and_have_few_parameters() -> None:
    unknown, most, functions = 0, 0, 0
    for file in (ROOT / "generated").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            unknown += isinstance(node, ast.Name) and node.id == "Any"
            if isinstance(node, ast.AsyncFunctionDef):
                functions += 1
                most = max(most, len(node.args.args) + len(node.args.kwonlyargs))
    assert unknown <= MOST_ANY * functions
    assert 0 < most <= MOST_PARAMETERS
