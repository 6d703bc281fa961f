"""Menus follow their meals; each function runs in a unit of work of its own."""

from src.contexts.recipes_catalog.core.domain.events import MealChanged, MealDeleted, MenuDeleted
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork


async def update_menus_of_meal(event: MealChanged, uow: UnitOfWork) -> None:
    """Every menu takes over what the meal is now, whatever it was when the event happened."""
    menus = await uow.menus.hold_with_meal(event.meal_id)
    meal = await uow.meals.find(event.meal_id) if menus else None
    if meal is None:
        # Nobody shows it; or it is deleted, of which the other event tells.
        return
    for menu in menus:
        if menu.follow(meal):
            await uow.menus.save(menu)


async def take_meal_off_menus(event: MealDeleted, uow: UnitOfWork) -> None:
    """The meal leaves every menu."""
    for menu in await uow.menus.hold_with_meal(event.meal_id):
        menu.remove_meal(event.meal_id)
        await uow.menus.save(menu)


async def forget_menu(event: MenuDeleted, uow: UnitOfWork) -> None:
    """Meals that were written for the menu stay, without it."""
    await uow.meals.leave_menu(event.menu_id)
