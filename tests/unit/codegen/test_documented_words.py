"""What the docstring says of parameters, answers and errors stands in the document."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.codegen.written import Handler, document, generated, operation, outcome, write

OK = 'return {"statusCode": 200, "body": json.dumps({"ok": True})}'


def only_operation(root: Path, handler: Handler) -> dict[str, Any]:
    (item,) = document(root, handler)["paths"].values()
    (found,) = item.values()
    assert isinstance(found, dict)
    return found


def test_each_status_has_the_words_of_the_docstring_and_its_own_body(tmp_path: Path) -> None:
    doc = "Responses:\n    201: It is there.\n    202: It comes.\n    404: No such thing.\n    409: There is one."
    body = """
if event.get("body"):
    return {"statusCode": 202, "body": json.dumps({"queued": 1})}
if event.get("isBase64Encoded"):
    return {"statusCode": 409, "body": json.dumps({"reason": "taken"})}
return {"statusCode": 201, "body": json.dumps({"id": "x"})}"""
    found = only_operation(tmp_path, Handler(route="POST /orders for orders.", doc=doc, body=body))["responses"]
    assert {status: response["description"] for status, response in found.items()} == {
        "201": "It is there.",
        "202": "It comes.",
        "404": "No such thing.",
        "409": "There is one.",
        "401": "No valid token, or a user whom the API does not know.",
        "default": "Any other failure, of the handler or of the gateway.",
    }
    schemas = {s: r["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2] for s, r in found.items()}
    assert schemas == {
        "201": "FetchOrderResponse",
        "202": "FetchOrderResponse202",
        "409": "FetchOrderResponse409",
        "404": "ErrorBody",
        "401": "Failure",
        "default": "Failure",
    }


def test_a_success_without_words_has_those_of_http(tmp_path: Path) -> None:
    handler = Handler(body='return {"statusCode": 202, "body": ""}', decorator="@async_endpoint_handler(timeout=10)")
    responses = only_operation(tmp_path, handler)["responses"]
    assert responses["202"]["description"] == "Accepted"
    assert responses.keys() == {"202", "default"}


def test_a_redirect_is_the_answer_of_a_route_that_gives_no_success(tmp_path: Path) -> None:
    responses = only_operation(tmp_path, Handler(body='return {"statusCode": 302, "body": ""}'))["responses"]
    assert responses.keys() == {"302", "401", "default"}


def test_every_parameter_of_the_path_has_its_own_words(tmp_path: Path) -> None:
    doc = """Request:
    Path: shop_id (string, required) - the shop,
        which may be closed
    Path: `id`: the order
    Query: expand (string) - what to expand"""
    body = (
        """
shop = event["pathParameters"]["shop_id"]
order = event["pathParameters"]["id"]
expand = (event.get("queryStringParameters") or {}).get("expand")
"""
        + OK
    )
    handler = Handler(route="GET /shops/{shop_id}/orders/{id} for one.", doc=doc, body=body)
    found = only_operation(tmp_path, handler)["parameters"]
    assert {parameter["name"]: parameter["description"] for parameter in found} == {
        "shop_id": "the shop, which may be closed",
        "id": "the order",
        "expand": "what to expand",
    }


def test_parameters_of_one_line_have_words_of_their_own(tmp_path: Path) -> None:
    doc = """Request:
    Query: day (date) - the day, or (if it is free) the next, minutes (integer) - how long, page (integer)"""
    body = """
query = event.get("queryStringParameters") or {}
asked = [query.get("day"), query.get("minutes"), query.get("page"), query.get("if")]
"""
    found = only_operation(tmp_path, Handler(doc=doc, body=body + OK))["parameters"]
    said = {parameter["name"]: parameter.get("description") for parameter in found}
    assert said == {"day": "the day, or (if it is free) the next", "minutes": "how long", "page": None, "if": None}


def test_a_parameter_keeps_its_declared_name_and_the_event_gets_the_one_that_the_code_reads(tmp_path: Path) -> None:
    body = 'order = event["pathParameters"]["id"]\n' + OK
    handler = Handler(route="GET /orders/{order_id} for one.", body=body)
    (path,) = document(tmp_path, handler)["paths"]
    assert path == "/orders/{order_id}"
    assert 'reads={"order_id": "id"}' in generated(tmp_path, handler)


def test_headers_that_are_read_are_parameters(tmp_path: Path) -> None:
    doc = "Request:\n    Headers: X-Signature (string) - the HMAC\n    Auth: public"
    body = (
        """
