"""Menus follow their meals and meals their menus, in the transaction of the command that changed one of them."""

from src.contexts.recipes_catalog.core.domain.events import MealChanged, MealDeleted, MenuDeleted
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork


async def update_menus_of_meal(event: MealChanged, uow: UnitOfWork) -> None:
    """Every menu takes over the meal's present name and nutrition."""
    menus = await uow.menus.hold_with_meal(event.meal_id)
    meal = await uow.meals.find(event.meal_id) if menus else None
    if meal is None:
        # No menu shows the meal; or it was deleted, and the other event says so.
        return
    for menu in menus:
        if menu.follow(meal):
            await uow.menus.save_copies(menu)


async def take_meal_off_menus(event: MealDeleted, uow: UnitOfWork) -> None:
    """The meal leaves every menu."""
    for menu in await uow.menus.hold_with_meal(event.meal_id):
        menu.remove_meal(event.meal_id)
        await uow.menus.save_copies(menu)


async def forget_menu(event: MenuDeleted, uow: UnitOfWork) -> None:
    """Meals that were written for the menu stay, without it."""
    await uow.meals.leave_menu(event.menu_id)
