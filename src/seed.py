"""The data to start with, of all contexts: `python -m src.seed` fills the empty database of DATABASE_URL."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy import false, literal, or_, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from src.contexts.client_onboarding.core.bootstrap import seed as client_onboarding
from src.contexts.iam.core.bootstrap import seed as iam
from src.contexts.products_catalog.core.bootstrap import seed as products_catalog
from src.contexts.recipes_catalog.core.bootstrap import seed as recipes_catalog
from src.contexts.shared_kernel.adapters.database import SessionFactory, alone, create_engine

# In this order: recipes name products, everything names users.
_SEEDS: tuple[Callable[[SessionFactory], Awaitable[None]], ...] = (
    iam.seed,
    products_catalog.seed,
    partial(recipes_catalog.seed, product_id=products_catalog.seeded_product_id),
    client_onboarding.seed,
)
_LOCK = 0x5EED
# Those of other programs too.
_TABLES = text(
    "SELECT schemaname, tablename FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'alembic_version'"
    " AND (schemaname, tablename) <> ('lambdatwin', 'schema_version')"
)


async def seed_if_empty(url: str) -> bool:
    """Fill a migrated database of which no table has a row, all or nothing; whether it did.

    A database that holds any row is in use and stays as it is. Two processes at once fill it once.
    """
    engine = create_engine(url, pooled=False, limits=None)
    try:
        async with alone(engine, _LOCK) as connection:
            if not await _is_empty(connection):
                return False
            # Each seed commits a savepoint of the one transaction.
            sessions = async_sessionmaker(
                connection, class_=AsyncSession, join_transaction_mode="create_savepoint", expire_on_commit=False
            )
            for seed in _SEEDS:
                await seed(sessions)
            return True
    finally:
        await engine.dispose()


async def _is_empty(connection: AsyncConnection) -> bool:
    tables = [table(name, schema=schema) for schema, name in await connection.execute(_TABLES)]
    return not await connection.scalar(
        select(or_(false(), *(select(literal(1)).select_from(one).exists() for one in tables)))
    )


if __name__ == "__main__":
    database_url = os.environ.get("DATABASE_URL")
    if not database_url:
        sys.exit("Set DATABASE_URL to the database to seed.")
    if not asyncio.run(seed_if_empty(database_url)):
        sys.exit("The database is not empty: nothing was seeded.")
