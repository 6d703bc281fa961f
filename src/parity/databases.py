"""Two clones of one database, one for each runtime, dropped when the run is over."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg


class NoDatabase(Exception):
    """The database can't be cloned; the message says why."""


@contextmanager
def clones(url: str) -> Iterator[tuple[str, str]]:
    """The URLs of two copies. PostgreSQL copies a database only while nobody else is connected to it."""
    names = [f"parity_{os.getpid()}_{side}" for side in ("lambda", "fastapi")]
    try:
        asyncio.run(_create(url, names))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise NoDatabase(f"The database can't be copied: {error}") from error
    try:
        yield _renamed(url, names[0]), _renamed(url, names[1])
    finally:
        asyncio.run(_drop(url, names))


async def _create(url: str, names: list[str]) -> None:
    template = _name(url)
    connection = await asyncpg.connect(_maintenance(url))
    try:
        for name in names:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        await connection.close()


async def _drop(url: str, names: list[str]) -> None:
    connection = await asyncpg.connect(_maintenance(url))
    try:
        for name in names:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


def _name(url: str) -> str:
    name = urlsplit(url).path.lstrip("/")
    if not name or '"' in name:
        raise ValueError("the URL names no database")
    return name


def _renamed(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _maintenance(url: str) -> str:
    """A database can't be copied through a connection to itself."""
    return _renamed(url, "postgres" if _name(url) != "postgres" else "template1")
