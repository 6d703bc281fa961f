"""What readers are shown and what senders may leave out."""

import pytest
from pydantic import ValidationError

from src.contexts.recipes_catalog.core.adapters.api_schemas.meal import ApiMeal
from src.contexts.recipes_catalog.core.adapters.api_schemas.meal_requests import ApiUpdateMeal
from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe_requests import ApiCreateRecipe, ApiRecipeChanges
from src.contexts.recipes_catalog.core.domain.commands import UpdateMeal
from src.contexts.recipes_catalog.core.domain.ingredient import in_order
from src.contexts.recipes_catalog.core.domain.meal import MealChanges
from src.contexts.recipes_catalog.core.domain.policies import Access, RecipeAccess, recipe_access
from src.contexts.shared_kernel.domain.errors import ValidationFailed
from src.contexts.shared_kernel.domain.measures import Privacy
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedRole, SeedUser
from tests.unit.recipes.kit import PRODUCTS, RICE, G, content, ingredient, meal

MEAL_ID = "cccccccc-0000-4000-8000-000000000001"


def user(user_id: str, *permissions: Permission) -> SeedUser:
    role = SeedRole("role", "recipes_catalog", frozenset(permissions))
    return SeedUser(user_id, frozenset({role}))


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        (user("ana"), True),
        (user("bob"), False),
        (user("bob", Permission.MANAGE_MEALS), False),
        (user("bob", Permission.MANAGE_RECIPES), True),
    ],
)
def test_a_private_recipe_is_its_authors_and_the_managers(reader: SeedUser, seen: bool) -> None:
    lunch = meal("ana")
    recipe = lunch.add_recipe("r", content(ingredient(RICE, 100, G)), PRODUCTS)
    assert recipe_access(reader).may_see(recipe) is seen
    shown = ApiMeal.from_domain(lunch, reader)
    assert [one.id for one in shown.recipes] == (["r"] if seen else [])
    # The sums are the meal's, and count what is not shown.
    assert shown.weight_in_grams == pytest.approx(100)
    recipe.privacy = Privacy.PUBLIC
    assert recipe_access(reader).may_see(recipe)


def test_only_what_was_sent_is_a_change() -> None:
    def command(**sent: object) -> UpdateMeal:
        return ApiUpdateMeal.model_validate(sent).to_domain("m", Access("u"))

    assert command(author_id="x", nutri_facts={}).changes == MealChanges()
    assert command(name=None, notes=None, tags=None, like=None).changes == MealChanges(notes=None, like=None)
    assert (command(version=3).version, command().access) == (3, Access("u"))


def create(*positions: int | None) -> ApiCreateRecipe:
    lines = [{"name": str(place), "quantity": 1, "unit": "g"} for place in range(len(positions))]
    for line, position in zip(lines, positions, strict=True):
        line.update({} if position is None else {"position": position})
    return ApiCreateRecipe.model_validate({"meal_id": MEAL_ID, "name": "x", "ingredients": lines})


def test_without_positions_the_order_counts() -> None:
    ordered = in_order(create(None, None, None).to_domain(RecipeAccess("u")).content.ingredients)
    assert [(one.name, one.position) for one in ordered] == [("0", 0), ("1", 1), ("2", 2)]
    ordered = in_order(create(2, 0, 1).to_domain(RecipeAccess("u")).content.ingredients)
    assert [one.name for one in ordered] == ["1", "2", "0"]
    with pytest.raises(ValidationFailed):
        in_order(create(0, None).to_domain(RecipeAccess("u")).content.ingredients)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.5, 1_000_001, "many", None])
def test_quantities_are_bounded(value: object) -> None:
    with pytest.raises(ValidationError):
        ApiRecipeChanges.model_validate({"ingredients": [{"name": "x", "quantity": value, "unit": "g"}]})
