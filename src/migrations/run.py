"""Bring a database to the newest schema: `python -m src.migrations.run`, or `await upgrade(url)`."""

import asyncio
import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from asyncpg import PostgresError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from src.contexts.shared_kernel.adapters.database import DatabaseUrlError, alone, create_engine

# Any number will do, as long as nothing else in the database takes it.
_LOCK = 5_221_403_117
LOCK_SECONDS = 15


class BrokenChainError(Exception):
    """The files of the migrations do not follow one another; the message says what is wrong."""

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"The migrations in src/migrations/versions are no chain: {error}. Mend revision or down_revision."
        )


async def upgrade(url: str) -> str | None:
    """Run what is missing, in one transaction; a process that starts at the same moment waits, and finds nothing to do.

    A migration takes the time that it takes, but waits at most `LOCK_SECONDS` for a lock, since all who use the table
    wait behind it. Returns the database's revision if that is of a newer source; then nothing is done.

    Raises `BrokenChainError`, and what the connection and the migrations raise.
    """
    engine = create_engine(url, pooled=False, limits=None)
    try:
        async with alone(engine, _LOCK) as connection:
            await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
            return await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def refused_connection(error: SQLAlchemyError) -> str | None:
    """The server's or the driver's reason, where not even a first statement was sent; None for another failure."""
    if isinstance(error, DBAPIError) and error.statement is None and error.orig is not None:
        return str(error.orig).rpartition("'>: ")[2]
    return None


def head() -> str:
    """The newest revision that this source knows."""
    (newest,) = _scripts().get_heads()
    return newest


def is_ready(revision: str | None) -> bool:
    """Whether a database at this revision has all that this source needs: it is at the head, or further."""
    return revision is not None and (revision == head() or _is_of_a_newer_source(revision))


def _is_of_a_newer_source(revision: str | None) -> bool:
    # There is one chain, and migrations are additive: a revision that is not known here comes after the head.
    try:
        return all(script.revision != revision for script in _scripts().walk_revisions())
    except (CommandError, RevisionError, KeyError) as error:
        # Alembic raises a KeyError for a `down_revision` that no file has.
        raise BrokenChainError(error) from error


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def _upgrade(connection: Connection) -> str | None:
    found = MigrationContext.configure(connection).get_current_revision()
    unknown = _is_of_a_newer_source(found)  # asked in any case: it finds a broken chain
    if found is not None and unknown:
        return found
    try:
        command.upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise BrokenChainError(error) from error
    return None


def alembic_config(connection: Connection | None = None) -> Config:
    """What Alembic's own commands need to run on an open connection."""
    config = Config()
    config.attributes["connection"] = connection
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def main() -> int:
    """Exit code 0 when the database is at the newest schema or further, 1 with a sentence on stderr when it is not."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        return _refused("Set DATABASE_URL to the database to migrate.")
    try:
        newer = asyncio.run(upgrade(url))
    except (OSError, PostgresError) as error:
        return _refused(
            f"The database that DATABASE_URL names cannot be reached ({error}). Does it run, and is the URL right?"
        )
    except BrokenChainError as error:
        return _refused(str(error))
    except DatabaseUrlError as error:
        return _refused(f"DATABASE_URL {error}.")
    except SQLAlchemyError as error:
        reason = refused_connection(error)
        if reason is not None:
            return _refused(
                f"The database that DATABASE_URL names refuses the connection ({reason}). "
                "Are its user, password, name and options right?"
            )
        if _is_lock_timeout(error):
            return _refused(
                f"A migration waited for a lock for {LOCK_SECONDS} s and nothing has changed: another transaction "
                f"holds what it changes. Run it again when that has ended. {error}"
            )
        return _refused(f"A migration failed and nothing has changed: {error}")
    if newer is not None:
        print(notice(newer), file=sys.stderr)
    return 0


def notice(newer: str) -> str:
    """What to say of a database at a revision that only a newer source knows."""
    return f"The database is at {newer}, further than this source ({head()}): there is nothing to migrate."


def _is_lock_timeout(error: SQLAlchemyError) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == "55P03"


def _refused(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
