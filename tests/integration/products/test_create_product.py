"""POST /products."""

from typing import Any

import pytest

from src.contexts.products_catalog.aws_lambda import create_product, get_product_by_id
from src.contexts.products_catalog.core.bootstrap.seed import seeded_id
from tests.support.rest import PLAIN_USER, Answer, invoke

pytestmark = pytest.mark.usefixtures("shared_database")

SOURCE = seeded_id("sources", "Illustrative values")
BARCODE = "7891000315507"


def create(body: Any, user_id: str | None = None) -> Answer:
    arguments = {"user_id": user_id} if user_id else {}
    return invoke(create_product, method="POST", path="/products", body=body, **arguments)


def read(product_id: str) -> Answer:
    return invoke(get_product_by_id, path="/products/{id}", parameters={"id": product_id})


@pytest.mark.usefixtures("database")
def test_everything_that_is_sent_is_read_again() -> None:
    sent = {
        "name": "Granola com maçã 🍎",
        "source_id": SOURCE,
        "is_food": True,
        "shopping_name": "Granola",
        "edible_yield": 0.5,
        "conservation_days": 30,
        "barcode": BARCODE,
        "score": {"final": 80, "ingredients": 70.5, "nutrients": None},
        "nutri_facts": {"calories": {"value": 400.0, "unit": "kcal"}, "sodium": {"value": 0.1, "unit": "g"}},
        "package_size": 1.5,
        "package_size_unit": "kg",
        "image_url": "https://example.test/a.png",
        "json_data": {"a": [1, None, "é"]},
    }
    answer = create(sent)
    assert answer.status == 201
    (product_id,) = answer.json["product_ids"]

    found = read(product_id)
    assert found.status == 200
    assert {name: found.json[name] for name in sent} == sent
    assert found.json["version"] == 1
    assert found.json["created_at"] == found.json["updated_at"]


@pytest.mark.usefixtures("database")
def test_a_list_is_added_in_its_order() -> None:
    answer = create([{"name": f"Product {number}"} for number in range(3)])
    assert [read(product_id).json["name"] for product_id in answer.json["product_ids"]] == [
        "Product 0",
        "Product 1",
        "Product 2",
    ]


@pytest.mark.usefixtures("database")
def test_all_or_none() -> None:
    assert create({"name": "Known", "source_id": SOURCE}).status == 201
    answer = create([{"name": "New"}, {"name": "Known", "source_id": SOURCE}])
    assert (answer.status, answer.json["error_type"]) == (409, "conflict_error")
    # Had the first product stayed, its second creation would be the conflict.
    assert create({"name": "New"}).status == 201


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        ({"name": "A"}, {"name": "A"}, 409),
        ({"name": "A", "source_id": SOURCE}, {"name": "A", "source_id": SOURCE}, 409),
        ({"name": "A", "source_id": SOURCE}, {"name": "A"}, 201),
        ({"name": "A", "barcode": BARCODE}, {"name": "B", "barcode": BARCODE}, 409),
        ({"name": "A", "barcode": BARCODE}, {"name": "B", "barcode": BARCODE, "source_id": SOURCE}, 201),
        ({"name": "A", "barcode": BARCODE}, {"name": "A"}, 201),
    ],
)
def test_what_is_unique(first: dict[str, Any], second: dict[str, Any], status: int) -> None:
    assert create(first).status == 201
    assert create(second).status == status


def test_only_those_who_manage_products_add_any() -> None:
    answer = create({"name": "Mine"}, user_id=PLAIN_USER)
    assert (answer.status, answer.json["error_type"]) == (403, "authorization_error")


def test_a_stranger_is_not_let_in() -> None:
    answer = create({"name": "Mine"}, user_id="99999999-9999-4999-8999-999999999999")
    assert (answer.status, answer.json["error_type"]) == (401, "authentication_error")


def test_an_unknown_reference_names_its_field() -> None:
    answer = create({"name": "A", "brand_id": "99999999-9999-4999-8999-999999999999"})
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] == "brand_id"


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "  ",
        "{",
        "[]",
        "null",
        "3",
        "[" * 100_000,
        '{"name": NaN}',
        '{"name": "A", "edible_yield": NaN}',
        '{"name": "A", "edible_yield": 1e999}',
        '{"name": "A", "json_data": {"a": [NaN]}}',
        '{"name": "A", "json_data": {"a": 1e999}}',
        '{"name": "A\\u0000"}',
        '{"name": "\\ud800"}',
        '{"name": "A", "json_data": {"\\u0000": 1}}',
        '{"name": "A", "json_data": {"a": "\\udfff"}}',
        '{"name": "A", "json_data": ' + "9" * 5000 + "}",
        '{"name": "A", "conservation_days": 99999999999999999999}',
        {"name": ""},
        {"name": "   "},
        {"name": None},
        {"name": "x" * 301},
        {"name": "A", "edible_yield": 1.5},
        {"name": "A", "edible_yield": -0.1},
        {"name": "A", "barcode": "7891000315508"},
        {"name": "A", "barcode": "٧٨٩١٠٠٠٣١٥٥٠٧"},
        {"name": "A", "source_id": "not a uuid"},
        {"name": "A", "score": {"final": 101}},
        {"name": "A", "nutri_facts": {"calories": {"value": 1, "unit": "g"}}},
        {"name": "A", "nutri_facts": {"calories": 5}},
        {"name": "A", "json_data": {"a": "x" * 20_001}},
        {"name": "A", "image_url": "javascript:alert(1)"},
        [{"name": "A"}] * 501,
    ],
)
def test_what_cannot_be_stored_is_refused(body: Any) -> None:
    answer = create(body)
    assert answer.status == 422, answer.body
    assert answer.json["error_type"] == "validation_error"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "product.name"),
        ([{"name": "A"}, {"name": "B", "barcode": "1"}], "products.1.barcode"),
        ([], "products"),
        (3, "product"),
    ],
)
def test_the_faulty_field_is_named_once(body: Any, field: str) -> None:
    assert [fault["field"] for fault in create(body).json["errors"]] == [field]
