"""The database of development: migrated, and with the sample data when it is empty."""

import asyncio
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence

from ..project import DatabaseError, Project
from ..settings import LOCAL_FOLDER, Settings, SettingsError, load_settings
from .local_postgres import LocalPostgresError, bundled, start

_FOLDER = LOCAL_FOLDER / "postgres"


def prepared(project: Project, settings: Settings, *, seed: bool) -> str | None:
    """The URL of a database at the newest migration; the embedded one unless DATABASE_URL names another.

    None for a backend that needs no database, where DATABASE_URL names none. The embedded one is filled with sample
    data while it is empty, another one only with `seed`.

    Raises `LocalPostgresError` for a database that does not answer, or that another source has filled.
    """
    if settings.database_url is None and not project.needs_database:
        return None
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
            raise LocalPostgresError(f"The database of DATABASE_URL refuses the connection: {error}") from None
        raise LocalPostgresError(_way_out(settings, str(error))) from None
    except OSError as error:
        raise LocalPostgresError(f"The database of DATABASE_URL does not answer: {error}") from None
    return url


def open_psql(arguments: Sequence[str], project: Project) -> int:
    """Run psql on the database of the settings, by default the embedded one; its exit code, or 1 when there is none."""
    try:
        settings = load_settings(project.settings_prefix)
        url = settings.database_url.get_secret_value() if settings.database_url else start(_FOLDER)
    except (SettingsError, LocalPostgresError) as error:
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
