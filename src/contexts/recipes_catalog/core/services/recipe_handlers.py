"""One function for each command on recipes; all but ratings go through the meal."""

from src.contexts.recipes_catalog.core.domain.commands import (
    CopyRecipe,
    CreateRecipe,
    DeleteRecipe,
    RateRecipe,
    UpdateRecipe,
)
from src.contexts.recipes_catalog.core.domain.ingredient import product_ids
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.recipes_catalog.core.domain.rating import Rating
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork


async def create_recipe(command: CreateRecipe, uow: UnitOfWork) -> None:
    """Write the recipe into its meal."""
    products = await uow.catalogue.get_products(product_ids(command.content.ingredients))
    meal = await uow.meals.get(command.meal_id)
    recipe = meal.add_recipe(command.recipe_id, command.content, products)
    await uow.meals.save(meal)
    await uow.tags.remember(recipe.tags)


async def update_recipe(command: UpdateRecipe, uow: UnitOfWork) -> None:
    """Change the recipe."""
    products = await uow.catalogue.get_products(product_ids(command.changes.get("ingredients", ())))
    meal = await _meal_of(command.recipe_id, uow)
    recipe = meal.recipe(command.recipe_id)
    recipe.require_version(command.version)
    meal.change_recipe(command.recipe_id, command.changes, products)
    await uow.meals.save(meal)
    await uow.tags.remember(recipe.tags)


async def delete_recipe(command: DeleteRecipe, uow: UnitOfWork) -> None:
    """Take the recipe out of its meal."""
    meal = await _meal_of(command.recipe_id, uow)
    meal.remove_recipe(command.recipe_id)
    await uow.meals.save(meal)


async def copy_recipe(command: CopyRecipe, uow: UnitOfWork) -> None:
    """Write the copy into the target meal."""
    original = (await _meal_of(command.recipe_id, uow)).recipe(command.recipe_id)
    target = await uow.meals.get(command.meal_id)
    copy = target.add_copy(command.copy_id, original)
    await uow.meals.save(target)
    await uow.tags.remember(copy.tags)


async def rate_recipe(command: RateRecipe, uow: UnitOfWork) -> None:
    """Store the user's rating in place of his former one."""
    # Held, so that of two ratings at the same moment neither is missing in the averages.
    recipe = await uow.recipes.hold(command.recipe_id)
    recipe.rate(
        Rating(command.user_id, command.recipe_id, command.taste, command.convenience, command.comment),
    )
    await uow.recipes.save_ratings(recipe)


async def _meal_of(recipe_id: str, uow: UnitOfWork) -> Meal:
    recipe = await uow.recipes.get(recipe_id)
    return await uow.meals.get(recipe.meal_id)
