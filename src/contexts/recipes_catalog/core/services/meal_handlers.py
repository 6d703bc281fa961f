"""One function for each command on meals."""

from collections.abc import Iterable

from src.contexts.recipes_catalog.core.domain.commands import CopyMeal, CreateMeal, DeleteMeal, UpdateMeal
from src.contexts.recipes_catalog.core.domain.ingredient import product_ids
from src.contexts.recipes_catalog.core.domain.meal import Meal, RecipeDraft
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.errors import ValidationFailed
from src.contexts.shared_kernel.domain.tag import Tag


async def create_meal(command: CreateMeal, uow: UnitOfWork) -> None:
    """Write the meal with its recipes."""
    products = await uow.catalogue.get_products(_products_of(command.content.get("recipes", ())))
    await require_menu(uow, command.content.get("menu_id"))
    meal = Meal(id=command.meal_id, name=command.content["name"], author_id=command.author_id)
    meal.change(command.content, products)
    await uow.meals.add(meal)
    await uow.tags.remember(tags_in(meal))


async def update_meal(command: UpdateMeal, uow: UnitOfWork) -> None:
    """Change the meal."""
    products = await uow.catalogue.get_products(_products_of(command.changes.get("recipes", ())))
    meal = await uow.meals.get(command.meal_id)
    meal.require_version(command.version)
    if command.changes.get("menu_id") != meal.menu_id:
        await require_menu(uow, command.changes.get("menu_id"))
    meal.change(command.changes, products)
    await uow.meals.save(meal)
    await uow.tags.remember(tags_in(meal))


async def delete_meal(command: DeleteMeal, uow: UnitOfWork) -> None:
    """Delete the meal with its recipes."""
    meal = await uow.meals.get(command.meal_id)
    meal.delete()
    await uow.meals.save(meal)


async def copy_meal(command: CopyMeal, uow: UnitOfWork) -> None:
    """Write the copy."""
    original = await uow.meals.get(command.meal_id)
    await require_menu(uow, command.menu_id)
    copy = original.copy(command.copy_id, command.author_id, command.menu_id)
    await uow.meals.add(copy)
    await uow.tags.remember(tags_in(copy))


async def require_menu(uow: UnitOfWork, menu_id: str | None) -> None:
    """Raise unless the menu exists; None is no menu."""
    if menu_id is not None and await uow.menus.find(menu_id) is None:
        raise ValidationFailed.of("menu_id", "unknown_menu", "There is no such menu.")


def tags_in(meal: Meal) -> tuple[Tag, ...]:
    """The tags of the meal and of its recipes."""
    return (*meal.tags, *(tag for recipe in meal.recipes for tag in recipe.tags))


def _products_of(drafts: Iterable[RecipeDraft]) -> frozenset[str]:
    return frozenset[str]().union(*(product_ids(draft.content.ingredients) for draft in drafts))
