"""An answer is documented under the media type that its Content-Type states."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.codegen.written import Handler, document, operation, outcome, write

_SCHEMAS = """
class Line(BaseModel):
    text: str
    inner: "list[Line]" = []


class Problem(BaseModel):
    title: str
    lines: list[Line]
"""


def contents(root: Path, handler: Handler) -> dict[str, Any]:
    """The contents of the answers by status, without those that every route has."""
    (item,) = document(root, handler)["paths"].values()
    (found,) = item.values()
    return {s: r.get("content") for s, r in found["responses"].items() if s not in ("401", "default")}


def answer(status: int, media: str, body: str) -> str:
    return f'{{"statusCode": {status}, "headers": {{"content-type": "{media}"}}, "body": {body}}}'


def test_json_of_another_name_has_its_shape_under_that_name(tmp_path: Path) -> None:
    body = f"""
if event.get("isBase64Encoded"):
    return {answer(404, "application/problem+json; charset=utf-8", 'json.dumps({"title": "no such order"})')}
return {answer(200, "application/vnd.api+json", 'json.dumps({"data": [{"id": 1}]})')}"""
    found = contents(tmp_path, Handler(body=body))
    assert found.keys() == {"200", "404"}
    (success,) = found["200"].items()
    assert success[0] == "application/vnd.api+json"
    (item,) = [success[1]["schema"]["properties"]["data"]["items"]]
    assert item["properties"]["id"]["type"] == "integer"
    assert found["404"].keys() == {"application/problem+json"}
    assert found["404"]["application/problem+json"]["schema"]["required"] == ["title"]


def test_a_schema_of_another_name_stands_by_itself(tmp_path: Path) -> None:
    body = f"""
problem = Problem(title="none", lines=[])
return {answer(409, "application/hal+json", "problem.model_dump_json()")}"""
    (content,) = contents(tmp_path, Handler(body=body, schemas=_SCHEMAS)).values()
    schema = content["application/hal+json"]["schema"]
    line = schema["properties"]["lines"]["items"]
    assert schema["required"] == ["title", "lines"]
    assert line["properties"]["text"]["type"] == "string"
    assert line["properties"]["inner"]["items"] == {}


def test_a_shape_that_is_not_known_keeps_its_name(tmp_path: Path) -> None:
    found = contents(tmp_path, Handler(body=f"return {answer(200, 'application/hal+json', 'json.dumps(event)')}"))
    assert found == {"200": {"application/hal+json": {"schema": {}}}}


def test_several_media_types_of_one_status_are_told(tmp_path: Path) -> None:
    body = f"""
if event.get("isBase64Encoded"):
    return {answer(200, "text/csv", '"a;b"')}
return {answer(200, "text/html", '"<p>"')}"""
    write(tmp_path, Handler(body=body))
    (finding,) = outcome(tmp_path).findings
    assert (finding.code, finding.message.partition(": ")[2]) == ("CG206", "it is of several media types")


def test_application_json_is_what_it_is_without_a_word(tmp_path: Path) -> None:
    body = f"return {answer(200, 'Application/JSON; charset=utf-8', 'json.dumps([1])')}"
    found = operation(tmp_path, Handler(body=body))
    assert found.response is not None
    assert found.response.media is None


@pytest.mark.parametrize(
    "write", ['result["headers"]["X-Trace"] = "1"', 'result.setdefault("headers", {})["X-Trace"] = "1"']
)
def test_a_header_that_is_added_takes_no_media_type_away(tmp_path: Path, write: str) -> None:
    body = f"""
result = {answer(200, "text/csv", '"a,b"')}
{write}
return result"""
    assert contents(tmp_path, Handler(body=body))["200"].keys() == {"text/csv"}
