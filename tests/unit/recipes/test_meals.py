"""Meals, their recipes and copies."""

from dataclasses import replace

import pytest

from src.contexts.recipes_catalog.core.domain.client import ClientChanges
from src.contexts.recipes_catalog.core.domain.events import MealChanged, MealDeleted
from src.contexts.recipes_catalog.core.domain.meal import MAX_RECIPES, MealChanges, RecipeDraft
from src.contexts.recipes_catalog.core.domain.menu import MenuChanges
from src.contexts.recipes_catalog.core.domain.rating import Rating
from src.contexts.recipes_catalog.core.domain.recipe import RecipeChanges, RecipeContent
from src.contexts.shared_kernel.domain.errors import BadValue, BusinessRuleError, NotFoundError, ValidationFailed
from src.contexts.shared_kernel.domain.measures import Privacy
from src.contexts.shared_kernel.domain.tag import Tag
from tests.unit.recipes.kit import PRODUCTS, RICE, G, content, ingredient, meal

RICE_DISH = content(ingredient(RICE, 100, G))


def test_a_recipe_has_the_meals_author() -> None:
    lunch = meal("ana")
    recipe = lunch.add_recipe("r", replace(RICE_DISH, labels=(("cuisine", "thai"),)), PRODUCTS)
    assert (recipe.author_id, recipe.meal_id) == ("ana", "meal")
    assert recipe.tags == (Tag("cuisine", "thai", "ana", "recipe"),)
    assert lunch.recipe("r") is recipe
    with pytest.raises(NotFoundError):
        lunch.recipe("another")


def test_nutrition_follows_the_ingredients() -> None:
    lunch = meal()
    lunch.add_recipe("r", RICE_DISH, PRODUCTS)
    assert lunch.nutrition.amount("calories") == pytest.approx(144)
    lunch.change_recipe("r", RecipeChanges(ingredients=(ingredient(RICE, 200, G),)), PRODUCTS)
    assert lunch.nutrition.amount("calories") == pytest.approx(288)
    lunch.change_recipe("r", RecipeChanges(name="Rice"), {})
    assert lunch.nutrition.amount("calories") == pytest.approx(288)
    lunch.remove_recipe("r")
    assert lunch.nutrition.facts is None


@pytest.mark.parametrize("positions", [(0, 0), (1, 2), (0, 2), (-1, 0)])
def test_positions_count_from_zero_without_gaps(positions: tuple[int, ...]) -> None:
    ingredients = tuple(ingredient(RICE, 1, G, position) for position in positions)
    with pytest.raises(ValidationFailed):
        meal().add_recipe("r", content(*ingredients), PRODUCTS)


def test_ingredients_are_kept_by_position() -> None:
    recipe = meal().add_recipe("r", content(ingredient(RICE, 1, G, 1), ingredient(None, 2, G, 0)), PRODUCTS)
    assert [one.quantity for one in recipe.ingredients] == [2, 1]


def test_unknown_products_are_refused_with_their_places() -> None:
    with pytest.raises(ValidationFailed) as failure:
        meal().add_recipe("r", content(ingredient(None, 1, G, 0), ingredient(RICE, 1, G, 1)), {})
    assert [error.field for error in failure.value.errors] == ["ingredients.1.product_id"]


def test_a_user_has_one_rating() -> None:
    recipe = meal().add_recipe("r", RICE_DISH, PRODUCTS)
    assert (recipe.average_taste_rating, recipe.average_convenience_rating) == (None, None)
    for rating in (Rating("a", "r", 5, 0), Rating("b", "r", 2, 3), Rating("a", "r", 4, 1, "Better now")):
        recipe.rate(rating)
    assert [one.user_id for one in recipe.ratings] == ["b", "a"]
    assert (recipe.average_taste_rating, recipe.average_convenience_rating) == (3, 2)


