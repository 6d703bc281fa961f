"""Reading proxy events."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from src.contexts.shared_kernel.domain.errors import BadValue, ValidationFailed
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers


class Filter(BaseModel):
    name: str | list[str] | None = None
    created_at_gte: datetime | None = None
    done: bool | None = None
    limit: int | None = None
    sort: str | None = None


def filters(query: dict[str, list[str]] | None, **options: Any) -> dict[str, Any]:
    single = {key: values[-1] for key, values in query.items()} if query else None
    event = {"queryStringParameters": single, "multiValueQueryStringParameters": query}
    return LambdaHelpers.process_query_filters_from_aws_event(event=event, filter_schema_class=Filter, **options)


DEFAULTS = {"limit": 50, "sort": "-updated_at"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (None, DEFAULTS),
        ({"name": ["a"]}, {**DEFAULTS, "name": "a"}),
        ({"name": ["a", "b"]}, {**DEFAULTS, "name": ["a", "b"]}),
        ({"created-at-gte": ["2026-01-01"]}, {**DEFAULTS, "created_at_gte": datetime(2026, 1, 1)}),
        ({"na-me": ["a"], "unknown": ["b"], "na_me": ["c"]}, DEFAULTS),
        ({"limit": ["3"], "sort": ["name"]}, {"limit": 3, "sort": "name"}),
        ({"limit": ["0"], "sort": [""]}, {"limit": 0, "sort": ""}),
        ({"done": ["true"]}, {**DEFAULTS, "done": True}),
    ],
)
def test_filters(query: dict[str, list[str]] | None, expected: dict[str, Any]) -> None:
    assert filters(query) == expected


def test_both_spellings_of_a_key_are_one_key() -> None:
    assert filters({"name": ["a"]}, default_limit=9, default_sort="name") == {"limit": 9, "sort": "name", "name": "a"}
    both = {"created-at-gte": ["2026-01-01"], "created_at_gte": ["2026-01-02"]}
    with pytest.raises(ValidationError):
        filters(both)


def test_without_multiple_values_the_last_counts() -> None:
    assert filters({"name": ["a", "b"]}, use_multi_value=False)["name"] == "b"


@pytest.mark.parametrize("query", [{"limit": ["x"]}, {"limit": ["1", "2"]}, {"done": ["perhaps"]}])
def test_a_value_of_the_wrong_type(query: dict[str, list[str]]) -> None:
    with pytest.raises(ValidationError):
        filters(query)


def test_too_many_keys() -> None:
    with pytest.raises(ValidationFailed):
        filters({f"key{number}": ["a"] for number in range(101)})


def test_path_parameters_may_be_missing_or_null() -> None:
    assert LambdaHelpers.extract_path_parameter({"pathParameters": {"id": "a%20b"}}, "id") == "a%20b"
    for event in ({}, {"pathParameters": None}, {"pathParameters": {}}, {"pathParameters": {"id": ""}}):
        assert LambdaHelpers.extract_path_parameter(event, "id") is None


def test_query_parameters_and_headers() -> None:
    event = {"queryStringParameters": {"a": "1"}, "headers": {"X-Some-Thing": "yes"}}
    assert LambdaHelpers.extract_query_parameter(event, "a") == "1"
    assert LambdaHelpers.extract_query_parameter({"queryStringParameters": None}, "a") is None
    assert LambdaHelpers.extract_header(event, "x-some-thing") == "yes"
    assert LambdaHelpers.extract_header(event, "X-SOME-THING") == "yes"
    assert LambdaHelpers.extract_header({"headers": None}, "x") is None


def test_bodies() -> None:
    assert LambdaHelpers.extract_request_body({"body": '{"a": 1}'}) == {"a": 1}
    assert LambdaHelpers.extract_request_body({"body": "raw"}, parse_json=False) == "raw"
    encoded = base64.b64encode('{"é": 1}'.encode()).decode()
    assert LambdaHelpers.extract_request_body({"body": encoded, "isBase64Encoded": True}) == {"é": 1}


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"body": None},
        {"body": " "},
        {"body": "{"},
        {"body": 5},
        {"body": "[" * 200_000},
        {"body": "[NaN]"},
        {"body": "[-Infinity]"},
        {"body": "9" * 5000},
        {"body": "x" * 2_000_001},
        {"body": "[" + "0," * 150_000 + "0]"},
        {"body": "[" + "{}," * 80_000 + "0]"},
        {"body": base64.b64encode(b"[" * 150_001).decode(), "isBase64Encoded": True},
        {"body": "***", "isBase64Encoded": True},
        {"body": base64.b64encode(b"\xff").decode(), "isBase64Encoded": True},
    ],
)
def test_bodies_that_cannot_be_read(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - a JSON error or BadValue: the table has 422 for both
        LambdaHelpers.extract_request_body(event)


def test_the_author_is_the_user_whatever_the_body_says() -> None:
    body = LambdaHelpers.body_with_author_id({"body": '{"name": "a", "author_id": "somebody else"}'}, "me")
    assert json.loads(body) == {"name": "a", "author_id": "me"}
    for other in ("[]", "3", "null", '"text"'):
        with pytest.raises(BadValue):
            LambdaHelpers.body_with_author_id({"body": other}, "me")


def test_a_moment_keeps_its_zone() -> None:
    found = filters({"created_at_gte": ["2026-01-01T00:00:00Z"]})["created_at_gte"]
    assert found == datetime(2026, 1, 1, tzinfo=UTC)
