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