@pytest.mark.parametrize(("taste", "convenience"), [(6, 0), (0, 6), (-1, 0), (0, -1)])
def test_a_rating_is_between_0_and_5(taste: int, convenience: int) -> None:
    with pytest.raises(BadValue):
        Rating("a", "r", taste, convenience)


def test_a_copy_keeps_the_content_under_new_ids() -> None:
    lunch = meal("ana")
    lunch.change(MealChanges(labels=(("type", "lunch"),), notes="Warm", like=True), {})
    original = lunch.add_recipe(
        "r", replace(RICE_DISH, privacy=Privacy.PUBLIC, total_time=20, labels=(("a", "b"),)), PRODUCTS
    )
    original.rate(Rating("x", "r", 5, 5))

    copy = lunch.copy("copy", "bob", "menu")

    assert (copy.id, copy.author_id, copy.menu_id, copy.notes, copy.like) == ("copy", "bob", "menu", "Warm", True)
    assert copy.tags == (Tag("type", "lunch", "bob", "meal"),)
    (recipe,) = copy.recipes
    assert recipe.id != original.id
    assert (recipe.author_id, recipe.meal_id, recipe.ratings) == ("bob", "copy", ())
    written = ("name", "instructions", "ingredients", "total_time", "privacy", "notes")
    assert [getattr(recipe, name) for name in written] == [getattr(original, name) for name in written]
    assert recipe.tags == (Tag("a", "b", "bob", "recipe"),)
    assert recipe.created_at >= original.created_at
    assert (copy.version, recipe.version) == (1, 1)
    assert recipe.nutrition == original.nutrition
    assert lunch.recipes == (original,)


def test_replacing_recipes_keeps_changes_adds_and_removes() -> None:
    lunch = meal()
    lunch.add_recipe("kept", RICE_DISH, PRODUCTS)
    gone = lunch.add_recipe("gone", RICE_DISH, PRODUCTS)
    drafts = (
        RecipeDraft(RecipeContent(name="New")),
        RecipeDraft(RecipeContent(name="Changed"), "kept"),
    )
    lunch.change(MealChanges(recipes=drafts), PRODUCTS)
    assert [recipe.name for recipe in lunch.recipes] == ["New", "Changed"]
    assert lunch.recipes[1].id == "kept"
    assert lunch.recipes[1].ingredients == ()
    assert gone.discarded
    with pytest.raises(ValidationFailed):
        lunch.change(MealChanges(recipes=(RecipeDraft(RecipeContent(name="x"), "gone"),)), PRODUCTS)


def test_a_meal_has_a_bounded_number_of_recipes() -> None:
    lunch = meal()
    for number in range(MAX_RECIPES):
        lunch.add_recipe(str(number), RecipeContent(name="x"), {})
    with pytest.raises(BusinessRuleError):
        lunch.add_recipe("one too many", RecipeContent(name="x"), {})


def test_events_tell_that_a_meal_changed_once_and_that_it_is_gone() -> None:
    lunch = meal()
    lunch.add_recipe("r", RICE_DISH, PRODUCTS)
    lunch.change(MealChanges(name="Dinner"), {})
    assert lunch.release_events() == (MealChanged("meal"),)
    lunch.delete()
    assert lunch.discarded
    assert lunch.recipes == ()
    assert lunch.release_events() == (MealDeleted("meal"),)


@pytest.mark.parametrize("name", ["nmae", "author_id", "version", "id"])
@pytest.mark.parametrize("kind", [MealChanges, RecipeChanges, ClientChanges, MenuChanges])
def test_only_known_fields_can_be_changed(kind: type, name: str) -> None:
    with pytest.raises(TypeError, match=name):
        kind(**{name: "x"})


def test_what_is_kept_stays_and_none_is_a_value() -> None:
    lunch = meal()
    lunch.change(MealChanges(notes="Warm", description="d", like=False), {})
    lunch.change(MealChanges(notes=None), {})
    assert (lunch.name, lunch.notes, lunch.description, lunch.like) == ("Lunch", None, "d", False)
