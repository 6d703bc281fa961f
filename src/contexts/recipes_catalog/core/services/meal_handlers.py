"""One function for each command on meals."""

from collections.abc import Iterable

from src.contexts.recipes_catalog.core.domain.commands import CopyMeal, CreateMeal, DeleteMeal, UpdateMeal
from src.contexts.recipes_catalog.core.domain.ingredient import product_ids
from src.contexts.recipes_catalog.core.domain.meal import Meal, RecipeDraft
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.changes import changed
from src.contexts.shared_kernel.domain.errors import ValidationFailed


async def create_meal(command: CreateMeal, uow: UnitOfWork) -> None:
    """Write the meal with its recipes."""
    products = await uow.catalogue.get_products(_products_of(command.content.recipes))
    await require_menu(uow, command.content.menu_id)
    meal = Meal(id=command.meal_id, name=command.content.name, author_id=command.author_id)
    meal.change(command.content, products)
    await uow.meals.add(meal)
    await uow.tags.remember(meal.all_tags)


async def update_meal(command: UpdateMeal, uow: UnitOfWork) -> None:
    """Change the meal; only tags that are new are written."""
    products = await uow.catalogue.get_products(_products_of(changed(command.changes.recipes, ())))
    meal = await uow.meals.get(command.meal_id)
    command.access.require(meal)
    meal.require_version(command.version)
    menu_id, known_tags = meal.menu_id, meal.all_tags
    meal.change(command.changes, products)
    if meal.menu_id != menu_id:
        await require_menu(uow, meal.menu_id)
    await uow.meals.save(meal)
    await uow.tags.remember(meal.all_tags - known_tags)


async def delete_meal(command: DeleteMeal, uow: UnitOfWork) -> None:
    """Delete the meal with its recipes."""
    meal = await uow.meals.get(command.meal_id)
    command.access.require(meal)
    meal.delete()
    await uow.meals.save(meal)


async def copy_meal(command: CopyMeal, uow: UnitOfWork) -> None:
    """Write the copy."""
    original = await uow.meals.get(command.meal_id)
    command.access.require(original)
    await require_menu(uow, command.menu_id)
    copy = original.copy(command.copy_id, command.access.user_id, command.menu_id)
    await uow.meals.add(copy)
    await uow.tags.remember(copy.all_tags)


async def require_menu(uow: UnitOfWork, menu_id: str | None) -> None:
    """Raise unless the menu exists; None is no menu."""
    if menu_id is not None and await uow.menus.find(menu_id) is None:
        raise ValidationFailed.of("menu_id", "unknown_menu", "There is no such menu.")


def _products_of(drafts: Iterable[RecipeDraft]) -> frozenset[str]:
    return frozenset[str]().union(*(product_ids(draft.content.ingredients) for draft in drafts))
