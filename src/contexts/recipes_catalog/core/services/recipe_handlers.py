"""One function for each command on recipes; all but ratings go through the meal."""

from src.contexts.recipes_catalog.core.domain.commands import (
    CopyRecipe,
    CreateRecipe,
    DeleteRecipe,
    RateRecipe,
    UpdateRecipe,
)
from src.contexts.recipes_catalog.core.domain.ingredient import product_ids
from src.contexts.recipes_catalog.core.domain.rating import Rating
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.changes import changed
from src.contexts.shared_kernel.domain.errors import BusinessRuleError


async def create_recipe(command: CreateRecipe, uow: UnitOfWork) -> None:
    """Write the recipe into its meal."""
    products = await uow.catalogue.get_products(product_ids(command.content.ingredients))
    meal = await uow.meals.get(command.meal_id)
    command.access.require(meal)
    recipe = meal.add_recipe(command.recipe_id, command.content, products)
    await uow.meals.save(meal)
    await uow.tags.remember(recipe.tags)


async def update_recipe(command: UpdateRecipe, uow: UnitOfWork) -> None:
    """Change the recipe; only tags that are new are written."""
    products = await uow.catalogue.get_products(product_ids(changed(command.changes.ingredients, ())))
    meal = await uow.meals.of_recipe(command.recipe_id)
    recipe = meal.recipe(command.recipe_id)
    command.access.require(recipe)
    if command.meal_id not in (None, meal.id):
        raise BusinessRuleError("A recipe can't move to another meal; copy it.")
    recipe.require_version(command.version)
    known_tags = frozenset(recipe.tags)
    meal.change_recipe(command.recipe_id, command.changes, products)
    await uow.meals.save(meal)
    await uow.tags.remember(frozenset(recipe.tags) - known_tags)


async def delete_recipe(command: DeleteRecipe, uow: UnitOfWork) -> None:
    """Take the recipe out of its meal."""
    meal = await uow.meals.of_recipe(command.recipe_id)
    command.access.require(meal.recipe(command.recipe_id))
    meal.remove_recipe(command.recipe_id)
    await uow.meals.save(meal)


async def copy_recipe(command: CopyRecipe, uow: UnitOfWork) -> None:
    """Write the copy into the target meal."""
    original = await uow.recipes.get(command.recipe_id)
    target = await uow.meals.get(command.meal_id)
    command.access.require_author(target)
    command.access.require_visible(original)
    copy = target.add_copy(command.copy_id, original)
    await uow.meals.save(target)
    await uow.tags.remember(copy.tags)


async def rate_recipe(command: RateRecipe, uow: UnitOfWork) -> None:
    """Store the user's rating in place of the former one."""
    # Held, so that of two ratings at the same moment neither is missing in the averages.
    recipe = await uow.recipes.hold(command.recipe_id)
    command.access.require_visible(recipe)
    rating = Rating(command.access.user_id, recipe.id, command.taste, command.convenience, command.comment)
    recipe.rate(rating)
    await uow.recipes.save_ratings(recipe)
