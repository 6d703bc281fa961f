"""The data to start with."""

import asyncio
import os
import subprocess
from pathlib import Path

import asyncpg
import pytest

from src.contexts.products_catalog.core.bootstrap.foods import FOODS
from src.contexts.products_catalog.core.bootstrap.seed import seeded_product_id
from src.contexts.products_catalog.core.internal import get_products
from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from src.contexts.shared_kernel.domain.errors import ApplicationError
from src.seed import seed_if_empty
from tests.support import preloaded

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[3]


async def contents(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT schemaname || '.' || tablename AS name, format('%I.%I', schemaname, tablename) AS quoted"
            " FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        return {
            table["name"]: sorted(row[0] for row in await connection.fetch(f"SELECT t::text FROM {table['quoted']} t"))
            for table in tables
        }
    finally:
        await connection.close()


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_seeding_twice_changes_nothing(database_url: str) -> None:
    assert await seed_if_empty(database_url)
    first = await contents(database_url)
    assert len(first["products_catalog.products"]) == len(FOODS) >= 36
    assert len(first["iam.users"]) == 2
    assert not await seed_if_empty(database_url)
    assert await contents(database_url) == first


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO iam.users VALUES ('u', now(), now(), 1, true)",
        'CREATE TABLE public."An odd ""name" AS SELECT 1 AS n',
    ],
)
async def test_a_database_with_one_row_is_left_alone(database_url: str, statement: str) -> None:
    await execute(database_url, statement)
    before = await contents(database_url)
    assert not await seed_if_empty(database_url)
    assert await contents(database_url) == before


async def test_a_seed_that_fails_leaves_nothing(database_url: str) -> None:
    await execute(database_url, "ALTER TABLE client_onboarding.form_responses ADD CHECK (response_id IS NULL)")
    before = await contents(database_url)
    with pytest.raises(ApplicationError):
        await seed_if_empty(database_url)
    assert await contents(database_url) == before


async def test_processes_at_the_same_moment_seed_once(database_url: str) -> None:
    done = await asyncio.gather(*(seed_if_empty(database_url) for _ in range(4)))
    assert sorted(done) == [False, False, False, True]


async def test_other_contexts_read_products(seeded_database_url: str) -> None:
    engine = create_engine(seeded_database_url, pooled=False)
    banana = seeded_product_id("Banana")
    found = await get_products([banana, "nothing"], session_factory(engine))
    assert list(found) == [banana]
    assert (found[banana].name, found[banana].edible_yield, found[banana].kg_per_unit) == ("Banana", 0.65, 0.12)
    facts = found[banana].nutri_facts
    assert facts is not None
    assert facts.amount("calories") == 90


def run(module: str, url: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    environment["PYTHONWARNINGS"] = "error"
    return preloaded.finished(module, folder=ROOT, environment=environment)


async def test_the_commands(database_url: str) -> None:
    without = await asyncio.to_thread(run, "src.migrations.run", None)
    assert without.returncode == 1
    assert "DATABASE_URL" in without.stderr
    for module in ("src.migrations.run", "src.seed"):
        done = await asyncio.to_thread(run, module, database_url)
        assert (done.returncode, done.stderr) == (0, "")
    assert len((await contents(database_url))["products_catalog.products"]) == len(FOODS)
    again = await asyncio.to_thread(run, "src.seed", database_url)
    assert (again.returncode, again.stderr) == (1, "The database is not empty: nothing was seeded.\n")
