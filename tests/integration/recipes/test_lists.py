"""Filters, sorts, pages and tags of the lists."""

import asyncio
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from src.contexts.recipes_catalog.aws_lambda.client import fetch_client
from src.contexts.recipes_catalog.aws_lambda.meal import fetch_meal, update_meal
from src.contexts.recipes_catalog.aws_lambda.recipe import fetch_recipe
from src.contexts.recipes_catalog.aws_lambda.tag import fetch_tag, get_tag_by_id
from src.contexts.recipes_catalog.core.adapters.unit_of_work import RecipesUnitOfWork
from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from tests.integration.recipes.kit import (
    AUTHOR,
    BANANA,
    MEAL_MANAGER,
    NOBODY,
    NUTRITIONIST,
    OTHER,
    RICE,
    a_client,
    a_meal,
    a_menu,
    a_recipe,
    get,
    put,
    rice,
)

pytestmark = pytest.mark.usefixtures("database")


def names(module: ModuleType, query: str, user: str = AUTHOR) -> list[str]:
    answer = get(module, user, query)
    assert answer.status == 200, answer.body
    return [one["name"] for one in answer.json]


def test_recipes_are_found_by_what_they_are() -> None:
    banana = {"name": "Banana", "quantity": 1, "unit": "un", "product_id": BANANA}
    meal_id = a_meal()
    italian, thai = ([{"key": "cuisine", "value": value}, {"key": "type", "value": "dinner"}] for value in "it")
    a_recipe(meal_id=meal_id, name="Pão de maçã", ingredients=[banana], total_time=10, tags=italian, privacy="public")
    a_recipe(meal_id=meal_id, name="Arroz", ingredients=[rice(500)], total_time=60, tags=thai)
    a_recipe(meal_id=meal_id, name="Zebra")

    def found(query: str) -> list[str]:
        return names(fetch_recipe, f"meal_id={meal_id}&sort=name&{query}")

    assert found("") == ["Arroz", "Pão de maçã", "Zebra"]
    assert found("name=Arroz|Zebra") == found("name=Arroz&name=Zebra") == ["Arroz", "Zebra"]
    assert found("name_like=pao") == found("name-like=MACA") == ["Pão de maçã"]
    assert found("name_ne=Arroz") == ["Pão de maçã", "Zebra"]
    assert found("name_not_in=Arroz|Zebra") == ["Pão de maçã"]
    assert found("total_time_gte=10&total_time_lte=30") == ["Pão de maçã"]
    assert found("total_time_is_not=null") == ["Arroz", "Pão de maçã"]
    assert found(f"product_id={RICE}|{BANANA}") == ["Arroz", "Pão de maçã", "Zebra"]
    assert found(f"product_id={BANANA}") == ["Pão de maçã"]
    assert found("privacy=public") == ["Pão de maçã"]
    assert found("tags=cuisine:i|t") == ["Arroz", "Pão de maçã"]
    assert found("tags=cuisine:i,type:dinner") == ["Pão de maçã"]
    assert found("tags=cuisine:i,type:lunch") == []
    assert found("tags_not_exists=cuisine:i") == ["Arroz", "Zebra"]
    # 200 g of raw rice have 720 kcal.
    assert found("calories_gte=720&calories_lte=720.1") == ["Arroz"]
    assert found("weight_in_grams_gte=500") == ["Arroz"]
    assert found("calorie_density_lte=100") == ["Pão de maçã"]
    assert found(f"author_id={AUTHOR}&unknown=x") == found("")
    assert found(f"author_id={NOBODY}") == []


def test_meals_are_found_by_what_they_are() -> None:
    tag = [{"key": "row", "value": "1"}]
    liked = a_meal(OTHER, name="Liked", like=True, tags=tag, recipes=[{"name": "x", "ingredients": [rice(500)]}])
    plain = a_meal(OTHER, name="Plain", tags=tag)

    def found(query: str, user: str = OTHER) -> list[str]:
        return names(fetch_meal, f"tags=row:1&{query}", user)

    assert found("sort=name") == ["Liked", "Plain"]
    assert found("like=true") == ["Liked"]
    assert found("like_is_not=true") == ["Plain"]
    assert found("calories_gte=700") == ["Liked"]
    assert found("sort=-name&limit=1") == found("skip=1&sort=name") == ["Plain"]
    assert found(f"id={liked}") == ["Liked"]
    # One's own tags: a manager sees everybody's, another user only his own.
    assert found("sort=name", MEAL_MANAGER) == ["Liked", "Plain"]
    assert found("", AUTHOR) == []
    put(update_meal, OTHER, {"recipes": []}, meal_id=liked)
    assert found("calories_gte=0") == []
    assert plain


