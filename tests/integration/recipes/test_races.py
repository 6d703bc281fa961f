"""A meal that changes while it is being put on a menu."""

import asyncio

import pytest
from sqlalchemy import text

from src.contexts.recipes_catalog.core.adapters.unit_of_work import RecipesUnitOfWork
from src.contexts.recipes_catalog.core.bootstrap.container import make_bus
from src.contexts.recipes_catalog.core.domain.commands import UpdateMeal
from src.contexts.recipes_catalog.core.domain.meal import MealChanges
from src.contexts.recipes_catalog.core.domain.menu import Menu, Slot
from src.contexts.recipes_catalog.core.domain.policies import Access
from src.contexts.shared_kernel.adapters.database import SessionFactory, create_engine, session_factory
from src.contexts.shared_kernel.domain.measures import Weekday
from src.contexts.shared_kernel.sources import new_id
from tests.integration.recipes.kit import NUTRITIONIST, a_client, a_meal, the_client

pytestmark = pytest.mark.usefixtures("database")

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def test_the_menu_shows_the_new_name_all_the_same(database: str) -> None:
    client_id, meal_id = a_client(), a_meal(NUTRITIONIST, name="Before")
    asyncio.run(place_while_it_changes(database, client_id, meal_id))
    assert [one["meal_name"] for one in the_client(client_id)["menus"][0]["meals"]] == ["After"]


async def place_while_it_changes(database: str, client_id: str, meal_id: str) -> None:
    factory = session_factory(create_engine(database, pooled=False))
    menu = Menu(id=new_id(), client_id=client_id, author_id=NUTRITIONIST)
    async with RecipesUnitOfWork(factory) as uow:
        meals = await uow.meals.hold_many([meal_id])
        menu.place((Slot(meal_id, 1, Weekday.MONDAY, "lunch"),), meals)
        await uow.menus.add(menu)
        update = UpdateMeal(meal_id=meal_id, access=Access(NUTRITIONIST), changes=MealChanges(name="After"))
        change = asyncio.create_task(make_bus(factory).handle(update))
        # Until the change is made, or waits for this unit of work as it should.
        while not change.done() and not await somebody_waits(factory):
            pass
        await uow.commit()
    await change


async def somebody_waits(factory: SessionFactory) -> bool:
    # A session of its own: within one transaction the view always says the same.
    async with factory() as session:
        return bool(await session.scalar(WAITING))
