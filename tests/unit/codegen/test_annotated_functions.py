"""Functions with a decorator of Powertools or Chalice are documented with what their annotations say."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.codegen.written import document, outcome

PUBLIC = '[[tool.codegen.route_source]]\nkind = "decorators"\nauthorizer = "none"\n'
APP = """
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Optional

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query
from pydantic import BaseModel

app = APIGatewayRestResolver(enable_validation=True)


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Line(BaseModel):
    name: str
    amount: int = 1


class NewOrder(BaseModel):
    lines: list[Line]
    note: Optional[str] = None


class Order(NewOrder):
    id: str


@dataclass
class Gift:
    text: str


{functions}


def handler(event, context):
    return app.resolve(event, context)
"""
LIST = '''
@app.get("/orders")
def orders(
    size: Annotated[Size, Query()] = ...,
    limit: Annotated[int, Query(ge=1, alias="max")] = 10,
    tags: list[str] = Query(default=[]),
    agent: Annotated[str, Header(alias="X-Agent")] = "",
) -> list[Order]:
    """Handle the list: all orders of a customer."""
    return []
'''
CREATE = '''
@app.post("/orders")
def create(order: NewOrder) -> tuple[Order, int]:
    """Take an order."""
    return Order(id="1", **order.model_dump()), 201
'''
ONE = """
@app.get("/orders/<order_number>")
def one(order_number: int) -> Response[Order]:
    return Response(200)
"""


def laid(root: Path, *functions: str, settings: str = PUBLIC) -> Path:
    (root / "app.py").write_text(APP.replace("{functions}", "\n".join(functions)), encoding="utf-8")
    (root / "pyproject.toml").write_text(settings, encoding="utf-8")
    return root


def resolved(found: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "").rpartition("/")[2]
    named: dict[str, Any] = found["components"]["schemas"][reference] if reference else schema
    return named


def answer(found: dict[str, Any], operation: dict[str, Any], status: str = "200") -> dict[str, Any]:
    return resolved(found, operation["responses"][status]["content"]["application/json"]["schema"])


def test_parameters_of_a_query_and_headers(tmp_path: Path) -> None:
    found = document(laid(tmp_path, LIST))
    operation = found["paths"]["/orders"]["get"]
    parameters = {one["name"]: one for one in operation["parameters"]}
    assert {name: (one["in"], one.get("required", False)) for name, one in parameters.items()} == {
        "size": ("query", True),
        "max": ("query", False),
        "tags": ("query", False),
        "X-Agent": ("header", False),
    }
    assert parameters["size"]["schema"]["enum"] == ["small", "large"]
    assert (parameters["max"]["schema"]["type"], parameters["max"]["schema"]["default"]) == ("integer", 10)
    assert parameters["tags"]["schema"]["anyOf"][0] == {"type": "array", "items": {"type": "string"}}
    item = resolved(found, answer(found, operation)["items"])
    assert set(item["properties"]) == {"lines", "note", "id"}
    assert resolved(found, item["properties"]["lines"]["items"])["properties"].keys() == {"name", "amount"}


def test_a_class_is_the_body_and_of_a_tuple_the_first_part_is_the_answer(tmp_path: Path) -> None:
    found = document(laid(tmp_path, CREATE))
    operation = found["paths"]["/orders"]["post"]
    body = operation["requestBody"]
    schema = resolved(found, body["content"]["application/json"]["schema"])
    assert (body["required"], set(schema["properties"]), schema["required"]) == (True, {"lines", "note"}, ["lines"])
    assert set(answer(found, operation, "201")["properties"]) == {"lines", "note", "id"}
    assert "200" not in operation["responses"]
    assert operation["summary"] == "Take an order."


def test_parameters_of_a_path_have_their_types(tmp_path: Path) -> None:
    found = document(laid(tmp_path, ONE))
    operation = found["paths"]["/orders/{order_number}"]["get"]
    (parameter,) = operation["parameters"]
    assert (parameter["name"], parameter["schema"]["type"]) == ("order_number", "integer")
    assert "requestBody" not in operation
    assert set(answer(found, operation)["properties"]) == {"lines", "note", "id"}


def test_several_bodies_are_members_and_what_has_a_default_is_optional(tmp_path: Path) -> None:
    several = (
        '@app.put("/gifts")\ndef gift(gift: Gift, order: NewOrder, when: Annotated[str, Body()] = "") -> dict: ...\n'
    )
    found = document(laid(tmp_path, several, '@app.post("/gifts")\ndef maybe(gift: Gift | None = None) -> dict: ...\n'))
    schema = found["paths"]["/gifts"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    whole = resolved(found, schema)
    assert (set(whole["properties"]), whole["required"]) == ({"gift", "order", "when"}, ["gift", "order"])
    assert found["paths"]["/gifts"]["post"]["requestBody"].get("required", False) is False


def test_a_table_with_the_routes_of_the_code_is_documented_by_it(tmp_path: Path) -> None:
    table = """[[route]]
