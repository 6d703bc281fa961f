"""The routes that read one thing, and the search."""

from types import ModuleType

import pytest

from src.contexts.products_catalog.aws_lambda import (
    create_product,
    fetch_product_source_name,
    get_product_by_id,
    get_product_source_name_by_id,
    search_product_similar_name,
)
from src.contexts.products_catalog.core.bootstrap.seed import seeded_id, seeded_product_id
from tests.support.rest import invoke

pytestmark = pytest.mark.usefixtures("shared_database")

SOURCE = seeded_id("sources", "Illustrative values")


def search(name: str) -> list[str]:
    answer = invoke(search_product_similar_name, parameters={"name": name})
    assert answer.status == 200, answer.body
    return [product["name"] for product in answer.json]


def test_a_product_with_its_nutrients() -> None:
    answer = invoke(get_product_by_id, parameters={"id": seeded_product_id("Banana")})
    assert answer.status == 200
    assert answer.json["nutri_facts"]["calories"] == {"value": 90.0, "unit": "kcal"}
    assert "vitamin_c" not in answer.json["nutri_facts"]


@pytest.mark.parametrize("module", [get_product_by_id, get_product_source_name_by_id])
@pytest.mark.parametrize("unknown", ["99999999-9999-4999-8999-999999999999", "x", "%00", "é" * 500])
def test_an_unknown_id(module: ModuleType, unknown: str) -> None:
    answer = invoke(module, parameters={"id": unknown})
    assert (answer.status, answer.json["error_type"]) == (404, "not_found_error")


@pytest.mark.parametrize("module", [get_product_by_id, get_product_source_name_by_id, search_product_similar_name])
def test_no_path_parameters(module: ModuleType) -> None:
    assert invoke(module, parameters=None).status == 422


def test_a_nul_in_an_id_is_refused() -> None:
    assert invoke(get_product_by_id, parameters={"id": "a\x00b"}).status == 422


@pytest.mark.parametrize(
    ("wanted", "first"),
    [("banana", "Banana"), ("MACA", "Maçã"), ("br%C3%B3colis", "Brócolis"), ("brocoli", "Brócolis"), ("feijao", None)],
)
def test_search_ignores_accents_and_case(wanted: str, first: str | None) -> None:
    found = search(wanted)
    assert found[0] == first if first else {"Feijão preto", "Feijão carioca"} <= set(found)


@pytest.mark.usefixtures("database")
def test_search_finds_a_word_in_a_long_name_and_at_most_twenty() -> None:
    long_name = "Granola tradicional com castanhas, passas e flocos de milho, embalagem econômica de um quilo"
    invoke(create_product, method="POST", body=[{"name": f"{long_name} {number}"} for number in range(25)])
    found = search("castanhas")
    assert len(found) == 20
    assert sum(name.startswith("Granola") for name in found) >= 19


def test_search_for_nothing_alike() -> None:
    assert search("xyzxyzxyz") == []
    assert search("%25%25") == []


@pytest.mark.parametrize("name", ["%00", "x" * 1001])
def test_what_cannot_be_searched_for(name: str) -> None:
    assert invoke(search_product_similar_name, parameters={"name": name}).status == 422


def test_sources() -> None:
    expected = {SOURCE: "Illustrative values"}
    assert invoke(fetch_product_source_name).json == expected
    assert invoke(fetch_product_source_name, query="name-like=illus").json == expected
    assert invoke(fetch_product_source_name, query="name=other").json == {}
    assert invoke(get_product_source_name_by_id, parameters={"id": SOURCE}).json == expected
