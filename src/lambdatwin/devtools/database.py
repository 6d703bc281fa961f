"""The database of development: migrated, and with the sample data when it is empty."""

import asyncio
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from ..project import DatabaseError, Project
from ..settings import LOCAL_FOLDER, Settings, SettingsError, ignored_database, load_settings
from .local_postgres import bundled, has_ended, start

_FOLDER = LOCAL_FOLDER / "postgres"
_RETRY_SECONDS, _TRIES = 1.0, 5


def prepared(project: Project, settings: Settings, *, seed: bool) -> str | None:
    """The URL of a database at the newest migration; the embedded one unless DATABASE_URL names another.

    None for a backend that needs no database, where DATABASE_URL names none. The embedded one is filled with sample
    data while it is empty, another one only with `seed`.

    Raises `DatabaseError` for a database that does not answer, or that another source has filled.
    """
    if settings.database_url is None and not project.needs_database:
        return None
    if settings.database_url is None and (problem := ignored_database(project.settings_prefix)):
        raise DatabaseError(problem)
    if settings.database_url is None and not (_FOLDER / "PG_VERSION").exists():
        print(f"First start: making a PostgreSQL database in {_FOLDER}, with sample data ...", flush=True)
    url = settings.database_url.get_secret_value() if settings.database_url else start(_FOLDER)
    try:
        embedded = settings.database_url is None
        asyncio.run(_fill(project, url, seed=seed or embedded, quiet=embedded))
        if not embedded and not seed:
            print("No sample data: DATABASE_URL names a database of your own (--seed fills an empty one).")
    except DatabaseError as error:
        if settings.database_url and error.refused:
            raise DatabaseError(f"The database of DATABASE_URL refuses the connection: {error}") from None
        raise DatabaseError(_way_out(settings, str(error))) from None
    except OSError as error:
        raise DatabaseError(f"The database of DATABASE_URL does not answer: {error}") from None
    return url


class Restarts:
    """Starts the embedded database again when it has ended; a database of DATABASE_URL is not ours to start."""

    def __init__(self, project: Project, settings: Settings) -> None:
        self._project, self._settings = project, settings
        self._embedded = project.needs_database and settings.database_url is None
        self._next_try, self._failed = 0.0, 0

    def check(self) -> str | None:
        """Called again and again: what was done, if anything; says once why it can't be."""
        if not self._embedded or time.monotonic() < self._next_try or not has_ended(_FOLDER):
            return None
        try:
            prepared(self._project, self._settings, seed=False)
        except DatabaseError as error:
            self._failed += 1
            if self._failed == _TRIES:  # what it has left behind may take a moment to end
                print(f"The embedded PostgreSQL has ended, and is tried again. {error}", flush=True)
            self._next_try = time.monotonic() + _RETRY_SECONDS
            return None
        self._failed = 0
        return "The embedded PostgreSQL had ended, and was started again."


def open_psql(arguments: Sequence[str], project: Project) -> int:
    """Run psql on the database of the settings, by default the embedded one; its exit code, or 1 when there is none."""
    try:
        settings = load_settings(project.settings_prefix)
        url = settings.database_url.get_secret_value() if settings.database_url else start(_FOLDER)
    except (SettingsError, DatabaseError) as error:
        print(error, file=sys.stderr)
        return 1
    program = shutil.which("psql") or bundled("psql")
    if program is None:
        print("There is no psql on the path: install PostgreSQL's client.", file=sys.stderr)
        return 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for psql, which ends a statement with it
    return subprocess.run([program, re.sub(r"^(\w+)\+\w+:", r"\1:", url), *arguments], check=False).returncode


def _way_out(settings: Settings, reason: str) -> str:
    if settings.database_url:
        return f"The database of DATABASE_URL cannot be brought to this source's schema: {reason}"
    return (
        f"The embedded database in {_FOLDER} does not fit this source: {reason}\n"
        f"It only holds sample data and your experiments: remove the folder {_FOLDER} to begin with a fresh one."
    )


async def _fill(project: Project, url: str, *, seed: bool, quiet: bool) -> None:
    from ..postgres.tables import migrate

    if notice := await migrate(project, url):
        print(notice)
    if seed and not await project.seed(url) and not quiet:
        print("No sample data: the database is not empty.")
