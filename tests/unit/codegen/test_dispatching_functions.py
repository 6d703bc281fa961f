"""One function behind several routes, which asks which of them a request has: each route says what its branch does."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.codegen.written import document, outcome

CODE = """
import json

ITEMS = {}


def reply(status, body):
    return {"statusCode": status, "body": json.dumps(body)}


def listed(event):
    tag = (event.get("queryStringParameters") or {}).get("tag")
    return reply(200, {"items": list(ITEMS), "tag": tag})


def created(event):
    data = json.loads(event["body"])
    return reply(201, {"id": "1", "name": data["name"]})


def one(event):
    return reply(200, {"one": event["pathParameters"]["id"]})


def removed(event):
    return {"statusCode": 204}


"""
ROUTES = [("GET", "/items"), ("POST", "/items"), ("GET", "/items/{id}"), ("DELETE", "/items/{id}")]
ROUTE = '[[route]]\napi = "shop"\nmethod = "{}"\npath = "{}"\nhandler = "app.handler"\nauthorizer = "none"\n'
REST = {
    "if": """
def handler(event, context):
    method = event["httpMethod"]
    resource = event.get("resource")
    if resource == "/items" and method == "GET":
        return listed(event)
    elif resource == "/items" and method == "POST":
        return created(event)
    elif method == "GET":
        return one(event)
    elif method in ("DELETE", "PATCH"):
        return removed(event)
    return reply(405, {"wrong": method})
""",
    "match": """
def handler(event, context):
    match event["httpMethod"], event["resource"]:
        case "GET", "/items":
            return listed(event)
        case ("POST" | "PUT"), _:
            return created(event)
        case ["GET", "/items/{id}"]:
            return one(event)
        case "DELETE", other:
            return removed(event)
        case _:
            return reply(405, {})
""",
    "dict": """
HANDLERS = {"GET /items": listed, "POST /items": created, "GET /items/{id}": one, "DELETE /items/{id}": removed}


def handler(event, context):
    key = f"{event['httpMethod'].upper()} {event['resource']}"
    if key not in HANDLERS:
        return reply(405, {})
    return HANDLERS[key](event)
""",
    "dict in small letters": """
handlers = {
    "GET": lambda e: listed(e) if e["resource"].endswith("items") else one(e),
    "POST": created,
    "DELETE": removed,
}


def handler(event, context):
    chosen = handlers.get(event["requestContext"]["httpMethod"])
    if not chosen:
        return reply(405, {})
    return chosen(event)
""",
}
REST |= {
    "by a name": """
def is_for_one(event):
    return event["resource"].endswith("{id}")


def handler(event, context):
    for_one, method = is_for_one(event), event["requestContext"]["httpMethod"]
    reads = method == "GET"
    if not for_one:
        return listed(event) if reads else created(event)
    if is_for_one(event) and method == "DELETE":
        return removed(event)
    return one(event)
""",
    "methods of a class": """
class Items:
    def get(self, event):
        return one(event) if "{id}" in event["resource"] else listed(event)

    def post(self, event):
        return created(event)

    def delete(self, event):
        return removed(event)


def handler(event, context):
    method = getattr(Items(), event["httpMethod"].lower(), None)
    return method(event) if method else reply(405, {})
""",
}
HTTP = {
    "key": """
def handler(event, context):
    match event["routeKey"]:
        case "GET /items":
            return listed(event)
        case "POST /items":
            return created(event)
        case "GET /items/{id}":
            return one(event)
    return removed(event)
""",
    "context": """
def handler(event, context):
    http = event.get("requestContext", {}).get("http", {})
    method = http.get("method") or event.get("httpMethod")
    if method == "POST":
        return created(event)
    if method == "DELETE":
        return removed(event)
    return one(event) if event["routeKey"].endswith("{id}") else listed(event)
