"""Writing, reading, changing, copying, rating and deleting recipes."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from src.contexts.recipes_catalog.aws_lambda.recipe import (
    copy_recipe,
    create_recipe,
    delete_recipe,
    fetch_recipe,
    get_recipe_by_id,
    rate_recipe,
    update_recipe,
)
from src.contexts.recipes_catalog.core.adapters.unit_of_work import RecipesUnitOfWork
from src.contexts.recipes_catalog.core.bootstrap.container import make_bus
from src.contexts.recipes_catalog.core.domain.commands import RateRecipe
from src.contexts.recipes_catalog.core.domain.policies import RecipeAccess
from src.contexts.recipes_catalog.core.domain.recipe import RecipeChanges
from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from tests.integration.recipes.kit import (
    AUTHOR,
    BANANA,
    NOBODY,
    OTHER,
    RECIPE_MANAGER,
    RICE,
    a_meal,
    a_recipe,
    created,
    delete,
    get,
    post,
    put,
    rice,
    the_meal,
    the_recipe,
)

pytestmark = pytest.mark.usefixtures("database")


def test_a_recipe_comes_back_with_what_was_computed() -> None:
    meal_id = a_meal()
    sent = {
        "name": "Rice with banana",
        "instructions": "Cook.",
        "ingredients": [
            {"name": "Banana", "quantity": 2, "unit": "un", "position": 1, "product_id": BANANA, "full_text": "two"},
            {"name": "Rice", "quantity": 100, "unit": "g", "position": 0, "product_id": RICE},
        ],
        "description": "Sweet",
        "utensils": "Pot",
        "total_time": 20,
        "notes": "Warm",
        "tags": [{"key": "cuisine", "value": "thai"}, {"key": "cuisine", "value": "thai"}],
        "privacy": "public",
        "image_url": "https://images.example/rice.png",
    }
    found = the_recipe(a_recipe(meal_id=meal_id, **sent))

    plain = ("name", "instructions", "description", "utensils", "total_time", "notes", "privacy", "image_url")
    assert {name: found[name] for name in plain} == {name: sent[name] for name in plain}
    assert (found["meal_id"], found["author_id"], found["version"]) == (meal_id, AUTHOR, 1)
    assert found["tags"] == [{"key": "cuisine", "value": "thai", "author_id": AUTHOR, "type": "recipe"}]
    assert [(one["name"], one["position"]) for one in found["ingredients"]] == [("Rice", 0), ("Banana", 1)]
    # 40 g of raw rice at 360 kcal, and 156 g of two bananas without peel at 90 kcal, per 100 g.
    assert found["nutri_facts"]["calories"] == {"value": pytest.approx(144 + 140.4), "unit": "kcal"}
    assert found["weight_in_grams"] == pytest.approx(256)
    assert found["calorie_density"] == pytest.approx(284.4 / 2.56)
    assert sum(found["macro_percentages"].values()) == pytest.approx(100)
    assert (found["ratings"], found["average_taste_rating"]) == ([], None)


def test_changing_a_recipe_changes_what_was_sent_and_the_meals_nutrition() -> None:
    meal_id = a_meal()
    recipe_id, neighbour = a_recipe(meal_id=meal_id, notes="Warm", total_time=5), a_recipe(meal_id=meal_id)
    changes = {"ingredients": [rice(200)], "total_time": None, "name": None, "version": 1}
    assert put(update_recipe, AUTHOR, changes, id=recipe_id).json["recipe_id"] == recipe_id

    found = the_recipe(recipe_id)
    assert (found["name"], found["notes"], found["total_time"], found["version"]) == ("Rice", "Warm", None, 2)
    assert found["nutri_facts"]["calories"]["value"] == pytest.approx(288)
    assert found["updated_at"] > found["created_at"]
    meal = the_meal(meal_id)
    assert meal["nutri_facts"]["calories"]["value"] == pytest.approx(288 + 144)
    assert meal["weight_in_grams"] == pytest.approx(300)
    assert the_recipe(neighbour)["version"] == 1


def test_what_is_read_can_be_sent_back() -> None:
    recipe_id = a_recipe(tags=[{"key": "a", "value": "b"}])
    before = the_recipe(recipe_id)
    assert put(update_recipe, AUTHOR, before, id=recipe_id).status == 200
    after = the_recipe(recipe_id)
    changing = {"version", "updated_at"}
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }


def test_a_stale_version_is_a_conflict_and_changes_nothing() -> None:
    recipe_id = a_recipe()
    assert put(update_recipe, AUTHOR, {"name": "First", "version": 1}, id=recipe_id).status == 200
    stale = put(update_recipe, AUTHOR, {"name": "Second", "version": 1}, id=recipe_id)
    assert (stale.status, stale.json["error_type"]) == (409, "conflict_error")
    assert the_recipe(recipe_id)["name"] == "First"


def test_ids_in_path_and_body_agree() -> None:
    recipe_id, meal_id = a_recipe(), a_meal()
    assert put(update_recipe, AUTHOR, {"id": NOBODY}, id=recipe_id).status == 422
    assert put(update_recipe, AUTHOR, {"meal_id": meal_id}, id=recipe_id).status == 400
    assert put(update_recipe, AUTHOR, {"id": recipe_id}, id=recipe_id).status == 200
    rating = {"taste": 1, "convenience": 1}
    assert post(rate_recipe, AUTHOR, {**rating, "recipe_id": NOBODY}, id=recipe_id).status == 422
    assert post(rate_recipe, AUTHOR, {**rating, "recipe_id": recipe_id}, id=recipe_id).status == 200


def test_a_deleted_recipe_is_gone_everywhere() -> None:
    meal_id = a_meal()
    recipe_id, kept = a_recipe(meal_id=meal_id), a_recipe(meal_id=meal_id)
    assert delete(delete_recipe, AUTHOR, id=recipe_id).status == 200
    assert get(get_recipe_by_id, AUTHOR, id=recipe_id).status == 404
    assert [recipe["id"] for recipe in the_meal(meal_id)["recipes"]] == [kept]
    assert [recipe["id"] for recipe in get(fetch_recipe, AUTHOR, f"meal_id={meal_id}").json] == [kept]
    for answer in (
        delete(delete_recipe, AUTHOR, id=recipe_id),
        put(update_recipe, AUTHOR, {}, id=recipe_id),
        post(rate_recipe, AUTHOR, {"taste": 1, "convenience": 1}, id=recipe_id),
        post(copy_recipe, AUTHOR, {"recipe_id": recipe_id, "meal_id": meal_id}),
    ):
        assert (answer.status, answer.json["error_type"]) == (404, "not_found_error")


def test_a_copy_has_a_new_id_the_content_and_no_ratings() -> None:
    recipe_id = a_recipe(OTHER, privacy="public", tags=[{"key": "cuisine", "value": "thai"}], total_time=7)
    post(rate_recipe, AUTHOR, {"taste": 5, "convenience": 5}, id=recipe_id)
    target = a_meal(AUTHOR)
    copy_id = created(post(copy_recipe, AUTHOR, {"recipe_id": recipe_id, "meal_id": target}), "recipe_id")

    original, copy = the_recipe(recipe_id), the_recipe(copy_id)
    assert copy_id != recipe_id
    same = ("name", "instructions", "ingredients", "total_time", "privacy", "nutri_facts", "weight_in_grams")
    assert {name: copy[name] for name in same} == {name: original[name] for name in same}
    assert (copy["meal_id"], copy["author_id"], copy["ratings"]) == (target, AUTHOR, [])
    assert [tag["author_id"] for tag in copy["tags"]] == [AUTHOR]
    assert len(original["ratings"]) == 1


def test_rating_again_replaces_and_averages_follow() -> None:
    recipe_id = a_recipe(privacy="public")
    for user, taste in ((AUTHOR, 5), (OTHER, 1), (AUTHOR, 2)):
        answer = post(rate_recipe, user, {"taste": taste, "convenience": 4, "user_id": NOBODY}, id=recipe_id)
        assert answer.status == 200
    found = the_recipe(recipe_id)
    assert {one["user_id"]: one["taste"] for one in found["ratings"]} == {AUTHOR: 2, OTHER: 1}
    assert {one["recipe_id"] for one in found["ratings"]} == {recipe_id}
    assert (found["average_taste_rating"], found["average_convenience_rating"]) == (1.5, 4)
    # Who edits the recipe has missed nothing of it.
    assert found["version"] == 1
    rated = get(fetch_recipe, AUTHOR, f"average_taste_rating_gte=1.5&average_taste_rating_lte=1.5&id={recipe_id}")
    assert [one["id"] for one in rated.json] == [recipe_id]


@pytest.mark.parametrize("points", [-1, 6, 2.5, "x", None])
def test_a_rating_is_an_integer_between_0_and_5(points: object) -> None:
    recipe_id = a_recipe()
    answer = post(rate_recipe, AUTHOR, {"taste": points, "convenience": 1}, id=recipe_id)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, "rating.taste")


def test_no_rating_is_lost_when_many_rate_at_once() -> None:
    recipe_id = a_recipe(privacy="public")
    users = (AUTHOR, OTHER, RECIPE_MANAGER)
    with ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(lambda user: post(rate_recipe, user, {"taste": 3, "convenience": 3}, id=recipe_id), users)
        )
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert {one["user_id"] for one in the_recipe(recipe_id)["ratings"]} == set(users)


def test_a_rating_survives_the_edit_that_began_before_it(database: str) -> None:
    recipe_id = a_recipe(privacy="public")

    async def edit_while_somebody_rates() -> None:
        factory = session_factory(create_engine(database, pooled=False))
        async with RecipesUnitOfWork(factory) as uow:
            meal = await uow.meals.get((await uow.recipes.get(recipe_id)).meal_id)
            rating = RateRecipe(recipe_id=recipe_id, access=RecipeAccess(OTHER), taste=5, convenience=5)
            await make_bus(factory).handle(rating)
            meal.change_recipe(recipe_id, RecipeChanges(name="Edited"), {})
            await uow.meals.save(meal)
            await uow.commit()

    asyncio.run(edit_while_somebody_rates())
    found = the_recipe(recipe_id)
    assert (found["name"], found["average_taste_rating"], len(found["ratings"])) == ("Edited", 5, 1)


@pytest.mark.parametrize(
    ("ingredients", "field"),
    [
        ([{**rice(), "position": 1}], "ingredients"),
        ([rice(), {**rice(), "position": 0}], "ingredients"),
        ([{**rice(), "product_id": NOBODY}], "ingredients.0.product_id"),
        ([{**rice(), "unit": "kcal"}], "ingredients.0.unit"),
        ([{**rice(), "quantity": -1}], "ingredients.0.quantity"),
        ([rice()] * 101, "ingredients"),
    ],
)
def test_ingredients_that_are_not_acceptable(ingredients: list[object], field: str) -> None:
    answer = post(create_recipe, AUTHOR, {"meal_id": a_meal(), "name": "x", "ingredients": ingredients})
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


def test_what_does_not_exist_is_not_found() -> None:
    assert post(create_recipe, AUTHOR, {"meal_id": NOBODY, "name": "x"}).status == 404
    assert get(get_recipe_by_id, AUTHOR, id=NOBODY).status == 404
    assert get(get_recipe_by_id, AUTHOR, id="no uuid at all").status == 404
    assert post(copy_recipe, AUTHOR, {"recipe_id": a_recipe(), "meal_id": NOBODY}).status == 404
