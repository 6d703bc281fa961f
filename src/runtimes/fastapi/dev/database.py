"""The database of development: migrated, and with the sample data when it is empty."""

import asyncio

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from src.contexts.shared_kernel.domain.errors import ApplicationError
from src.migrations.run import notice, refused_connection, upgrade
from src.runtimes.fastapi.local_postgres import LocalPostgresError, start
from src.runtimes.fastapi.settings import LOCAL_FOLDER, Settings
from src.seed import seed_all

_FOLDER = LOCAL_FOLDER / "postgres"


def prepared(settings: Settings) -> str:
    """The URL of a database at the newest migration; the embedded one unless DATABASE_URL names another.

    Raises `LocalPostgresError` for a database that does not answer, or that another source has filled.
    """
    url = settings.database_url.get_secret_value() if settings.database_url else start(_FOLDER)
    try:
        asyncio.run(_fill(url))
    except (SQLAlchemyError, CommandError, ApplicationError) as error:
        refusal = refused_connection(error) if isinstance(error, SQLAlchemyError) else None
        if settings.database_url and refusal is not None:
            raise LocalPostgresError(f"The database of DATABASE_URL refuses the connection: {refusal}") from None
        # The first line alone: the rest may quote SQL.
        reason = str(error).partition("\n")[0][:300]
        raise LocalPostgresError(_way_out(settings, reason)) from None
    except OSError as error:
        raise LocalPostgresError(f"The database of DATABASE_URL does not answer: {error}") from None
    return url


def _way_out(settings: Settings, reason: str) -> str:
    if settings.database_url:
        return f"The database of DATABASE_URL cannot be brought to this source's schema: {reason}"
    return (
        f"The embedded database in {_FOLDER} does not fit this source: {reason}\n"
        f"It only holds sample data and your experiments: remove the folder {_FOLDER} to begin with a fresh one."
    )


async def _fill(url: str) -> None:
    if newer := await upgrade(url):
        print(notice(newer))
    await seed_all(url)
