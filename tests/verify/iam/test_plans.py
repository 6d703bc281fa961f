"""At 100 000 users no list of users reads a whole table, and none asks once per user."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncEngine

from src.contexts.iam.core.adapters.unit_of_work import IamUnitOfWork
from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from tests.support import postgres

pytestmark = pytest.mark.alone

USERS = 100_000
FILL = """
INSERT INTO iam.users (id, created_at, updated_at, version, discarded)
SELECT 'user-' || n, now() - n * interval '1 minute', now() - n % 5000 * interval '1 hour', 1, false
FROM generate_series(1, :count) n
"""
FILL_ROLES = """
INSERT INTO iam.user_roles (user_id, context, name)
SELECT 'user-' || n, context, CASE WHEN n % 1000 = 0 THEN 'auditor' ELSE 'user' END
FROM generate_series(1, :count) n, unnest(ARRAY['iam', 'products_catalog', 'recipes_catalog']) context
"""
ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"sort": "created_at"},
    {"sort": "-id", "skip": 1000},
    {"id": "user-7"},
    {"id": "user-7|user-8"},
    {"id_ne": "user-7"},
    {"id_not_in": "user-7|user-8", "sort": "id"},
    {"created_at_gte": "2999-01-01"},
    {"created_at_lte": "2026-01-01", "limit": 500},
)


@pytest.fixture(scope="module")
def engine(postgres_server: str, migrated_template: str) -> Iterator[AsyncEngine]:
    with postgres.clone(postgres_server, migrated_template) as url:
        made = create_engine(url, pooled=False, limits=None)  # filling the tables takes its time
        asyncio.run(fill(made))
        yield made


async def fill(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(FILL), {"count": USERS})
        await connection.execute(text(FILL_ROLES), {"count": USERS})
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))


def test_no_list_of_users_scans_a_table(engine: AsyncEngine) -> None:
    sent: list[tuple[str, Any]] = []

    def record(_: Connection, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    async def measure(ask: Any) -> float:
        sent.clear()
        started = time.perf_counter()
        async with IamUnitOfWork(session_factory(engine)) as uow:
            await ask(uow)
        took = (time.perf_counter() - started) * 1000
        assert len(sent) <= 2  # the users, and the roles of all of them
        for statement, parameters in tuple(sent):
            assert await scans(engine, statement, parameters) == [], statement
        return took

    async def measure_all() -> float:
        lists = [await measure(lambda uow, asked=asked: uow.users.query(asked)) for asked in ASKED]
        return max(*lists, await measure(lambda uow: uow.users.seed_user("user-500", "iam")))

    event.listen(engine.sync_engine, "before_cursor_execute", record)
    slowest = asyncio.run(measure_all())
    print(f"iam: {len(ASKED)} lists over {USERS} users without a sequential scan, slowest {slowest:.0f} ms")


async def scans(engine: AsyncEngine, statement: str, parameters: Any) -> list[str]:
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        plan = [row[0] for row in await raw.fetch(f"EXPLAIN {statement}", *parameters)]
    return [line.strip() for line in plan if "Seq Scan on user" in line]
