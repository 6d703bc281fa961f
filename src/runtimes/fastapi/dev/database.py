"""The database of development: migrated, and with the sample data when it is empty."""

import asyncio

from src.migrations.run import upgrade
from src.runtimes.fastapi.local_postgres import start
from src.runtimes.fastapi.settings import LOCAL_FOLDER, Settings
from src.seed import seed_all


def prepared(settings: Settings) -> str:
    """The URL of a database at the newest migration; the embedded one unless DATABASE_URL names another."""
    url = settings.database_url.get_secret_value() if settings.database_url else start(LOCAL_FOLDER / "postgres")
    asyncio.run(_fill(url))
    return url


async def _fill(url: str) -> None:
    await upgrade(url)
    await seed_all(url)
