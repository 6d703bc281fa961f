"""GET /products, its filters, its order and its page."""

from typing import Any

import pytest

from src.contexts.products_catalog.aws_lambda import create_product, fetch_product
from src.contexts.products_catalog.core.bootstrap.seed import seeded_id, seeded_product_id
from tests.support.rest import PLAIN_USER, Answer, invoke

pytestmark = pytest.mark.usefixtures("shared_database")

FRUITS = {"Banana", "Maçã", "Laranja", "Limão", "Morango", "Abacate", "Mamão"}
SEEDED = 50


def fetch(query: str = "", **event: Any) -> Answer:
    return invoke(fetch_product, path="/products", query=query, **event)


def names(query: str) -> list[str]:
    answer = fetch(query)
    assert answer.status == 200, answer.body
    return [product["name"] for product in answer.json]


@pytest.mark.parametrize(
    "query",
    [
        "category=Frutas",
        f"category={seeded_id('categories', 'Frutas')}",
        "category=Frutas|Nothing",
        "category=Frutas&name_like=",
        "category=Frutas&unknown=1",
        "category=Frutas&is-food=true",
        "category=Frutas&is_food_ne=false&created-at-gte=2000-01-01",
        "category=Frutas&created_at_lte=2999-01-01T00:00:00%2B03:00",
        "category=Frutas&brand_is_not=null&source=Illustrative%20values",
    ],
)
def test_fruits(query: str) -> None:
    assert set(names(query)) == FRUITS


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=Banana", {"Banana"}),
        ("name=Banana|Ovo", {"Banana", "Ovo"}),
        ("name=Banana&name=Ovo", {"Banana", "Ovo"}),
        ("name=Ma%C3%A7%C3%A3", {"Maçã"}),
        ("name_like=MACA", {"Maçã", "Macarrão"}),
        ("name_like=%25", set()),
        ("name_like=_", set()),
        ("name-like=arroz&name-ne=Arroz%20branco", {"Arroz integral"}),
        ("category=Frutas&name_not_in=Banana|Ma%C3%A7%C3%A3|Laranja|Lim%C3%A3o|Morango", {"Abacate", "Mamão"}),
        (f"id={seeded_product_id('Ovo')}", {"Ovo"}),
        (f"id={seeded_product_id('Ovo').upper()}", {"Ovo"}),
        ("is_food=false", set()),
        ("barcode_is_not=null", set()),
        ("brand_is_not=none&name=Ovo", {"Ovo"}),
        ("name=", set()),
        ("created_at_gte=2999-01-01", set()),
        ("category_not_in=Frutas&name=Banana|Ovo", {"Ovo"}),
        ("skip=49", {"Óleo de soja"}),
    ],
)
def test_filters(query: str, expected: set[str]) -> None:
    sort = "" if "skip" not in query else "&sort=name&limit=500"
    found = names(query + sort)
    assert len(found) == len(expected)
    assert set(found) == expected or "skip" in query


@pytest.mark.usefixtures("database")
def test_a_reference_that_is_null_is_outside_every_list() -> None:
    invoke(create_product, method="POST", body={"name": "Nothing known of it"})
    assert "Nothing known of it" in names("category_ne=Frutas&limit=500")
    assert "Nothing known of it" not in names("category_is_not=null&limit=500")


@pytest.mark.usefixtures("database")
def test_pages_are_stable_under_equal_sort_keys() -> None:
    body = [{"name": "Same name", "barcode": gtin(number)} for number in range(30)]
    assert invoke(create_product, method="POST", body=body).status == 201
    whole = [item["id"] for item in fetch("name=Same%20name&sort=name&limit=500").json]
    paged = [
        item["id"] for skip in range(0, 30, 7) for item in fetch(f"name=Same%20name&sort=name&limit=7&skip={skip}").json
    ]
    assert paged == whole == sorted(whole)
    descending = [item["id"] for item in fetch("name=Same%20name&sort=-name&limit=500").json]
    assert descending == whole[::-1]


@pytest.mark.usefixtures("database")
def test_a_page_that_lambda_could_not_send_is_refused() -> None:
    body = [{"name": f"Long {number}", "json_data": '"' * 9_900} for number in range(50)]
    for batch in range(5):
        named = [{**product, "name": f"{product['name']} {batch}"} for product in body]
        assert invoke(create_product, method="POST", body=named).status == 201
    answer = fetch("limit=500")
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "limit")
    assert fetch("limit=50").status == 200


@pytest.mark.usefixtures("database")
def test_the_page_has_a_default_and_a_limit() -> None:
    invoke(create_product, method="POST", body=[{"name": f"Extra {number}"} for number in range(10)])
    assert len(fetch().json) == 50
    assert len(fetch("limit=500").json) == SEEDED + 10
    assert fetch("limit=1").json[0]["name"].startswith("Extra")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=abc",
        "limit=",
        "limit=1&limit=2",
        "limit=99999999999999999999",
        "skip=-1",
        "skip=1000001",
        "sort=nonsense",
        "sort=",
        "sort=--name",
        "sort=name;drop",
        "sort=nutri_facts",
        "is_food=maybe",
        "created_at_gte=yesterday",
        "created_at_gte=0001-01-01T00:00:00%2B14:00",
        "id=not-a-uuid",
        "name=%00",
        "name_like=%00",
        "source=%00",
        "name=" + "x" * 1001,
        "name=" + "|".join("x" * 101),
        "is_food_is_not=perhaps",
    ],
)
def test_what_cannot_be_applied_is_refused(query: str) -> None:
    answer = fetch(query)
    assert (answer.status, answer.json["error_type"]) == (422, "validation_error"), answer.body
    assert answer.json["errors"]


def test_a_plain_user_reads() -> None:
    answer = fetch("limit=1", user_id=PLAIN_USER)
    assert answer.status == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nobody_does_not() -> None:
    answer = fetch(user_id=None)
    assert (answer.status, answer.json["error_type"]) == (401, "authentication_error")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def gtin(number: int) -> str:
    """A GTIN-13 with its check digit."""
    digits = f"789{number:09d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"
