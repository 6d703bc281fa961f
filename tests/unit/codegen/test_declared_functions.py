"""The functions of a table are read as handlers are; what cannot be read is any JSON, and told."""

from pathlib import Path
from typing import Any

import pytest

from codegen.codebase import Target
from codegen.model import ANYTHING, Operation, Request, Shape
from codegen.pipeline import Outcome, Pipeline
from codegen.settings import load_settings
from tests.unit.codegen.written import document

ROUTE = """
[[route]]
method = "{}"
path = "{}"
handler = "app.handler"
authorizer = "none"
payload = "{}"
"""
HANDLER = """import json
from replies import *
from schemas import *

def handler(event, context):
{}
"""
REPLIES = """
import json
from dataclasses import dataclass
from http import HTTPStatus


def build_response(status, body, **headers):
    return {"statusCode": status, "headers": {"X-A": "b", **headers}, "body": json.dumps(body)}


def ok(body):
    return build_response(HTTPStatus.OK, body)


@dataclass
class Reply:
    payload: object
    status: int = 200

    def to_response(self):
        return build_response(self.status, self.payload)


class Failure:
    def __init__(self, status, *reasons):
        self.status, self.reasons = status, reasons

    @property
    def body(self):
        return {"reasons": len(self.reasons)}

    def to_response(self):
        return build_response(self.status, self.body)
"""
SCHEMAS = """
from enum import StrEnum
from pydantic import BaseModel, ConfigDict, Field, computed_field
from pydantic.alias_generators import to_camel


class Genre(StrEnum):
    NOVEL = "novel"


class NewBook(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)
    book_title: str
    genre: Genre = Genre.NOVEL
    parts: list["NewBook"] = []


class Book(NewBook):
    id: int

    @computed_field
    @property
    def label(self) -> str:
        return ""
"""


def lay(root: Path, body: str, *routes: tuple[str, str], payload: str = "1.0") -> None:
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    table = "".join(ROUTE.format(method, path, payload) for method, path in routes or [("POST", "/books/{id}")])
    texts = {"app.py": HANDLER.format(lines), "replies.py": REPLIES, "schemas.py": SCHEMAS, "routes.toml": table}
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")


def read(root: Path) -> Outcome:
    settings = load_settings(root, ['ports = "src.lambdatwin.ports"'])
    return Pipeline(Target(root, root / "generated", settings, cache=False)).run()


def operation(root: Path, body: str, *routes: tuple[str, str], payload: str = "1.0") -> Operation:
    lay(root, body, *routes, payload=payload)
    found = read(root).endpoints[0]
    assert isinstance(found, Operation)
    return found


def keys(response: Any) -> list[str]:
    assert isinstance(response.type, Shape)
    return [field.name for field in response.type.fields]


def test_a_body_that_is_never_read_is_not_documented(tmp_path: Path) -> None:
    found = operation(tmp_path, 'return {"statusCode": 202, "body": json.dumps({"id": event["pathParameters"]["id"]})}')
    assert (found.request, found.status, keys(found.response)) == (None, 202, ["id"])


@pytest.mark.parametrize(
    "body",
    [
        "import lost\nreturn lost.answer(event)",
        "return app.resolve(event, context)",
        'import lost\nreturn ok({"a": 1}) if event["httpMethod"] == lost.GET else build_response(201, {"b": 1})',
    ],
)
def test_what_cannot_be_read_is_any_json_and_told(tmp_path: Path, body: str) -> None:
    lay(tmp_path, body, ("POST", "/a"), ("GET", "/a"))
    found = read(tmp_path)
    first = next(one for one in found.endpoints if isinstance(one, Operation) and one.method == "POST")
    assert (first.request, first.response) == (Request(found.endpoints[0].request.type, (), optional=True), ANYTHING)
    messages = [f.message for f in found.findings if f.code == "CG206"]
    assert messages == ["bodies and answers of app.py:handler are documented as any JSON"]


def test_a_request_that_goes_where_nothing_follows_may_have_a_body(tmp_path: Path) -> None:
    read_elsewhere = operation(tmp_path, "import lost\ndata = lost.parse(event)\nreturn ok({'a': 1})")
    assert read_elsewhere.request == Request(None, (), optional=True)
    logged = operation(tmp_path, "import logging\nlogging.info('%s', event)\nprint(event)\nreturn ok({'a': 1})")
    assert logged.request is None


def test_answers_that_helpers_and_objects_build_have_their_statuses(tmp_path: Path) -> None:
    body = """
match event["pathParameters"]["id"]:
    case "1":
        return ok({"one": 1})
    case "2":
        return Reply({"two": 2}).to_response()
    case "3":
        return Reply(status=HTTPStatus.ACCEPTED, payload={"three": 3}).to_response()
    case "4":
        return Failure(409, "a", "b").to_response()
    case other if (length := len(other)) > 3:
        return {**ok({}), "statusCode": 418, "body": json.dumps({"length": length})}
return build_response(404, {"missing": other}, Location="/")
"""
    found = operation(tmp_path, body)
    assert found.statuses == (200, 202, 404, 409, 418)
    others = {status: keys(response) for status, response in found.others}
    assert others == {202: ["three"], 404: ["missing"], 409: ["reasons"], 418: ["length"]}
    assert sorted(keys(found.response)) == ["one", "two"]


