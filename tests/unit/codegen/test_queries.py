"""The query of a route is one model, and says in the document all that its schemas say."""

from pathlib import Path
from typing import Any

from tests.unit.codegen.written import Handler, document, generated, operation

FILTERS = """
class Status(BaseModel):
    open: bool


class OrderFilter(BaseModel):
    \"\"\"Filters of orders.\"\"\"

    model_config = ConfigDict(frozen=True)

    title_like: str | list[str] | None = Field(default=None, description="A part of the title.", examples=["soup"])
    created_at: datetime | None = None
    customer: str | None = Field(default=None, alias="customerId", pattern="^c")
    limit: Annotated[int, Field(ge=1, le=200)] | None = None
    sort: str | None = None
    shop: str


class Paged(BaseModel):
    page_size: int = 10


class PageFilter(Paged):
    page: int = 1
"""
CALL = "Helpers.process_query_filters_from_aws_event(event=event, filter_schema_class={}{})"
OK = 'return {"statusCode": 200, "body": json.dumps({"ok": True})}'


def parameters(root: Path, handler: Handler) -> dict[str, dict[str, Any]]:
    found = document(root, handler)["paths"]["/orders"]["get"]["parameters"]
    return {parameter["name"]: parameter for parameter in found}


def test_a_filter_schema_is_inherited_with_all_that_it_says(tmp_path: Path) -> None:
    handler = Handler(body=f"f = {CALL.format('OrderFilter', ', default_limit=25')}\n{OK}", schemas=FILTERS)
    found = parameters(tmp_path, handler)
    assert list(found) == ["title-like", "created-at", "customerId", "limit", "sort", "shop"]
    assert found["title-like"]["description"] == "A part of the title."
    assert found["title-like"]["schema"]["examples"] == ["soup"]
    assert found["customerId"]["schema"]["anyOf"][0] == {"type": "string", "pattern": "^c"}
    assert found["limit"]["schema"]["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 200}
    assert (found["limit"]["schema"]["default"], found["sort"]["schema"]["default"]) == (25, "-updated_at")
    assert [name for name, parameter in found.items() if parameter["required"]] == ["shop"]


def test_the_docstring_of_a_filter_stands_in_the_description_of_the_route(tmp_path: Path) -> None:
    body = f"f, g = {CALL.format('OrderFilter', '')}, {CALL.format('PageFilter', '')}\n{OK}"
    doc = "All of them.\n\nRequest:\n    Auth: a user of orders"
    found = document(tmp_path, Handler(body=body, doc=doc, schemas=FILTERS))["paths"]["/orders"]["get"]
    assert found["description"] == "All of them.\n\nFilters of orders."


def test_the_model_is_the_only_query_parameter_of_the_function(tmp_path: Path) -> None:
    text = generated(tmp_path, Handler(body=f"f = {CALL.format('OrderFilter', '')}\n{OK}", schemas=FILTERS))
    assert "class FetchOrderQuery(OrderFilter, alias_generator=ports.kebab):" in text
    assert "async def fetch_order(*, query: Annotated[FetchOrderQuery, Query()]) -> None: ..." in text


def test_two_schemas_and_names_that_are_read_beside_them_are_all_there(tmp_path: Path) -> None:
    body = "\n".join(
        (
            f"paged, orders = {CALL.format('Paged', '')}, {CALL.format('OrderFilter', '')}",
            f"page = {CALL.format('PageFilter', '')}",
            'sent = event.get("queryStringParameters") or {}',
            'expand, dry_run, again = sent.get("expand"), sent["dry_run"], sent.get("created-at")',
            'tags = event["multiValueQueryStringParameters"].get("X-Tags[]")',
            OK,
        )
    )
    handler = Handler(body=body, schemas=FILTERS)
    query = operation(tmp_path, handler).query
    assert query is not None
    assert [field.name for field in query.fields][-5:] == ["page_size", "page", "expand", "dry_run", "X-Tags[]"]
    found = parameters(tmp_path, handler)
    assert {"title-like", "page-size", "page", "expand", "dry_run", "X-Tags[]"} < found.keys()
    assert len(found) == 11
    assert found["page-size"]["schema"]["default"] == 10
    assert found["X-Tags[]"]["schema"]["anyOf"][0] == {"type": "array", "items": {"type": "string"}}


def test_names_that_are_read_without_a_schema_are_a_model_too(tmp_path: Path) -> None:
    body = f'sent = event.get("queryStringParameters") or {{}}\nexpand = sent.get("x_expand")\n{OK}'
    found = parameters(tmp_path, Handler(body=body))
    assert (list(found), found["x_expand"]["required"]) == (["x_expand"], False)


def test_a_filter_that_is_no_model_is_written_out(tmp_path: Path) -> None:
    schema = "@dataclass\nclass Plain:\n    min_total: float\n    limit: int = 10\n    inner: dict[str, int] = None\n"
    body = f"f = {CALL.format('Plain', ', default_limit=10, default_sort=None')}\n{OK}"
    found = parameters(tmp_path, Handler(body=body, schemas=schema))
    assert {name: (p["required"], p["schema"].get("type")) for name, p in found.items()} == {
        "min-total": (True, "number"),
        "limit": (False, "integer"),
        "inner": (False, None),
    }


def test_a_generated_default_is_the_models_own(tmp_path: Path) -> None:
    from pydantic import BaseModel

    from src.lambdatwin import ports

    class Base(BaseModel):
        created_at: str = "x"
        limit: int | None = None

    @ports.defaults(limit=50)
    class Query(Base, alias_generator=ports.kebab):
        pass

    assert Query.model_validate({"created-at": "y"}).model_dump() == {"created_at": "y", "limit": 50}
    assert Base().limit is None


def read_directly(root: Path, *lines: str) -> dict[str, Any]:
    """The schemas of parameters that a handler reads by their names, without what all of them have."""
    body = "\n".join(['q = event.get("queryStringParameters") or {}', *lines, OK])
    found = parameters(root, Handler(body=body))
    assert not any(parameter["required"] for parameter in found.values())
    return {name: parameter["schema"] for name, parameter in found.items()}


def kinds(root: Path, *lines: str) -> dict[str, tuple[Any, Any]]:
    """Type, or format, and default of such parameters."""
    found = read_directly(root, *lines)
    single = {name: schema.get("anyOf", [schema])[0] for name, schema in found.items()}
    return {name: (one.get("format", one.get("type")), found[name].get("default")) for name, one in single.items()}


def test_a_parameter_that_is_read_has_the_type_that_it_is_converted_to(tmp_path: Path) -> None:
    found = kinds(
        tmp_path,
        'page = int(q["page"])',
        'limit = int(q.get("limit", "20").strip())',
        'size = int(q.get("size") or 10)',
        'ratio = float(q.get("ratio", 1)) if "ratio" in q else None',
        'some = int(q["some"]) if q.get("some") != "0" else float(q["some"])',
        "from datetime import date\nfrom uuid import UUID",
        'since = date.fromisoformat(q["since"])',
        'author = UUID(str(q["author"]))',
    )
    assert found == {
        "page": ("integer", None),
        "limit": ("integer", 20),
        "size": ("integer", 10),
        "ratio": ("number", 1.0),
        "some": ("number", None),
        "since": ("date", None),
        "author": ("uuid", None),
    }


def test_a_parameter_that_is_held_against_true_and_false_is_a_boolean(tmp_path: Path) -> None:
    found = kinds(
        tmp_path,
        'a = q.get("a", "false").lower() == "true"',
        'b = q.get("b") in ("true", "1", "yes")',
        'c = q.get("c", "").upper() != "FALSE"',
        'd = q.get("d") == "True"',
        'e = q.get("e") in ("1", "yes")',
        'f = q.get("f") in ("true", "all")',
        'g = q.get("g") is None or q["g"] == ""',
    )
    booleans = {"a": ("boolean", False), "b": ("boolean", None), "c": ("boolean", None)}
    assert found == {**booleans, **dict.fromkeys("defg", ("string", None))}


def test_a_parameter_that_may_be_another_text_too_is_a_text(tmp_path: Path) -> None:
    found = kinds(
        tmp_path,
        "from uuid import UUID",
        'page = 0 if q.get("page") == "last" else int(q["page"])',
        'day = int(q["day"]) if q.get("mode") else UUID(q["day"])',
        'version = int(q.get("version", "v1").removeprefix("v"))',
        'match q.get("top"):\n    case "all":\n        top = 0\n    case other:\n        top = int(q["top"])',
        'sort = q.get("sort", "name")',
    )
    assert {name: kind for name, (kind, _) in found.items()} == dict.fromkeys(found, "string")
    assert found["sort"] == ("string", "name")


def test_each_of_several_values_has_its_type(tmp_path: Path) -> None:
    body = f'ids = [int(i) for i in (event["multiValueQueryStringParameters"] or {{}}).get("id", [])]\n{OK}'
    (found,) = parameters(tmp_path, Handler(body=body)).values()
    assert found["schema"]["anyOf"][0] == {"type": "array", "items": {"type": "integer"}}


def test_a_function_that_converts_what_it_is_given_is_followed(tmp_path: Path) -> None:
    module = """
def as_number(text, default=20, /):
    try:
        value = int(text)
    except (TypeError, ValueError):
        return default
    else:
        return max(value, 1)
"""
    body = f'q = event.get("queryStringParameters") or {{}}\nlimit = as_number(q.get("limit"))\n{OK}'
    (found,) = parameters(tmp_path, Handler(body=body, module=module)).values()
    assert found["schema"]["anyOf"][0] == {"type": "integer"}
