"""Shopping lists against sums made by hand, on the seeded products."""

from typing import Any

import pytest

from src.contexts.products_catalog.core.bootstrap.seed import seeded_product_id
from src.contexts.recipes_catalog.aws_lambda.client import delete_menu
from src.contexts.recipes_catalog.aws_lambda.meal import delete_meal
from src.contexts.recipes_catalog.aws_lambda.shopping_list import fetch_recipe as fetch_to_buy
from src.contexts.recipes_catalog.aws_lambda.shopping_list import get_shopping_list
from src.contexts.recipes_catalog.core.bootstrap.seed import MENU, seeded_id
from tests.integration.recipes.kit import (
    BANANA,
    MILK,
    NOBODY,
    NUTRITIONIST,
    RICE,
    a_client,
    a_meal,
    a_menu,
    a_recipe,
    delete,
    get,
    rice,
)
from tests.support.rest import ADMINISTRATOR

pytestmark = pytest.mark.usefixtures("database")

FISH = seeded_product_id("Tilápia")


def line(product_id: str | None, quantity: float, unit: str, name: str = "x") -> dict[str, Any]:
    return {"name": name, "quantity": quantity, "unit": unit, "product_id": product_id}


def items(menu_id: str, user: str = NUTRITIONIST) -> dict[tuple[str | None, str, str], dict[str, Any]]:
    answer = get(get_shopping_list, user, menu_id=menu_id)
    assert answer.status == 200
    assert answer.json["menu_id"] == menu_id
    return {
        (department["store_department_name"], item["name"], item["unit"]): item
        for department in answer.json["departments"]
        for item in department["items"]
    }


def test_quantities_are_summed_over_meals_as_they_are_bought() -> None:
    breakfast = [line(BANANA, 1, "un"), line(MILK, 200, "ml"), line(None, 1, "pinch", "Cinnamon")]
    lunch = [rice(125), line(FISH, 152, "g"), line(BANANA, 65, "g"), line(None, 2, "pinch", "cinnamon ")]
    twice = a_meal(NUTRITIONIST, recipes=[{"name": "a", "ingredients": breakfast}])
    once = a_meal(NUTRITIONIST, recipes=[{"name": "b", "ingredients": lunch}, {"name": "c", "ingredients": [rice(25)]}])
    found = items(a_menu(a_client(), twice, once, twice))

    # Two whole bananas of 0.12 kg, and 65 g without peel, which are 100 g with it (0.65): 0.34 kg.
    banana = found["Hortifruti", "Banana", "kg"]
    assert (banana["quantity"], banana["product_id"]) == (pytest.approx(0.34), BANANA)
    assert banana["pieces"] == pytest.approx(0.34 / 0.12, abs=1e-5)
    # 2 x 200 ml; a kilogram has 0.97 l.
    milk = found["Laticínios e ovos", "Leite integral", "l"]
    assert (milk["quantity"], milk["kilograms"]) == (pytest.approx(0.4), pytest.approx(0.4 / 0.97, abs=1e-5))
    # 125 g and 25 g of cooked rice, which grows to 2.5 times its weight: 60 g.
    assert found["Mercearia", "Arroz branco", "kg"]["quantity"] == pytest.approx(0.06)
    # 152 g of cooked fish are 190 g raw (0.8), which are 200 g unprepared (0.95).
    assert found["Peixaria", "Tilápia", "kg"]["quantity"] == pytest.approx(0.2)
    # What the catalogue does not know: one pinch twice and two pinches once.
    cinnamon = found[None, "Cinnamon", "pinch"]
    assert (cinnamon["quantity"], cinnamon["product_id"], cinnamon["kilograms"]) == (4, None, None)
    assert len(found) == 5
    assert list(found)[-1][0] is None


def test_the_list_follows_the_menu() -> None:
    rice_meal, other = (
        a_meal(NUTRITIONIST, recipes=[{"name": "a", "ingredients": [one]}]) for one in (rice(), line(FISH, 95, "g"))
    )
    client_id = a_client()
    menu_id = a_menu(client_id, rice_meal, other)
    assert len(items(menu_id)) == 2
    delete(delete_meal, NUTRITIONIST, meal_id=other)
    assert list(items(menu_id)) == [("Mercearia", "Arroz branco", "kg")]
    delete(delete_menu, NUTRITIONIST, client_id=client_id, menu_id=menu_id)
    assert get(get_shopping_list, NUTRITIONIST, menu_id=menu_id).status == 404


def test_an_empty_menu_needs_nothing_and_an_unknown_one_is_not_found() -> None:
    assert items(a_menu(a_client())) == {}
    assert get(get_shopping_list, NUTRITIONIST, menu_id=NOBODY).status == 404


def test_the_seeded_menu_has_eggs_for_two_weeks() -> None:
    # The omelette of two eggs is one of three dinners: on the days 0, 3, 6, 9 and 12 of fourteen.
    eggs = items(seeded_id("menu", MENU), ADMINISTRATOR)["Laticínios e ovos", "Ovo", "un"]
    assert eggs["quantity"] == 10


def test_recipes_to_buy_for_come_by_menu_by_meal_or_by_their_ids() -> None:
    meal_id = a_meal(NUTRITIONIST)
    first = a_recipe(NUTRITIONIST, meal_id, name="A", ingredients=[rice(), line(BANANA, 1, "un"), rice(1)])
    second = a_recipe(NUTRITIONIST, meal_id, name="B", ingredients=[line(None, 1, "cup", "Ice")])
    menu_id = a_menu(a_client(), meal_id, meal_id)
    for query in (f"menu_id={menu_id}", f"meal-id={meal_id}", f"recipe_id={second}&recipe_id={first}"):
        found = get(fetch_to_buy, NUTRITIONIST, query).json
        assert [one["id"] for one in found] == [first, second], query
    assert [one["name"] for one in found[0]["ingredients"]] == ["Rice", "x", "Rice"]
    assert [one["id"] for one in found[0]["products"]] == [RICE, BANANA]
    assert found[0]["products"][1] == {
        "id": BANANA,
        "name": "Banana",
        "shopping_name": "Banana",
        "store_department_name": "Hortifruti",
        "edible_yield": 0.65,
        "kg_per_unit": 0.12,
        "liters_per_kg": None,
        "cooking_factor": None,
    }
    assert (found[1]["products"], found[1]["meal_id"]) == ([], meal_id)
    assert get(fetch_to_buy, NUTRITIONIST, f"meal_id={meal_id}&limit=1&sort=-name").json[0]["id"] == second
    assert get(fetch_to_buy, NUTRITIONIST, f"menu_id={NOBODY}").json == []


@pytest.mark.parametrize(
    "query", ["", "limit=5", f"menu_id={NOBODY}&meal_id={NOBODY}", "menu_id=x", "meal_id=x", "recipe_id=x", "menu_id="]
)
def test_exactly_one_kind_of_id_is_needed(query: str) -> None:
    assert get(fetch_to_buy, NUTRITIONIST, query).status == 422
