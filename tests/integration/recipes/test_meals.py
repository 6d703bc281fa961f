"""Writing, reading, changing, copying and deleting meals."""

import pytest

from src.contexts.recipes_catalog.aws_lambda.meal import (
    copy_meal,
    create_meal,
    delete_meal,
    fetch_meal,
    get_meal_by_id,
    update_meal,
)
from src.contexts.recipes_catalog.aws_lambda.recipe import get_recipe_by_id, rate_recipe
from tests.integration.recipes.kit import (
    AUTHOR,
    BANANA,
    NOBODY,
    NUTRITIONIST,
    OTHER,
    a_client,
    a_meal,
    a_menu,
    a_recipe,
    created,
    delete,
    get,
    post,
    put,
    rice,
    the_meal,
)

pytestmark = pytest.mark.usefixtures("database")

BANANAS = {"name": "Banana", "quantity": 2, "unit": "un", "product_id": BANANA}


def test_a_meal_is_the_sum_of_its_recipes() -> None:
    recipes = [
        {"name": "Rice", "ingredients": [rice(200)]},
        {"name": "Fruit", "ingredients": [BANANAS]},
    ]
    sent = {"tags": [{"key": "type", "value": "lunch"}], "description": "d", "notes": "n", "like": True}
    meal = the_meal(a_meal(recipes=recipes, author_id=OTHER, **sent))

    assert (meal["author_id"], meal["version"], meal["menu_id"]) == (AUTHOR, 1, None)
    assert (meal["description"], meal["notes"], meal["like"]) == ("d", "n", True)
    assert meal["tags"] == [{"key": "type", "value": "lunch", "author_id": AUTHOR, "type": "meal"}]
    assert [recipe["name"] for recipe in meal["recipes"]] == ["Rice", "Fruit"]
    assert {recipe["author_id"] for recipe in meal["recipes"]} == {AUTHOR}
    # 80 g of raw rice and 156 g of banana.
    assert meal["nutri_facts"]["calories"]["value"] == pytest.approx(288 + 140.4)
    assert meal["nutri_facts"]["protein"]["value"] == pytest.approx(5.6 + 1.56)
    assert meal["weight_in_grams"] == pytest.approx(356)
    assert meal["calorie_density"] == pytest.approx(428.4 / 3.56)
    energy = 4 * (80 * 0.79 + 156 * 0.23) + 4 * (5.6 + 1.56) + 9 * 0.8
    assert meal["macro_percentages"]["total_fat"] == pytest.approx(100 * 9 * 0.8 / energy)


def test_a_meal_without_recipes_has_no_nutrition() -> None:
    meal = the_meal(a_meal())
    names = ("nutri_facts", "weight_in_grams", "calorie_density", "macro_percentages")
    assert [meal[name] for name in names] == [None] * 4


def test_changing_a_meal_changes_what_was_sent() -> None:
    meal_id = a_meal(notes="n", description="d")
    changes = {"name": "Dinner", "notes": None, "tags": [{"key": "a", "value": "b"}], "version": 1}
    assert put(update_meal, AUTHOR, changes, meal_id=meal_id).json["meal_id"] == meal_id
    meal = the_meal(meal_id)
    assert (meal["name"], meal["notes"], meal["description"], meal["version"]) == ("Dinner", None, "d", 2)
    assert [(tag["key"], tag["value"]) for tag in meal["tags"]] == [("a", "b")]