headers = {key.lower(): value for key, value in (event.get("headers") or {}).items()}
signature, again = headers.get("x-signature"), event["headers"]["X-Signature"]
tenant = Helpers.extract_header(event, "X-Tenant")
token, many = event["headers"].get("Authorization"), event["multiValueHeaders"].get("x-many")
"""
        + OK
    )
    found = only_operation(tmp_path, Handler(doc=doc, body=body))["parameters"]
    assert [(p["in"], p["name"], p.get("description"), p["required"]) for p in found] == [
        ("header", "x-signature", "the HMAC", False),
        ("header", "X-Tenant", None, False),
        ("header", "x-many", None, False),
    ]


def test_a_deprecated_route_says_so(tmp_path: Path) -> None:
    doc = "Deprecated:\n    Use GET /v2/orders.\n\nNotes:\n    Slow."
    found = only_operation(tmp_path, Handler(doc=doc))
    assert (found["deprecated"], found["description"]) == (True, "Slow.\n\nDeprecated: Use GET /v2/orders.")
    assert "deprecated" not in only_operation(tmp_path, Handler())


def test_bodies_have_names_of_their_own(tmp_path: Path) -> None:
    schemas = "class Create(BaseModel):\n    author_id: str\n    title: str\n"
    body = f'order = Create.model_validate_json(Helpers.body_with_author_id(event, "me"))\n{OK}'
    found = only_operation(tmp_path, Handler(route="POST /orders to order.", body=body, schemas=schemas))
    schema = found["requestBody"]["content"]["application/json"]["schema"]
    assert (schema["title"], list(schema["properties"])) == ("FetchOrderBody", ["title"])


def test_texts_that_are_always_the_same_are_examples(tmp_path: Path) -> None:
    body = 'return {"statusCode": 200, "body": json.dumps({"message": "Done.", "id": event.get("x")})}'
    schema = document(tmp_path, Handler(body=body))["components"]["schemas"]["FetchOrderResponse"]["properties"]
    assert schema["message"]["examples"] == ["Done."]
    assert "examples" not in schema["id"]


def test_the_statement_of_a_route_says_everything_once(tmp_path: Path) -> None:
    text = generated(tmp_path, Handler())
    assert text.count('"async_handler"') == text.count("auth=") == 1
    assert "shop.orders.aws_lambda.fetch_order" not in text.partition("router =")[2]


def test_words_about_access_are_those_of_the_docstring(tmp_path: Path) -> None:
    assert operation(tmp_path, Handler(doc="Request:\n    Auth: the owner")).docs.access == "the owner"


def test_the_media_type_of_a_header_is_documented(tmp_path: Path) -> None:
    module = 'HEADERS = {"X-A": "b", "content-type": "text/html; charset=utf-8"}'
    body = """
if event.get("isBase64Encoded"):
    return {"statusCode": 409, "headers": {"Content-Type": "text/plain"}, "body": "taken"}
if event.get("resource"):
    return {"statusCode": 201, "headers": {**HEADERS, "Content-Type": "application/pdf"}, "body": scan(event)}
if event.get("path"):
    return {"statusCode": 404, "headers": {"Content-Type": "application/json"}, "body": json.dumps({"no": 1})}