def test_clients_are_found_by_what_they_are() -> None:
    tag = [{"key": "row", "value": "2"}]
    for name in ("José", "Maria"):
        a_client(profile={"name": name}, tags=tag)

    def found(query: str) -> list[str]:
        answer = get(fetch_client, NUTRITIONIST, f"tags=row:2&{query}")
        return [one["profile"]["name"] for one in answer.json]

    assert found("sort=name") == ["José", "Maria"]
    assert found("sort=-name") == ["Maria", "José"]
    assert found("name_like=jose") == found("name=José") == ["José"]
    assert found("tags_not_exists=row:2") == []


def test_equal_sort_keys_have_a_stable_order_over_pages() -> None:
    meal_id = a_meal(recipes=[{"name": "Same"} for _ in range(7)])
    query = f"meal_id={meal_id}&limit=3&sort="
    for sort in ("name", "-name", "calories", "-total_time"):
        pages = [get(fetch_recipe, AUTHOR, f"{query}{sort}&skip={skip}").json for skip in (0, 3, 6)]
        ids = [one["id"] for page in pages for one in page]
        assert [len(page) for page in pages] == [3, 3, 1]
        assert ids == sorted(ids, reverse=sort.startswith("-")), sort


@pytest.mark.parametrize("module", [fetch_recipe, fetch_meal, fetch_client, fetch_tag], ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    "query",
    [
        "limit=501",
        "limit=0",
        "limit=x",
        "skip=-1",
        "skip=99999999999999999999",
        "sort=password",
        "sort=",
        "id=x",
        "id=%00",
        f"id={'|'.join([NOBODY] * 101)}",
    ],
)
def test_what_cannot_be_applied_is_422(module: ModuleType, query: str) -> None:
    answer = get(module, AUTHOR, query)
    assert (answer.status, answer.json["error_type"]) == (422, "validation_error")


@pytest.mark.parametrize(
    "query",
    ["tags=x", "tags=:", "tags=a:%00", "name_like=%00", "created_at_gte=x", "calories_gte=nan", "privacy=x", "tags="],
)
def test_filters_that_make_no_sense_are_422(query: str) -> None:
    assert get(fetch_recipe, AUTHOR, query).status == 422


def test_a_tag_gets_an_id_when_it_is_first_used() -> None:
    tags = [{"key": "mood", "value": "good"}, {"key": "mood", "value": "bad"}]
    a_meal(tags=tags, recipes=[{"name": "x", "tags": tags[:1], "privacy": "public"}])
    a_meal(tags=tags)
    found = get(fetch_tag, OTHER, f"key=mood&author_id={AUTHOR}&sort=-value").json
    assert [(tag["value"], tag["type"]) for tag in found if tag["type"] == "meal"] == [
        ("good", "meal"),
        ("bad", "meal"),
    ]
    assert [(tag["value"], tag["author_id"]) for tag in found if tag["type"] == "recipe"] == [("good", AUTHOR)]
    one = get(get_tag_by_id, OTHER, tag_id=found[0]["id"])
    assert (one.status, one.json) == (200, found[0])
    assert get(get_tag_by_id, OTHER, tag_id=NOBODY).status == 404


@pytest.mark.usefixtures("database")
def test_changing_a_meal_on_a_menu_takes_few_statements() -> None:
    tags = [{"key": "type", "value": "lunch"}]
    meal_id = a_meal(NUTRITIONIST, tags=tags, recipes=[{"name": "Rice", "ingredients": [rice()], "tags": tags}])
    a_menu(a_client(), *([meal_id] * 14))
    sent: list[str] = []

    def remember(*arguments: Any) -> None:
        if "iam." not in arguments[2]:
            sent.append(arguments[2])

    event.listen(Engine, "before_cursor_execute", remember)
    try:
        answer = put(update_meal, NUTRITIONIST, {"name": "Dinner", "tags": tags}, meal_id=meal_id)
    finally:
        event.remove(Engine, "before_cursor_execute", remember)
    assert answer.status == 200
    assert len(sent) <= 7, sent
    # Neither the tags nor the recipes have changed.
    assert not [one for one in sent if one.startswith("INSERT") or "UPDATE recipes_catalog.recipes" in one]


def test_a_list_takes_as_many_statements_for_many_as_for_one(database: str) -> None:
    a_meal(recipes=[{"name": str(number), "ingredients": [rice()]} for number in range(20)])
    engine = create_engine(database, pooled=False)
    sent: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *arguments: sent.append(arguments[2]))

    async def statements(limit: int) -> int:
        sent.clear()
        async with RecipesUnitOfWork(session_factory(engine)) as uow:
            assert await uow.meals.query({"limit": limit})
            assert await uow.recipes.query({"limit": limit})
        return len(sent)

    assert asyncio.run(statements(1)) == asyncio.run(statements(500)) == 3