""",
}
CASES = [*(("rest", "1.0", name, text) for name, text in REST.items())]
CASES += [("http", "2.0", name, text) for name, text in HTTP.items()]


def lay(root: Path, text: str, kind: str, payload: str, routes: list[tuple[str, str]]) -> None:
    (root / "app.py").write_text(CODE + text, encoding="utf-8")
    table = f'[apis.shop]\nkind = "{kind}"\n'
    extra = f'payload = "{payload}"\n' if kind == "http" else ""
    table += "".join(ROUTE.format(method, path) + extra for method, path in routes)
    (root / "routes.toml").write_text(table, encoding="utf-8")


def keys(found: dict[str, Any], operation: dict[str, Any], status: str) -> set[str]:
    schema = operation["responses"][status]["content"]["application/json"]["schema"]
    return set(found["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"])


@pytest.mark.parametrize(("kind", "payload", "name", "text"), CASES, ids=lambda value: value.strip()[:12])
def test_each_route_says_what_its_branch_does(tmp_path: Path, kind: str, payload: str, name: str, text: str) -> None:
    lay(tmp_path, text, kind, payload, ROUTES)
    assert [one.message for one in outcome(tmp_path).findings if one.severity.value != "note"] == []
    found = document(tmp_path)
    items, item = found["paths"]["/items"], found["paths"]["/items/{id}"]
    assert keys(found, items["get"], "200") == {"items", "tag"}
    assert [one["name"] for one in items["get"]["parameters"]] == ["tag"]
    assert items["post"]["responses"].keys() == {"201", "default"}
    assert keys(found, items["post"], "201") == {"id", "name"}
    assert items["post"]["requestBody"]["required"] is True
    assert item["get"]["responses"].keys() == {"200", "default"}
    assert keys(found, item["get"], "200") == {"one"}
    assert item["delete"]["responses"].keys() == {"204", "default"}


def test_each_method_of_any_says_what_its_branch_does(tmp_path: Path) -> None:
    lay(tmp_path, REST["if"], "rest", "1.0", [("ANY", "/items"), ("DELETE", "/items/{id}"), ("GET", "/items")])
    found = document(tmp_path)
    items = found["paths"]["/items"]
    assert items.keys() == {"get", "post", "put", "patch", "delete", "head", "options"}
    assert keys(found, items["post"], "201") == {"id", "name"}
    assert items["put"]["responses"].keys() == {"405", "default"}
    assert "requestBody" not in items["put"]
    assert outcome(tmp_path).routes == 3
    ids = [one["operationId"] for path in found["paths"].values() for one in path.values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "test",
    [
        "lost.is_get(event['httpMethod'])",
        'event["httpMethod"] == lost.METHOD',
        're.match("/items$", event["resource"])',
        '(found := re.match("/items$", event["resource"])) and found.group(0)',
        'len(event["resource"].split("/")) == 3',
        'event["resource"].count("/") == 2',
        '[name for name in ("GET",) if name == event["httpMethod"]]',
    ],
)
def test_what_the_text_does_not_decide_is_any_json_and_told(tmp_path: Path, test: str) -> None:
    body = f"return one(event) if {test} else removed(event)"
    text = f"\nimport re\nimport lost\n\ndef handler(event, context):\n    {body}\n"
    lay(tmp_path, text, "rest", "1.0", ROUTES)
    messages = [one.message for one in outcome(tmp_path).findings if one.code == "CG206"]
    assert messages == ["bodies and answers of app.py:handler are documented as any JSON"]


def test_a_pattern_for_the_event_is_not_decided(tmp_path: Path) -> None:
    text = """
def handler(event, context):
    match event:
        case {"httpMethod": "GET"}:
            return listed(event)
        case _:
            return removed(event)
"""
    lay(tmp_path, text, "rest", "1.0", ROUTES)
    messages = [one.message for one in outcome(tmp_path).findings if one.code == "CG206"]
    assert messages == ["bodies and answers of app.py:handler are documented as any JSON"]


def test_routes_that_are_not_decided_are_told_apart_from_those_that_are(tmp_path: Path) -> None:
    text = """
def handler(event, context):
    if event["resource"] == "/items":
        return listed(event)
    return one(event) if event["path"].startswith("/items") else removed(event)
"""
    lay(tmp_path, text, "rest", "1.0", ROUTES[:3])
    messages = [one.message for one in outcome(tmp_path).findings if one.code == "CG206"]
    told = "bodies and answers of app.py:handler for GET /items/{id} are documented as any JSON"
    assert messages == [told]


def test_a_function_of_one_route_does_what_that_route_asks(tmp_path: Path) -> None:
    lay(tmp_path, REST["if"], "rest", "1.0", [("POST", "/items")])
    found = document(tmp_path)
    assert found["paths"]["/items"]["post"]["responses"].keys() == {"201", "default"}
