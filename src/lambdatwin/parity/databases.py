"""Two equal databases, one for each runtime, dropped when the run is over."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from ..postgres.tables import add_tables, migrate
from ..project import DatabaseError, Project

type Fill = Callable[[str], Awaitable[None]]


@contextmanager
def clones(url: str, project: Project) -> Iterator[tuple[str, str]]:
    """The URLs of two copies, with the library's tables beside the backend's own. Raises `DatabaseError`.

    PostgreSQL copies a database only while it has no other connection.
    """
    with _two(url, f'TEMPLATE "{_name(url)}"', fill=partial(add_tables, project)) as urls:
        yield urls


@contextmanager
def seeded(server: str, project: Project) -> Iterator[tuple[str, str]]:
    """Two new databases on a server, migrated, with the sample data of the project. Raises `DatabaseError`."""

    async def migrate_and_seed(url: str) -> None:
        await migrate(project, url)
        await project.seed(url)

    with _two(server, "TEMPLATE template0", migrate_and_seed) as urls:
        yield urls


@contextmanager
def _two(url: str, origin: str, fill: Fill) -> Iterator[tuple[str, str]]:
    first, second = (f"parity_{os.getpid()}_{side}" for side in ("lambda", "fastapi"))
    try:
        try:
            asyncio.run(_execute(url, [f'CREATE DATABASE "{first}" {origin}']))
            asyncio.run(_filled(fill, _renamed(url, first)))
            asyncio.run(_execute(url, [f'CREATE DATABASE "{second}" TEMPLATE "{first}"']))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DatabaseError, ValueError) as error:
            raise DatabaseError(f"The databases can't be made: {error}") from error
        yield _renamed(url, first), _renamed(url, second)
    finally:
        _drop(url, (first, second))


async def _filled(fill: Fill, url: str) -> None:
    await fill(url)


def _drop(url: str, names: Sequence[str]) -> None:
    try:
        asyncio.run(_execute(url, [f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in names]))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError):
        # The server is gone, or was never there: what stopped the run says it better.
        return


async def _execute(url: str, statements: Sequence[str]) -> None:
    """Through another database of the server: none is copied or dropped through a connection to itself."""
    connection = await asyncpg.connect(_renamed(url, "postgres" if _name(url) != "postgres" else "template1"))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _name(url: str) -> str:
    name = urlsplit(url).path.lstrip("/")
    if not name or '"' in name:
        raise DatabaseError("the URL names no database")
    return name


def _renamed(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
