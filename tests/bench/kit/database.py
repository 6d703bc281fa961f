"""A database of its own for a run of measurements, on the embedded PostgreSQL."""

import contextlib
import itertools
import os
from collections.abc import AsyncIterator

import asyncpg

from src.contexts.products_catalog.core.bootstrap.container import make_bus
from src.contexts.products_catalog.core.domain.commands import AddProducts
from src.contexts.products_catalog.core.domain.product import Product
from src.contexts.recipes_catalog.core.bootstrap.container import make_bus as make_recipes_bus
from src.contexts.recipes_catalog.core.domain.commands import CopyMeal, CopyRecipe
from src.contexts.recipes_catalog.core.domain.policies import RecipeAccess
from src.contexts.shared_kernel.adapters.database import SessionFactory, create_engine, session_factory
from src.contexts.shared_kernel.sources import new_id
from src.lambdatwin.devtools import local_postgres
from src.migrations.run import upgrade
from src.seed import seed_if_empty
from tests.bench.kit.servers import ROOT

ADMINISTRATOR = "11111111-1111-4111-8111-111111111111"
_PRODUCTS, _MEALS, _RECIPES_OF_A_MEAL = 1000, 60, 3


@contextlib.asynccontextmanager
async def seeded() -> AsyncIterator[str]:
    """The URL of a migrated and seeded database with a thousand products and sixty meals more; dropped at the end."""
    server = local_postgres.start(ROOT / ".local" / "bench-postgres")
    name = f"bench_{os.getpid()}"
    url = server.replace("/postgres?", f"/{name}?") if "?" in server else f"{server.rpartition('/')[0]}/{name}"
    await _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    try:
        await upgrade(url)
        await seed_if_empty(url)
        await _fill(url)
        yield url
    finally:
        await _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def product_ids(url: str) -> list[str]:
    """Ids of all products."""
    connection = await asyncpg.connect(url)
    try:
        return [str(row["id"]) for row in await connection.fetch("SELECT id FROM products_catalog.products")]
    finally:
        await connection.close()


async def _fill(url: str) -> None:
    engine = create_engine(url, pooled=True)
    sessions = session_factory(engine)
    products = [Product(id=new_id(), name=f"Measured product {number}") for number in range(_PRODUCTS)]
    await make_bus(sessions).handle(AddProducts(products=tuple(products)))
    await _copy_meals(sessions)
    await engine.dispose()


async def _copy_meals(sessions: SessionFactory) -> None:
    """Meals of several recipes each, from those that are seeded."""
    bus, access = make_recipes_bus(sessions), RecipeAccess(ADMINISTRATOR, everything=True)
    async with bus.uow_factory() as uow:
        seeded = await uow.meals.query({"sort": "id"})
    recipes = itertools.cycle(recipe.id for meal in seeded for recipe in meal.recipes)
    for _, meal in zip(range(_MEALS), itertools.cycle(seeded)):
        copy = CopyMeal(meal_id=meal.id, access=access)
        await bus.handle(copy)
        for recipe_id in itertools.islice(recipes, _RECIPES_OF_A_MEAL - 1):
            await bus.handle(CopyRecipe(recipe_id=recipe_id, meal_id=copy.copy_id, access=access))


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
