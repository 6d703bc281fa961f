"""One function for each command on clients and menus."""

from src.contexts.recipes_catalog.core.domain.client import Client
from src.contexts.recipes_catalog.core.domain.client_commands import (
    CreateClient,
    CreateMenu,
    DeleteClient,
    DeleteMenu,
    UpdateClient,
    UpdateMenu,
)
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.recipes_catalog.core.domain.menu import Menu, MenuChanges
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.changes import changed
from src.contexts.shared_kernel.domain.errors import NotFoundError


async def create_client(command: CreateClient, uow: UnitOfWork) -> None:
    """Store the client."""
    client = Client(id=command.client_id, author_id=command.author_id, profile=command.content.profile)
    client.change(command.content)
    await uow.clients.add(client)
    await uow.tags.remember(client.tags)


async def update_client(command: UpdateClient, uow: UnitOfWork) -> None:
    """Change the client; only tags that are new are written."""
    client = await uow.clients.get(command.client_id)
    client.require_version(command.version)
    known_tags = frozenset(client.tags)
    client.change(command.changes)
    await uow.clients.save(client)
    await uow.tags.remember(frozenset(client.tags) - known_tags)


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
    menu = Menu(id=command.menu_id, client_id=client.id, author_id=command.placer.user_id)
    meals = await _held_meals(command.content, uow)
    command.placer.require_meals(meals.values(), menu)
    menu.change(command.content, meals)
    await uow.menus.add(menu)
    await uow.tags.remember(menu.tags)


async def update_menu(command: UpdateMenu, uow: UnitOfWork) -> None:
    """Change the menu; only tags that are new are written."""
    # Meals before menus, the order in which every command locks them.
    meals = await _held_meals(command.changes, uow)
    menu = await _menu_of(command.client_id, command.menu_id, uow)
    menu.require_version(command.version)
    command.placer.require_meals(meals.values(), menu)
    known_tags = frozenset(menu.tags)
    menu.change(command.changes, meals)
    await uow.menus.save(menu)
    await uow.tags.remember(frozenset(menu.tags) - known_tags)


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


async def _held_meals(changes: MenuChanges, uow: UnitOfWork) -> dict[str, Meal]:
    wanted = {slot.meal_id for slot in changed(changes.slots, ())}
    # Held until the menu is stored: a meal that changes in between would find no menu to tell.
    return await uow.meals.hold_many(wanted) if wanted else {}
