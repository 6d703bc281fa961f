"""At 100 000 recipes no list or filter reads a whole table, and none asks once per row."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from src.contexts.recipes_catalog.core.adapters.unit_of_work import RecipesUnitOfWork
from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from src.contexts.shared_kernel.adapters.filters.tags import parse_tags
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.domain.seed_user import SeedRole, SeedUser
from tests.support import postgres

pytestmark = pytest.mark.alone

RECIPES = 100_000
FILL = Path(__file__).with_name("fill.sql")
READER = SeedUser("author-7")
STRANGER = SeedUser("somebody who wrote nothing")
MANAGER = SeedUser(
    "manager",
    frozenset(
        {
            SeedRole(
                "recipe_manager", "recipes_catalog", frozenset({Permission.MANAGE_RECIPES, Permission.MANAGE_CLIENTS})
            )
        }
    ),
)
NOBODY = "11111111-1111-4111-8111-111111111111"

type Ask = Callable[[RecipesUnitOfWork], Awaitable[Any]]

DISHES: tuple[dict[str, Any], ...] = (
    {},
    {"sort": "name"},
    {"sort": "-name", "skip": 200},
    {"sort": "created_at"},
    {"sort": "-calories"},
    {"sort": "calorie_density", "limit": 500},
    {"sort": "id", "limit": 500},
    {"id": NOBODY},
    {"id_not_in": NOBODY},
    {"name": "Arroz 5"},
    {"name_ne": "Arroz 5"},
    {"name_like": "feijao 77"},
    {"name_like": "qx"},
    {"name_not_in": "Arroz 5|Arroz 6"},
    {"author_id": "author-3"},
    {"author_id": "author-3|author-4", "sort": "name"},
    {"author_id_ne": "author-3"},
    {"tags": "cuisine:italian|thai,type:dinner"},
    {"tags": "cuisine:nowhere"},
    {"tags_not_exists": "cuisine:italian"},
    {"tags": "cuisine:italian", "calories_lte": 200, "sort": "calories"},
    {"calories_gte": 100, "calories_lte": 110},
    {"calories_gte": 1e9},
    {"protein_gte": 99.5},
    {"carbohydrate_lte": 1},
    {"total_fat_gte": 49},
    {"weight_in_grams_gte": 100, "weight_in_grams_lte": 101},
    {"calorie_density_lte": 5},
    {"created_at_gte": "2999-01-01"},
    {"updated_at_lte": "1999-01-01", "sort": "name"},
)
ONLY_RECIPES: tuple[dict[str, Any], ...] = (
    {"meal_id": NOBODY},
    {"privacy": "private"},
    {"privacy": "public", "sort": "-average_taste_rating"},
    {"product_id": "00000000-0000-4000-8000-000000000042"},
    {"product_id": NOBODY},
    {"total_time_lte": 1},
    {"total_time_gte": 119, "sort": "total_time"},
    {"total_time": 30},
    {"total_time_is_not": "null"},
    {"average_taste_rating_gte": 4.9},
    {"average_convenience_rating_lte": 0.1, "sort": "-average_convenience_rating"},
)
ONLY_MEALS: tuple[dict[str, Any], ...] = (
    {"menu_id": NOBODY},
    {"menu_id_is_not": "null"},
    {"like": True},
    {"like_is_not": "true"},
)
CLIENTS: tuple[dict[str, Any], ...] = (
    {},
    {"sort": "name"},
    {"sort": "created_at"},
    {"name": "Ana 5"},
    {"name_like": "ana 77"},
    {"author_id": "author-3"},
    {"tags": "goal:strength"},
    {"tags_not_exists": "goal:strength"},
    {"created_at_lte": "1999-01-01"},
)
TAGS: tuple[dict[str, Any], ...] = (
    {},
    {"sort": "value"},
    {"sort": "-updated_at"},
    {"key": "cuisine"},
    {"key": "nothing"},
    {"value": "value 77"},
    {"author_id": "author-3"},
    {"type": "recipe"},
    {"type": "nothing"},
)


@pytest.fixture(scope="module")
def engine(postgres_server: str, migrated_template: str) -> Iterator[AsyncEngine]:
    with postgres.clone(postgres_server, migrated_template) as url:
        made = create_engine(url, pooled=False, limits=None)  # filling the tables takes its time
        asyncio.run(fill(made))
        yield made


async def fill(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in FILL.read_text(encoding="utf-8").split(";\n"):
            await connection.execute(text(statement))


class Statements:
    """Records the SELECTs that are sent to the database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.sent: list[tuple[str, Any]] = []
        event.listen(engine.sync_engine, "before_cursor_execute", self._record)

    def _record(self, _: Connection, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT"):
            self.sent.append((statement, parameters))


def visible(user: SeedUser, asked: dict[str, Any]) -> Ask:
    return lambda uow: uow.recipes.query_visible(user, asked)


def to_buy(user: SeedUser, asked: dict[str, Any]) -> Ask:
    return lambda uow: uow.recipes.query_to_buy(user, asked)


def meals_of(author: str | None, asked: dict[str, Any]) -> Ask:
    return lambda uow: uow.meals.query_of(author, asked)


def clients_of(author: str | None, asked: dict[str, Any]) -> Ask:
    return lambda uow: uow.clients.query_of(author, asked)


def tags(user: SeedUser, asked: dict[str, Any]) -> Ask:
    return lambda uow: uow.tags.query_visible(user, asked)


MENUS: tuple[Ask, ...] = (
    lambda uow: uow.menus.of_client(NOBODY),
    lambda uow: uow.menus.ids_of_clients([NOBODY]),
    lambda uow: uow.menus.hold_with_meal(NOBODY),
)


@pytest.mark.parametrize("user", [READER, STRANGER, MANAGER], ids=lambda user: user.id)
def test_recipes(engine: AsyncEngine, user: SeedUser) -> None:
    report(engine, f"recipes of {user.id}", [visible(user, asked) for asked in (*DISHES, *ONLY_RECIPES)], 1)


@pytest.mark.parametrize("author", ["author-7", None])
def test_meals(engine: AsyncEngine, author: str | None) -> None:
    report(engine, f"meals of {author}", [meals_of(author, asked) for asked in (*DISHES, *ONLY_MEALS)], 2)


def test_meals_by_own_tags(engine: AsyncEngine) -> None:
    own = {"tags": parse_tags("tags", "cuisine:italian", author_id="author-7")}
    report(engine, "meals by own tags", [meals_of("author-7", own)], 2)


@pytest.mark.parametrize("author", ["author-7", None])
def test_clients(engine: AsyncEngine, author: str | None) -> None:
    report(engine, f"clients of {author}", [clients_of(author, asked) for asked in CLIENTS], 1)


def test_menus_and_tags(engine: AsyncEngine) -> None:
    for user in (READER, MANAGER):
        report(engine, f"tags of {user.id}", [tags(user, asked) for asked in TAGS], 1)
    report(engine, "menus", MENUS, 1)


@pytest.mark.parametrize("user", [STRANGER, MANAGER], ids=lambda user: user.id)
def test_shopping(engine: AsyncEngine, user: SeedUser) -> None:
    meal_id, menu_id, recipe_id = asyncio.run(some_ids(engine))
    asked = ({"menu_id": menu_id}, {"meal_id": meal_id}, {"recipe_id": [recipe_id, NOBODY]}, {"menu_id": NOBODY})
    report(engine, f"shopping of {user.id}", [to_buy(user, one) for one in asked], 1)


async def some_ids(engine: AsyncEngine) -> tuple[str, str, str]:
    async with engine.connect() as connection:
        names = ("meals", "menus", "recipes")
        found = [await connection.scalar(text(f"SELECT min(id) FROM recipes_catalog.{name}")) for name in names]
    return found[0], found[1], found[2]


def report(engine: AsyncEngine, what: str, asks: Sequence[Ask], statements: int) -> None:
    slowest = max(asyncio.run(measure(engine, ask, statements)) for ask in asks)
    print(f"{what}: {len(asks)} lists over {RECIPES} recipes without a sequential scan, slowest {slowest:.0f} ms")


async def measure(engine: AsyncEngine, ask: Ask, at_most: int) -> float:
    statements = Statements(engine)
    started = time.perf_counter()
    async with RecipesUnitOfWork(session_factory(engine)) as uow:
        await ask(uow)
    took = (time.perf_counter() - started) * 1000
    sent = list(statements.sent)
    assert len(sent) <= at_most, [statement for statement, _ in sent]
    for statement, parameters in sent:
        assert await scans(engine, statement, parameters) == [], (statement, parameters)
    return took


async def scans(engine: AsyncEngine, statement: str, parameters: Any) -> list[str]:
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        plan = [row[0] for row in await raw.fetch(f"EXPLAIN {statement}", *parameters)]
    return [line.strip() for line in plan if "Seq Scan" in line]