method = "GET"
path = "/orders/{id}"
handler = "app.handler"
authorizer = "none"

[[route]]
method = "POST"
path = "/orders"
handler = "app.handler"
authorizer = "none"
"""
    (laid(tmp_path, ONE, CREATE, settings="") / "routes.toml").write_text(table, encoding="utf-8")
    found = document(tmp_path)
    (parameter,) = found["paths"]["/orders/{id}"]["get"]["parameters"]
    assert (parameter["name"], parameter["schema"]["type"]) == ("id", "integer")
    assert found["paths"]["/orders"]["post"]["summary"] == "Take an order."
    # The event carries the table's name.
    assert not any("reads=" in file.text for file in outcome(tmp_path).files or ())


@pytest.mark.parametrize(
    "function",
    [
        '@app.get("/orders")\ndef orders():\n    return lost.orders()\n',
        '@app.get("/orders")\ndef orders() -> "Lost": ...\n',
        '@app.get("/orders")\ndef orders(): ...\n@app.post("/x")\ndef orders(order: NewOrder): ...\n',
    ],
)
def test_what_says_nothing_is_any_json_and_told(tmp_path: Path, function: str) -> None:
    laid(tmp_path, function)
    found = outcome(tmp_path)
    assert [one.message for one in found.findings if one.code == "CG206"] == [
        "bodies and answers of app.py:handler are documented as any JSON"
    ]
    assert answer(document(tmp_path), document(tmp_path)["paths"]["/orders"]["get"]).keys() <= {"title"}


def test_a_chalice_function_is_documented_by_what_it_returns(tmp_path: Path) -> None:
    text = """
from typing import TypedDict
from chalice import Chalice

app = Chalice(app_name="shop")

class Shown(TypedDict):
    id: str

@app.route("/things/{id}")
def thing(id) -> Shown:
    return {"id": id}
"""
    (tmp_path / "app.py").write_text(text, encoding="utf-8")
    found = document(tmp_path)
    assert set(answer(found, found["paths"]["/things/{id}"]["get"])["properties"]) == {"id"}


ANY = """
[[route]]
method = "ANY"
path = "/orders"
handler = "app.handler"
authorizer = "none"