def test_schemas_are_spelled_out(tmp_path: Path) -> None:
    body = """
book = NewBook.model_validate_json(event["body"])
made = Book(id=int(event["pathParameters"]["id"]), **book.model_dump())
return {"statusCode": 201, "body": made.model_dump_json(by_alias=True)}
"""
    lay(tmp_path, body)
    path = document(tmp_path)["paths"]["/books/{id}"]["post"]
    schemas = document(tmp_path)["components"]["schemas"]
    assert not [finding for finding in read(tmp_path).findings if finding.code == "CG206"]
    sent = schemas[path["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    got = schemas[path["responses"]["201"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    assert list(sent["properties"]) == ["bookTitle", "genre", "parts"]
    assert sent["required"] == ["bookTitle"]
    assert list(got["properties"]) == ["bookTitle", "genre", "parts", "id", "label"]
    assert got["properties"]["genre"]["const"] == "novel"
    (parameter,) = path["parameters"]
    assert parameter["schema"]["type"] == "integer"


def test_a_result_of_payload_two_without_a_status_is_the_body(tmp_path: Path) -> None:
    found = operation(tmp_path, 'return {"hello": "x", "count": len(event)}', payload="2.0")
    assert (found.statuses, keys(found.response)) == ((200,), ["hello", "count"])


def test_an_empty_answer_has_no_content(tmp_path: Path) -> None:
    lay(tmp_path, 'return {"statusCode": 301, "headers": {"Location": "/"}, "body": ""}', ("GET", "/a"))
    assert "content" not in document(tmp_path)["paths"]["/a"]["get"]["responses"]["301"]


def test_a_path_parameter_that_another_route_of_the_function_has_is_not_told(tmp_path: Path) -> None:
    body = 'path = event["pathParameters"] or {}\nreturn ok({"by": event["httpMethod"], "id": path.get("bookId")})'
    lay(tmp_path, body, ("GET", "/books"), ("GET", "/books/{bookId}"))
    assert read(tmp_path).findings == ()


def test_a_path_parameter_that_no_route_has_is_told(tmp_path: Path) -> None:
    lay(tmp_path, 'return ok({"id": event["pathParameters"]["bookId"]})')
    (finding,) = read(tmp_path).findings
    assert (finding.code, finding.spot.path) == ("CG202", "app.py")
    assert finding.other_point is not None


def test_a_helper_that_asks_what_it_was_given_is_read_for_what_it_is_given(tmp_path: Path) -> None:
    body = """
def build(status, body=None, permanent=True):
    answer = {"statusCode": status if permanent else 302}
    if body is not None:
        answer["body"] = body if isinstance(body, str) else json.dumps(body)
    return answer
if event["pathParameters"]["id"] == "1":
    return build(204)
return build(200, {"a": 1})
"""
    lay(tmp_path, body)
    found = read(tmp_path)
    assert found.findings == ()
    (one,) = found.endpoints
    assert isinstance(one, Operation)
    assert (one.statuses, keys(one.response), one.others) == ((200, 204), ["a"], ((204, None),))


def test_what_a_loop_changes_is_not_what_it_was_before(tmp_path: Path) -> None:
    body = """
status = None
for part in event["pathParameters"]["id"]:
    status = 200 if status is None else 404
return {"statusCode": status or 400, "body": ""}
"""
    assert operation(tmp_path, body).statuses == (200, 400, 404)


def test_an_object_that_holds_the_request_is_followed(tmp_path: Path) -> None:
    body = """
class Handler:
    def __init__(self, event):
        self.parameters = event["pathParameters"]
        self.body = json.loads(event["body"])
    def run(self):
        return ok({"id": int(self.parameters["id"]), "title": self.body["title"]})
return Handler(event).run()
"""
    found = operation(tmp_path, body)
    assert found.path_parameters[0].type == "int"
    assert found.request == Request(None, (), optional=False)


def test_a_dataclass_as_a_dict_has_its_fields(tmp_path: Path) -> None:
    body = 'from dataclasses import asdict\nreturn ok(asdict(Reply({"a": 1}, status=3)))'
    assert keys(operation(tmp_path, body).response) == ["payload", "status"]


def test_a_dict_that_is_updated_and_read_again_is_followed(tmp_path: Path) -> None:
    body = """
answer = {"a": 1}
answer.update(json.loads(event["body"]))
return {"statusCode": 200, "body": json.dumps({"kept": answer["a"], "given": answer.get("b")})}
"""
    lay(tmp_path, body)
    found = read(tmp_path)
    assert not [one.message for one in found.findings if "documented as any JSON" in one.message]
    assert isinstance(found.endpoints[0], Operation)
    assert sorted(keys(found.endpoints[0].response)) == ["given", "kept"]


def test_an_attribute_that_is_made_of_itself_is_not_known(tmp_path: Path) -> None:
    body = """
class Page:
    def __init__(self, number):
        self.number = self.number or number

return {"statusCode": 200, "body": json.dumps({"number": Page(1).number})}
"""
    assert keys(operation(tmp_path, body).response) == ["number"]


def test_a_function_that_takes_too_long_to_be_followed_is_any_json(tmp_path: Path) -> None:
    calls = "\n".join(f"    if lost.is_{number}(event):\n        walk(event, {number})" for number in range(40))
    body = f"import lost\ndef walk(event, depth):\n{calls}\nwalk(event, 0)\nreturn ok({{'a': event['body']}})"
    lay(tmp_path, body)
    messages = [one.message for one in read(tmp_path).findings]
    assert any("too large to be followed" in one for one in messages), messages
