"""Menus keep copies of their meals in step."""

import pytest

from src.contexts.recipes_catalog.core.adapters.orm import MENU_MEAL
from src.contexts.recipes_catalog.core.domain.events import MenuDeleted
from src.contexts.recipes_catalog.core.domain.menu import Menu, Slot
from src.contexts.shared_kernel.domain.errors import ValidationFailed
from src.contexts.shared_kernel.domain.measures import Weekday
from tests.unit.recipes.kit import PRODUCTS, RICE, G, content, ingredient, meal

MONDAY = Slot("meal", 1, Weekday.MONDAY, "lunch", "12:30")
SUNDAY = Slot("meal", 2, Weekday.SUNDAY, "dinner")


def menu() -> Menu:
    return Menu(id="menu", client_id="client", author_id="author")


def test_a_meal_stands_in_each_slot_with_its_name_and_nutrition() -> None:
    lunch, plan = meal(), menu()
    lunch.add_recipe("r", content(ingredient(RICE, 100, G)), PRODUCTS)
    plan.place((MONDAY, SUNDAY), {"meal": lunch})
    assert [(one.week, one.weekday, one.hour, one.meal_type, one.meal_name) for one in plan.meals] == [
        (1, Weekday.MONDAY, "12:30", "lunch", "Lunch"),
        (2, Weekday.SUNDAY, None, "dinner", "Lunch"),
    ]
    assert plan.meals[0].nutri_facts == lunch.nutrition.facts
    assert MENU_MEAL.load(MENU_MEAL.dump(plan.meals[0])) == plan.meals[0]


def test_following_a_meal_says_whether_anything_changed() -> None:
    lunch, plan = meal(), menu()
    plan.place((MONDAY, SUNDAY), {"meal": lunch})
    assert not plan.follow(lunch)
    lunch.name = "Brunch"
    assert plan.follow(lunch)
    assert {one.meal_name for one in plan.meals} == {"Brunch"}
    lunch.add_recipe("r", content(ingredient(RICE, 100, G)), PRODUCTS)
    assert plan.follow(lunch)
    assert plan.meals[1].nutri_facts == lunch.nutrition.facts


def test_a_meal_that_is_gone_leaves_every_day() -> None:
    plan = menu()
    plan.place((MONDAY, SUNDAY), {"meal": meal()})
    plan.remove_meal("meal")
    assert plan.meals == ()


def test_unknown_meals_are_refused_with_their_places() -> None:
    with pytest.raises(ValidationFailed) as failure:
        menu().place((MONDAY, Slot("other", 1, Weekday.MONDAY, "lunch")), {"meal": meal()})
    assert [error.field for error in failure.value.errors] == ["meals.1.meal_id"]


def test_a_deleted_menu_tells_so() -> None:
    plan = menu()
    plan.delete()
    assert plan.discarded
    assert plan.release_events() == (MenuDeleted("menu"),)