[[route]]
method = "ANY"
path = "/orders/{proxy+}"
handler = "app.handler"
authorizer = "none"
"""


def test_methods_of_any_and_what_lies_below_a_path_are_documented(tmp_path: Path) -> None:
    deeper = '@app.get("/orders/<order>/lines/<line>")\ndef line(order: str, line: int) -> Line: ...\n'
    elsewhere = '@app.get("/elsewhere")\ndef elsewhere() -> Line: ...\n'
    (laid(tmp_path, LIST, CREATE, ONE, deeper, elsewhere, settings="") / "routes.toml").write_text(
        ANY, encoding="utf-8"
    )
    paths = document(tmp_path)["paths"]
    assert paths.keys() == {"/orders", "/orders/{order_number}", "/orders/{order}/lines/{line}", "/orders/{proxy}"}
    assert paths["/orders"].keys() == {"get", "post", "put", "patch", "delete", "head", "options"}
    assert paths["/orders"]["post"]["summary"] == "Take an order."
    assert paths["/orders"]["put"]["summary"] == "ANY /orders"
    assert paths["/orders/{order_number}"].keys() == {"get"}
    assert [one["schema"]["type"] for one in paths["/orders/{order}/lines/{line}"]["get"]["parameters"]] == [
        "string",
        "integer",
    ]
    found = outcome(tmp_path)
    assert found.routes == 2
    ids = [one["operationId"] for path in paths.values() for one in path.values()]
    assert len(set(ids)) == len(ids)


def test_a_route_of_another_function_takes_what_lies_below_it(tmp_path: Path) -> None:
    table = ANY + '[[route]]\nmethod = "GET"\npath = "/orders/{id}"\nhandler = "other.handler"\nauthorizer = "none"\n'
    (laid(tmp_path, ONE, settings="") / "routes.toml").write_text(table, encoding="utf-8")
    (tmp_path / "other.py").write_text('def handler(event, context):\n    return {"statusCode": 204}\n')
    paths = document(tmp_path)["paths"]
    assert paths.keys() == {"/orders", "/orders/{id}", "/orders/{proxy}"}
    assert "204" in paths["/orders/{id}"]["get"]["responses"]


@pytest.mark.parametrize(("kind", "served"), [("rest", "/orders/{proxy}"), ("http", "/{a}/{b}")])
def test_what_is_below_two_routes_arrives_through_the_one_that_the_gateway_takes(
    tmp_path: Path, kind: str, served: str
) -> None:
    """A REST API goes by the first segment, an HTTP API looks for a whole path first."""
    table = f'[apis.shop]\nkind = "{kind}"\n' + "".join(
        f'[[route]]\napi = "shop"\nmethod = "GET"\npath = "{path}"\nhandler = "{handler}"\nauthorizer = "none"\n'
        for path, handler in (("/orders/{proxy+}", "app.handler"), ("/{a}/{b}", "other.handler"))
    )
    (laid(tmp_path, ONE, settings="") / "routes.toml").write_text(table, encoding="utf-8")
    (tmp_path / "other.py").write_text('def handler(event, context):\n    return {"statusCode": 204}\n')
    documented = "/orders/{order_number}" in document(tmp_path)["paths"]
    assert documented == (served == "/orders/{proxy}")


def test_a_route_that_the_code_states_twice_is_there_once(tmp_path: Path) -> None:
    again = '@app.get("/orders")\ndef again() -> Line: ...\n'
    other = '@app.get("/orders/<other>")\ndef other(other: str) -> Line: ...\n'
    (laid(tmp_path, LIST, ONE, again, other, settings="") / "routes.toml").write_text(ANY, encoding="utf-8")
    (orders,) = (file.text for file in outcome(tmp_path).files or () if file.path.endswith("orders.py"))
    assert orders.count("document_only=True") == 1
    assert orders.count("@router.get(") == 2
    paths = document(tmp_path)["paths"]
    assert answer({}, paths["/orders"]["get"]).keys() == {"title"}


OPTIONS = '''
@app.put(
    "/orders/<id>",
    summary="Change",
    description="All of it",
    response_description="As it is now",
    tags=["orders", "shop"],
    deprecated=True,
    status_code=202,
    responses={
        202: {"description": "Taken", "content": {"application/json": {"model": Order}}},
        404: {"description": "There is none", "content": {"application/json": {"model": Gift}}},
        409: {"description": "Taken before"},
    },
)
def change(id: Annotated[str, Path()], size: Annotated[int, Query(ge=1, description="How large")] = 1):
    """Something else."""
    return {}
'''


def test_what_the_decorator_says(tmp_path: Path) -> None:
    found = document(laid(tmp_path, OPTIONS))
    operation = found["paths"]["/orders/{id}"]["put"]
    assert (operation["summary"], operation["description"], operation["deprecated"]) == ("Change", "All of it", True)
    assert operation["tags"][-2:] == ["orders", "shop"]
    responses = operation["responses"]
    assert {status: one["description"] for status, one in responses.items() if status.isdecimal()} == {
        "202": "As it is now",
        "404": "There is none",
        "409": "Taken before",
        "422": "Unprocessable Entity",
    }
    got = {
        status: set(resolved(found, responses[status]["content"]["application/json"]["schema"]).get("properties", ()))
        for status in ("202", "404", "422")
    }
    assert got == {"202": {"lines", "note", "id"}, "404": {"text"}, "422": {"statusCode", "detail"}}
    (size,) = (one for one in operation["parameters"] if one["in"] == "query")
    assert (size["schema"]["minimum"], size["schema"]["default"], size["description"]) == (1, 1, "How large")


def test_without_validation_nothing_but_the_path_is_read(tmp_path: Path) -> None:
    laid(tmp_path, LIST, CREATE, ONE)
    text = (tmp_path / "app.py").read_text()
    (tmp_path / "app.py").write_text(text.replace("enable_validation=True", ""))
    found = document(tmp_path)
    assert "parameters" not in found["paths"]["/orders"]["get"]
    assert "requestBody" not in found["paths"]["/orders"]["post"]
    assert len(found["paths"]["/orders/{order_number}"]["get"]["parameters"]) == 1
    assert all("422" not in one["responses"] for path in found["paths"].values() for one in path.values())


def test_an_operation_that_the_document_shall_not_have(tmp_path: Path) -> None:
    hidden = '@app.get("/inner", include_in_schema=False)\ndef inner() -> Order: ...\n'
    laid(tmp_path, LIST, hidden)
    assert document(tmp_path)["paths"].keys() == {"/orders"}
    assert outcome(tmp_path).routes == 2


def test_an_operation_has_the_id_that_its_decorator_states(tmp_path: Path) -> None:
    routes = (
        f'@app.get("/{name}", operation_id="{stated}")\ndef {name}() -> Order: ...\n'
        for name, stated in (("one", "listOrders"), ("other", "listOrders"), ("third", "orders_app_app_one"))
    )
    laid(tmp_path, *routes)
    ids = {path: one["get"]["operationId"] for path, one in document(tmp_path)["paths"].items()}
    assert ids["/one"] == "listOrders"
    assert ids["/third"] == "orders_app_app_one"
    assert len(set(ids.values())) == 3


PLAIN = """
@app.get("/orders")
@tracer.capture_method
def orders():
    limit = int(app.current_event.get_query_string_value("limit", "10"))
    agent = app.current_event.headers.get("X-Agent")
    return {"limit": limit, "agent": agent, "items": []}


