"""One function for each command on clients and menus."""

from collections.abc import Mapping, Sequence

from src.contexts.recipes_catalog.core.domain.client import Client
from src.contexts.recipes_catalog.core.domain.client_commands import (
    CreateClient,
    CreateMenu,
    DeleteClient,
    DeleteMenu,
    Placer,
    UpdateClient,
    UpdateMenu,
)
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.recipes_catalog.core.domain.menu import Menu, Slot
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.errors import NotFoundError


async def create_client(command: CreateClient, uow: UnitOfWork) -> None:
    """Store the client."""
    client = Client(id=command.client_id, author_id=command.author_id, profile=command.content["profile"])
    client.change(command.content)
    await uow.clients.add(client)
    await uow.tags.remember(client.tags)


async def update_client(command: UpdateClient, uow: UnitOfWork) -> None:
    """Change the client."""
    client = await uow.clients.get(command.client_id)
    client.require_version(command.version)
    client.change(command.changes)
    await uow.clients.save(client)
    await uow.tags.remember(client.tags)


async def delete_client(command: DeleteClient, uow: UnitOfWork) -> None:
    """Delete the client with all menus."""
    client = await uow.clients.get(command.client_id)
    client.discard()
    await uow.clients.save(client)
    menus = await uow.menus.of_client(client.id)
    await uow.meals.hold_of_menus([menu.id for menu in menus])
    for menu in menus:
        menu.delete()
        await uow.menus.save(menu)


async def create_menu(command: CreateMenu, uow: UnitOfWork) -> None:
    """Write the menu."""
    client = await uow.clients.get(command.client_id)
    menu = Menu(
        id=command.menu_id,
        client_id=client.id,
        author_id=command.placer.user_id,
        description=command.description,
    )
    menu.label(command.labels)
    meals = await _held_meals(command.slots, uow)
    _require_meals_of(command.placer, meals, menu)
    menu.place(command.slots, meals)
    await uow.menus.add(menu)
    await uow.tags.remember(menu.tags)


async def update_menu(command: UpdateMenu, uow: UnitOfWork) -> None:
    """Change the menu."""
    slots: tuple[Slot, ...] = command.changes.get("slots", ())
    meals = await _held_meals(slots, uow)
    menu = await _menu_of(command.client_id, command.menu_id, uow)
    menu.require_version(command.version)
    if "description" in command.changes:
        menu.description = command.changes["description"]
    if "labels" in command.changes:
        menu.label(command.changes["labels"])
    if "slots" in command.changes:
        _require_meals_of(command.placer, meals, menu)
        menu.place(slots, meals)
    await uow.menus.save(menu)
    await uow.tags.remember(menu.tags)


async def delete_menu(command: DeleteMenu, uow: UnitOfWork) -> None:
    """Delete the menu."""
    # Meals before menus, the order in which every command locks them: a meal that changes at the same time waits.
    await uow.meals.hold_of_menus([command.menu_id])
    menu = await _menu_of(command.client_id, command.menu_id, uow)
    menu.delete()
    await uow.menus.save(menu)


async def _menu_of(client_id: str, menu_id: str, uow: UnitOfWork) -> Menu:
    menu = await uow.menus.get(menu_id)
    if menu.client_id != client_id:
        raise NotFoundError("Menu", menu_id)
    return menu


async def _held_meals(slots: Sequence[Slot], uow: UnitOfWork) -> dict[str, Meal]:
    # Held until the menu is stored: a meal that changes in between would find no menu to tell.
    return await uow.meals.hold_many({slot.meal_id for slot in slots}) if slots else {}


def _require_meals_of(placer: Placer, meals: Mapping[str, Meal], menu: Menu) -> None:
    placed_before = {one.meal_id for one in menu.meals}
    foreign = (meal for meal in meals.values() if meal.author_id != placer.user_id and meal.id not in placed_before)
    if not placer.any_meal and any(True for _ in foreign):
        raise PermissionError("The user may not use meals of others.")