def test_the_recipes_of_a_meal_can_be_changed_added_and_removed_at_once() -> None:
    meal_id = a_meal(recipes=[{"name": "Kept", "ingredients": [rice()]}, {"name": "Gone"}, {"name": "Untouched"}])
    kept, gone, untouched = the_meal(meal_id)["recipes"]
    post(rate_recipe, AUTHOR, {"taste": 4, "convenience": 4}, id=kept["id"])
    recipes = [{"name": "New", "ingredients": [BANANAS]}, {**kept, "name": "Changed"}, untouched]
    assert put(update_meal, AUTHOR, {"recipes": recipes}, meal_id=meal_id).status == 200

    meal = the_meal(meal_id)
    assert [recipe["name"] for recipe in meal["recipes"]] == ["New", "Changed", "Untouched"]
    assert [recipe["id"] for recipe in meal["recipes"][1:]] == [kept["id"], untouched["id"]]
    assert meal["recipes"][1]["average_taste_rating"] == 4
    assert meal["recipes"][1]["version"] == 2
    assert meal["nutri_facts"]["calories"]["value"] == pytest.approx(144 + 140.4)
    assert get(get_recipe_by_id, AUTHOR, id=gone["id"]).status == 404
    foreign = {"recipes": [{"id": gone["id"], "name": "x"}]}
    assert put(update_meal, AUTHOR, foreign, meal_id=meal_id).status == 422


def test_a_stale_version_is_a_conflict_and_changes_nothing() -> None:
    meal_id = a_meal()
    assert put(update_meal, AUTHOR, {"name": "First", "version": 1}, meal_id=meal_id).status == 200
    assert put(update_meal, AUTHOR, {"name": "Second", "version": 1}, meal_id=meal_id).status == 409
    # A recipe is a part of the meal.
    a_recipe(meal_id=meal_id)
    assert put(update_meal, AUTHOR, {"name": "Second", "version": 2}, meal_id=meal_id).status == 409
    assert the_meal(meal_id)["name"] == "First"


def test_ids_in_path_and_body_agree() -> None:
    meal_id = a_meal()
    for name in ("id", "meal_id"):
        refused = put(update_meal, AUTHOR, {name: NOBODY, "name": "x"}, meal_id=meal_id)
        assert (refused.status, refused.json["errors"][0]["field"]) == (422, name)
    assert put(update_meal, AUTHOR, {"id": meal_id, "meal_id": meal_id}, meal_id=meal_id).status == 200


def test_a_copy_has_new_ids_and_the_content() -> None:
    meal_id = a_meal(NUTRITIONIST, recipes=[{"name": "Rice", "ingredients": [rice()], "notes": "n"}], like=False)
    menu_id = a_menu(a_client())
    copy_id = created(post(copy_meal, NUTRITIONIST, {"meal_id": meal_id, "menu_id": menu_id}), "meal_id")

    original, copy = the_meal(meal_id, NUTRITIONIST), the_meal(copy_id, NUTRITIONIST)
    assert copy_id != meal_id
    assert (copy["name"], copy["like"], copy["menu_id"]) == ("Lunch", False, menu_id)
    assert copy["nutri_facts"] == original["nutri_facts"]
    (mine,), (theirs,) = copy["recipes"], original["recipes"]
    assert mine["id"] != theirs["id"]
    assert (mine["meal_id"], mine["notes"], mine["ingredients"]) == (copy_id, "n", theirs["ingredients"])


def test_menus_that_do_not_exist_are_refused() -> None:
    meal_id = a_meal()
    assert post(create_meal, AUTHOR, {"name": "x", "menu_id": NOBODY}).status == 422
    assert put(update_meal, AUTHOR, {"menu_id": NOBODY}, meal_id=meal_id).status == 422
    assert post(copy_meal, AUTHOR, {"meal_id": meal_id, "menu_id": NOBODY}).status == 422


def test_a_deleted_meal_is_gone_with_its_recipes() -> None:
    meal_id = a_meal(tags=[{"key": "only", "value": "here"}])
    recipe_id = a_recipe(meal_id=meal_id)
    assert delete(delete_meal, AUTHOR, meal_id=meal_id).json["meal_id"] == meal_id
    assert get(get_meal_by_id, AUTHOR, meal_id=meal_id).status == 404
    assert get(get_recipe_by_id, AUTHOR, id=recipe_id).status == 404
    assert get(fetch_meal, AUTHOR, "tags=only:here").json == []
    assert delete(delete_meal, AUTHOR, meal_id=meal_id).status == 404
    assert put(update_meal, AUTHOR, {"name": "x"}, meal_id=meal_id).status == 404
    assert post(copy_meal, AUTHOR, {"meal_id": meal_id}).status == 404