@app.post("/orders")
def create():
    data = app.current_event.json_body
    if not data.get("name"):
        return Response(status_code=400, content_type="text/plain", body="no name")
    if data["name"] == "old":
        return {"message": "there is one"}, HTTPStatus.CONFLICT
    return {"id": "1", "name": data["name"]}, 201


@app.get("/orders/<id>")
def one(id):
    return Response(200, "application/json", json.dumps({"id": id}))


@app.delete("/orders/<id>", status_code=204)
def remove(id):
    return None


@app.get("/found")
def found():
    wanted = Line(**app.current_event.query_string_parameters)
    return {"name": wanted.name}


@app.get("/changed")
@lost.decorator
def changed():
    return {"a": 1}
"""


def test_functions_without_annotations_say_what_they_do(tmp_path: Path) -> None:
    laid(tmp_path, "import json\nfrom http import HTTPStatus\nfrom x import tracer\nimport lost\n" + PLAIN)
    found = document(tmp_path)
    paths = found["paths"]
    assert set(answer(found, paths["/orders"]["get"])["properties"]) == {"limit", "agent", "items"}
    limit, agent = sorted(paths["/orders"]["get"]["parameters"], key=lambda one: str(one["name"]), reverse=True)
    assert (limit["in"], limit["schema"]["type"], limit["schema"]["default"]) == ("query", "integer", 10)
    assert (agent["in"], agent["name"]) == ("header", "X-Agent")
    post = paths["/orders"]["post"]
    assert post["responses"].keys() == {"201", "400", "409", "422", "default"}
    assert post["responses"]["400"]["content"].keys() == {"text/plain"}
    assert set(answer(found, post, "201")["properties"]) == {"id", "name"}
    assert set(answer(found, post, "409")["properties"]) == {"message"}
    assert "requestBody" in post
    assert answer(found, paths["/orders/{id}"]["get"])["properties"]["id"]["type"] == "string"
    assert paths["/orders/{id}"]["delete"]["responses"].keys() == {"204", "422", "default"}
    assert {one["name"] for one in paths["/found"]["get"]["parameters"]} == {"name", "amount"}
    assert answer(found, paths["/changed"]["get"]).keys() <= {"title"}


RAISED = """
from aws_lambda_powertools.event_handler import exceptions
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, ServiceError


