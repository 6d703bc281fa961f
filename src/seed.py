"""The data to start with, of all contexts: `python -m src.seed`."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from src.contexts.client_onboarding.core.bootstrap import seed as client_onboarding
from src.contexts.iam.core.bootstrap import seed as iam
from src.contexts.products_catalog.core.bootstrap import seed as products_catalog
from src.contexts.recipes_catalog.core.bootstrap import seed as recipes_catalog
from src.contexts.shared_kernel.adapters.database import SessionFactory, alone, create_engine, session_factory

# Any number will do, as long as nothing else in the database takes it.
_LOCK = 5_221_403_118

# In this order: recipes name products, everything names users.
_SEEDS: tuple[Callable[[SessionFactory], Awaitable[None]], ...] = (
    iam.seed,
    products_catalog.seed,
    recipes_catalog.seed,
    client_onboarding.seed,
)


async def seed_all(url: str) -> None:
    """Fill a migrated database; doing it twice, also at the same moment, changes nothing."""
    engine = create_engine(url, pooled=False)
    try:
        async with alone(engine, _LOCK):
            for seed in _SEEDS:
                await seed(session_factory(engine))
    finally:
        await engine.dispose()


if __name__ == "__main__":
    database_url = os.environ.get("DATABASE_URL")
    if not database_url:
        sys.exit("Set DATABASE_URL to the database to seed.")
    asyncio.run(seed_all(database_url))
