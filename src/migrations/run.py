"""Bring a database to the newest schema: `python -m src.migrations.run`, or `await upgrade(url)`."""

import asyncio
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from asyncpg import PostgresError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from src.contexts.shared_kernel.adapters.database import DatabaseUrlError, create_engine

# Any number will do, as long as nothing else in the database takes it.
_LOCK = 5_221_403_117


async def upgrade(url: str) -> None:
    """Run what is missing, in one transaction; whoever starts at the same moment waits, and finds nothing to do."""
    engine = create_engine(url, pooled=False)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def refused_connection(error: SQLAlchemyError) -> str | None:
    """The server's or the driver's reason, where not even a first statement was sent; None for another failure."""
    if isinstance(error, DBAPIError) and error.statement is None and error.orig is not None:
        return str(error.orig).rpartition("'>: ")[2]
    return None


def head() -> str:
    """The newest revision that this source knows."""
    (newest,) = ScriptDirectory.from_config(alembic_config()).get_heads()
    return newest


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection | None = None) -> Config:
    """What Alembic's own commands need to run on an open connection."""
    config = Config()
    config.attributes["connection"] = connection
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def main() -> int:
    """Exit code 0 when the database is at the newest schema, 1 with a sentence on stderr when it is as it was."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return _refused("Set DATABASE_URL to the database to migrate.")
    try:
        asyncio.run(upgrade(url))
    except (OSError, PostgresError) as error:
        return _refused(
            f"The database that DATABASE_URL names cannot be reached ({error}). Does it run, and is the URL right?"
        )
    except (CommandError, RevisionError, KeyError) as error:
        # Alembic raises a KeyError for a `down_revision` that no file has.
        return _refused(
            f"The migrations in src/migrations/versions are no chain: {error}. Mend revision or down_revision."
        )
    except DatabaseUrlError as error:
        return _refused(f"DATABASE_URL {error}.")
    except SQLAlchemyError as error:
        reason = refused_connection(error)
        if reason is not None:
            return _refused(
                f"The database that DATABASE_URL names refuses the connection ({reason}). "
                "Are its user, password, name and options right?"
            )
        return _refused(f"A migration failed and nothing has changed: {error}")
    return 0


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