def wanted(id):
    if id == "none":
        raise NotFoundError(f"no {id}")
    return {"id": id}


@app.get("/a/<id>")
def helper(id):
    return wanted(id)


@app.get("/b/<id>")
def several(id):
    if id == "late":
        raise ServiceError(418, "tea")
    if id == "no":
        raise exceptions.BadRequestError
    if id == "other":
        raise KeyError(id)
    return {"id": id}


@app.get("/c/<id>")
def caught(id):
    try:
        return wanted(id)
    except NotFoundError:
        return {"id": "first"}
"""
OWN_ANSWER = """
@app.exception_handler(NotFoundError)
def gone(error):
    return Response(status_code=410, content_type="text/plain", body="gone")
"""


def test_errors_that_a_function_raises_have_their_statuses(tmp_path: Path) -> None:
    laid(tmp_path, RAISED)
    found = document(tmp_path)
    responses = {path: one["get"]["responses"].keys() for path, one in found["paths"].items()}
    assert responses["/a/{id}"] == {"200", "404", "422", "default"}
    assert responses["/b/{id}"] == {"200", "400", "418", "422", "default"}
    assert responses["/c/{id}"] == {"200", "422", "default"}
    assert set(answer(found, found["paths"]["/a/{id}"]["get"], "404")["properties"]) == {"statusCode", "message"}


def test_of_errors_that_the_app_answers_itself_nothing_is_said(tmp_path: Path) -> None:
    laid(tmp_path, RAISED + OWN_ANSWER)
    assert document(tmp_path)["paths"]["/a/{id}"]["get"]["responses"].keys() == {"200", "422", "default"}


CHALICE = """
from chalice import Blueprint, Chalice, ConflictError, Response

app = Chalice(app_name="shop")
things = Blueprint(__name__)


@things.route("/things", methods=["POST"])
def create():
    data = things.current_request.json_body
    if data["id"] == "taken":
        raise ConflictError("taken")
    return Response({"id": data["id"]}, status_code=201)


@app.route("/things/{id}")
def thing(id):
    if app.current_request.query_params.get("short") == "true":
        return "text"
    return Response(body="<p>", headers={"Content-Type": "text/html"}, status_code=200)


app.register_blueprint(things)
"""


def test_functions_of_chalice_say_what_they_do(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CHALICE, encoding="utf-8")
    found = document(tmp_path)
    post = found["paths"]["/things"]["post"]
    assert set(answer(found, post, "201")["properties"]) == {"id"}
    assert set(answer(found, post, "409")["properties"]) == {"Code", "Message"}
    assert post["requestBody"]["content"].keys() == {"application/json"}
    get = found["paths"]["/things/{id}"]["get"]
    assert [(one["name"], one["in"]) for one in get["parameters"]] == [("id", "path"), ("short", "query")]
    assert "200" in get["responses"]


def test_what_an_inner_function_returns_is_told_where_it_does(tmp_path: Path) -> None:
    code = """
from chalice import Chalice

app = Chalice(app_name="notes")


@app.route("/notes", methods=["PUT"])
def notes():
    return app.current_request.json_body
"""
    (tmp_path / "app.py").write_text(code)
    (finding,) = [one for one in outcome(tmp_path).findings if one.code == "CG206"]
    assert finding.point is not None
    assert (finding.spot.path, finding.point.line, finding.point.column) == ("app.py", 9, 12)
