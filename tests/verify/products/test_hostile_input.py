"""Whatever a client sends to products_catalog and iam, the answer is never a 5xx and always the documented body."""

import json
from collections import Counter
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from src.contexts.iam.aws_lambda import assign_role, create_user, fetch_user, get_user_by_id, remove_role
from src.contexts.products_catalog.aws_lambda import (
    create_product,
    fetch_product,
    fetch_product_source_name,
    get_product_by_id,
    get_product_source_name_by_id,
    search_product_similar_name,
)
from src.contexts.products_catalog.core.adapters.api_schemas.create_product import ApiCreateProduct
from src.contexts.products_catalog.core.adapters.api_schemas.product_filter import ApiProductFilter
from tests.support import postgres
from tests.support.rest import LambdaContext, rest_event

EXAMPLES = 400
pytestmark = pytest.mark.usefixtures("database")

special = st.sampled_from(
    [
        "",
        " ",
        "null",
        "true",
        "\x00",
        "a\x00b",
        "\ud800",
        "🍎",
        "%",
        "_",
        "'",
        "a|b",
        "|",
        "-1",
        "NaN",
        "1e999",
        "x" * 2000,
    ]
)
words = special | st.text(max_size=12) | st.uuids().map(str) | st.datetimes().map(str) | st.integers().map(str)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | words
values = st.recursive(
    scalars | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from([*ApiCreateProduct.model_fields, "id", "context", "unknown"])
VALID: dict[str, Any] = {
    "edible_yield": 0.5,
    "barcode": None,
    "score": {"final": 1},
    "nutri_facts": {"protein": {"value": 1, "unit": "g"}},
    "package_size_unit": "kg",
    "context": "iam",
    "id": "somebody",
}
plausible: st.SearchStrategy[object] = st.sampled_from(
    [0, 1, 0.1, 5e-324, 1e9, [], {}, "name", "auditor", None, {"sodium": None}, "4006381333931"]
)
mutations: st.SearchStrategy[dict[str, object]] = st.just({}) | st.dictionaries(fields, plausible | values, max_size=1)
objects = st.builds(lambda name, changes: VALID | {"name": name} | changes, st.text(min_size=1, max_size=9), mutations)
sent = objects.map(json.dumps)
bodies = st.one_of(
    sent, sent, sent, st.lists(objects, max_size=3).map(json.dumps), values.map(json.dumps), st.none(), words
)
keys = st.sampled_from([*ApiProductFilter.model_fields, "author_id", "name-like", "nothing"])
queries = st.none() | st.dictionaries(keys, st.lists(words, min_size=1, max_size=3), max_size=3)
parameters = st.none() | st.fixed_dictionaries(dict.fromkeys(("id", "name", "user_id", "context"), words))


@pytest.fixture(scope="module")
def database(postgres_server: str, seeded_template: str) -> Iterator[None]:
    with postgres.clone(postgres_server, seeded_template) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        yield


def ask(module: ModuleType, **event: Any) -> int:
    """The status; the answer must have the shape that its status promises."""
    query = event.pop("query", None)
    proxy_event = rest_event(**event)
    if query is not None:
        proxy_event["multiValueQueryStringParameters"] = query
        proxy_event["queryStringParameters"] = {key: items[-1] for key, items in query.items()}
    result = module.lambda_handler(proxy_event, LambdaContext())
    status, body = result["statusCode"], json.loads(result["body"])
    assert status < 500, (status, event)
    if status >= 400:
        assert body["status_code"] == status
        assert set(body) >= {"error_type", "message", "detail", "errors", "timestamp", "correlation_id"}
    return int(status)


many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_bodies() -> None:
    seen: Counter[int] = Counter()

    @many
    @given(st.sampled_from([create_product, create_user, assign_role]), bodies, parameters)
    def try_bodies(module: ModuleType, body: str | None, path: dict[str, str] | None) -> None:
        seen[ask(module, method="POST", body=body, parameters=path)] += 1

    try_bodies()
    print(f"hostile bodies: {seen.total()} requests, no 5xx, statuses {dict(sorted(seen.items()))}")


def test_queries() -> None:
    seen: Counter[int] = Counter()

    @many
    @given(st.sampled_from([fetch_product, fetch_product_source_name, fetch_user]), queries)
    def try_queries(module: ModuleType, query: dict[str, list[str]] | None) -> None:
        seen[ask(module, query=query)] += 1

    try_queries()
    print(f"hostile queries: {seen.total()} requests, no 5xx, statuses {dict(sorted(seen.items()))}")


def test_paths() -> None:
    seen: Counter[int] = Counter()
    modules = [
        get_product_by_id,
        get_product_source_name_by_id,
        search_product_similar_name,
        get_user_by_id,
        remove_role,
    ]

    @many
    @given(st.sampled_from(modules), parameters)
    def try_paths(module: ModuleType, path: dict[str, str] | None) -> None:
        seen[ask(module, parameters=path)] += 1

    try_paths()
    print(f"hostile paths: {seen.total()} requests, no 5xx, statuses {dict(sorted(seen.items()))}")