return {"statusCode": 200, "headers": HEADERS, "body": render(event)}"""
    handler = Handler(module=module, body=body)
    write(tmp_path, handler)
    assert not [finding for finding in outcome(tmp_path).findings if finding.code == "CG206"]
    found = only_operation(tmp_path, handler)["responses"]
    assert found["200"]["content"] == {"text/html": {"schema": {"type": "string"}}}
    assert found["201"]["content"] == {"application/pdf": {}}
    assert found["409"]["content"] == {"text/plain": {"schema": {"type": "string"}}}
    assert found["404"]["content"].keys() == {"application/json"}
    assert found["default"]["content"].keys() == {"application/json"}


def test_statuses_are_read_however_a_docstring_writes_them(tmp_path: Path) -> None:
    doc = """Responses:
    200: at most
        100 Things
    409/412: It was changed
        meanwhile.
    404 Not found
    **413**, `415` - Too much of it.
    429   too many"""
    assert operation(tmp_path, Handler(doc=doc)).docs.responses == (
        (200, "at most 100 Things"),
        (404, "Not found"),
        (409, "It was changed meanwhile."),
        (412, "It was changed meanwhile."),
        (413, "Too much of it."),
        (415, "Too much of it."),
        (429, "too many"),
    )


def test_words_about_ranges_of_statuses_are_no_status_s(tmp_path: Path) -> None:
    doc = """Responses:
    200: Fine
    4xx: What the client
        got wrong.
    502: It is down
    - **default** - Anything else."""
    docs = operation(tmp_path, Handler(doc=doc)).docs
    assert docs.responses == ((200, "Fine"), (502, "It is down"))
    assert docs.description == "4xx: What the client\n    got wrong.\n- **default** - Anything else."


def test_statuses_in_a_table_are_read(tmp_path: Path) -> None:
    table = (
        "| Status | Meaning | Why |\n    |-------:|---|---|\n    | 200 | OK | |\n    | `404` | Not found | no such id |"
    )
    assert operation(tmp_path, Handler(doc=f"Responses:\n    {table}")).docs.responses == (
        (200, "OK"),
        (404, "Not found: no such id"),
    )
    simple = "======  =========\n    200     fine\n    404     Not found\n    ======  ========="
    assert operation(tmp_path, Handler(doc=f"Responses:\n    {simple}")).docs.responses == (
        (200, "fine"),
        (404, "Not found"),
    )


def test_lists_and_code_keep_their_indentation(tmp_path: Path) -> None:
    doc = """All of them:

- one
  - in it

```json
{
  "a": 1
}
```

Notes: Slow
    because
      - of this

Request:
    Auth: public"""
    assert operation(tmp_path, Handler(doc=doc)).docs.description == (
        'All of them:\n\n- one\n  - in it\n\n```json\n{\n  "a": 1\n}\n```\n\nSlow\nbecause\n  - of this'
    )


def test_a_redirect_that_the_docstring_names_is_no_lack_of_a_success(tmp_path: Path) -> None:
    doc = "Request:\n    Auth: a user of orders\n\nResponses:\n    301: It has moved."
    write(tmp_path, Handler(doc=doc, body='return {"statusCode": 301, "headers": {"Location": "/"}, "body": ""}'))
    assert outcome(tmp_path).findings == ()


@pytest.mark.parametrize("beside", ["and GET /b for one.", ", GET /b", "(also GET /b)", "| GET /b"])
def test_a_second_route_of_a_docstring_is_refused(tmp_path: Path, beside: str) -> None:
    write(tmp_path, Handler(route=f"GET /a {beside}"))
    (finding,) = outcome(tmp_path).findings
    assert (finding.code, finding.message.partition(" beside ")[0]) == ("CG103", "the docstring states GET /b")


@pytest.mark.parametrize(
    "words",
    [
        "to replace GET /b.",
        "as GET /b does, and /c.",
        "for one; see GET /b",
        "for one.\n\n    Handle GET /b is what it did.",
    ],
)
def test_a_route_that_words_speak_of_is_no_second_one(tmp_path: Path, words: str) -> None:
    assert operation(tmp_path, Handler(route=f"GET /a {words}")).path == "/a"
