"""What no meal, recipe or menu has, whoever makes it: the schemas are not asked here."""

from typing import Any

import pytest

from src.contexts.recipes_catalog.core.adapters.orm import INGREDIENT, MENU_MEAL
from src.contexts.recipes_catalog.core.domain.client import Client, ClientChanges
from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient
from src.contexts.recipes_catalog.core.domain.labels import MAX_LABELS, tags_of
from src.contexts.recipes_catalog.core.domain.meal import Meal, MealChanges
from src.contexts.recipes_catalog.core.domain.menu import MAX_MEALS, Menu, MenuChanges, Slot
from src.contexts.recipes_catalog.core.domain.recipe import RecipeChanges, RecipeContent
from src.contexts.shared_kernel.domain.contact import Profile
from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.measures import MeasureUnit, Weekday
from tests.unit.recipes.kit import G, meal

NAN, INFINITY = float("nan"), float("inf")
SLOT: dict[str, Any] = {"meal_id": "meal", "week": 1, "weekday": Weekday.MONDAY, "meal_type": "lunch"}


@pytest.mark.parametrize(
    "fields",
    [
        {"week": 0},
        {"week": -1},
        {"week": 521},
        {"meal_type": ""},
        {"meal_type": "x" * 51},
        *({"hour": hour} for hour in ("", "24:00", "12:60", "1:30", "12:30:00", " 12:30", "12:30\n", "١٢:٣٠")),
    ],
)
def test_slots_that_do_not_exist(fields: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        Slot(**{**SLOT, **fields})


@pytest.mark.parametrize("hour", [None, "00:00", "09:05", "23:59"])
def test_hours(hour: str | None) -> None:
    assert Slot(**SLOT, hour=hour).hour == hour


@pytest.mark.parametrize("quantity", [-1, -1e-9, 1_000_001, NAN, INFINITY])
def test_quantities(quantity: float) -> None:
    with pytest.raises(BadValue):
        Ingredient("Rice", quantity, G, 0)


@pytest.mark.parametrize("unit", [MeasureUnit.PERCENT, MeasureUnit.ENERGY, MeasureUnit.IU])
def test_units_of_nutrients_measure_no_ingredient(unit: MeasureUnit) -> None:
    with pytest.raises(BadValue):
        Ingredient("Rice", 1, unit, 0)


def test_everything_has_a_name() -> None:
    with pytest.raises(BadValue):
        Ingredient(" ", 1, G, 0)
    with pytest.raises(BadValue):
        Meal(id="m", name="", author_id="u")
    lunch = meal()
    lunch.add_recipe("r", RecipeContent(name="Dish"), {})
    with pytest.raises(BadValue):
        lunch.add_recipe("s", RecipeContent(name=" "), {})
    with pytest.raises(BadValue):
        lunch.change_recipe("r", RecipeChanges(name=""), {})
    with pytest.raises(BadValue):
        lunch.change(MealChanges(name=""), {})


def test_no_dish_takes_negative_time() -> None:
    with pytest.raises(BadValue):
        meal().add_recipe("r", RecipeContent(name="Dish", total_time=-1), {})


def test_a_thing_has_a_bounded_number_of_tags() -> None:
    labels = tuple(("key", str(number)) for number in range(MAX_LABELS))
    assert len(tags_of((*labels, *labels), "u", "meal")) == MAX_LABELS
    with pytest.raises(BadValue):
        tags_of((*labels, ("one", "more")), "u", "meal")


def test_a_menu_has_a_bounded_number_of_meals() -> None:
    menu = Menu(id="menu", client_id="c", author_id="u")
    slots = (Slot(**SLOT),) * MAX_MEALS
    menu.change(MenuChanges(slots=slots, description="d"), {"meal": meal()})
    assert (len(menu.meals), menu.description) == (MAX_MEALS, "d")
    with pytest.raises(BadValue):
        menu.change(MenuChanges(slots=(*slots, slots[0])), {"meal": meal()})


def test_a_client_changes_what_is_given() -> None:
    client = Client(id="c", author_id="u", profile=Profile("Ana"), notes="n")
    client.change(ClientChanges(labels=(("goal", "rest"),), onboarding_data=None))
    assert (client.profile, client.notes, client.tags[0].value) == (Profile("Ana"), "n", "rest")
    client.change(ClientChanges(notes=None))
    assert (client.notes, len(client.tags)) == (None, 1)


def test_what_is_stored_is_read_whatever_the_rules_say_now() -> None:
    stored = {"name": "", "quantity": -1, "unit": "kcal", "position": 0}
    assert INGREDIENT.load(stored).quantity == -1
    menu_meal = MENU_MEAL.load({**SLOT, "week": 0, "hour": "24:00", "meal_name": "Lunch", "nutri_facts": None})
    assert (menu_meal.week, menu_meal.weekday, menu_meal.hour) == (0, Weekday.MONDAY, "24:00")
