"""Connections to PostgreSQL of an app: a pool that its handlers share, and a few connections of the library's own."""

import asyncio
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import QueuePool

if TYPE_CHECKING:
    from ..project import Project

type SessionFactory = Callable[..., AsyncSession]

# SQLAlchemy wraps what a statement raises, but passes on what asyncpg raises while a connection is being opened: too
# many clients, a server that starts or stops, a handshake cut short. TimeoutError is an OSError.
DATABASE_ERRORS = (
    SQLAlchemyError,
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncio.IncompleteReadError,
)
_OWN_CONNECTIONS = 2  # for each purpose of the library's own
_CONNECT_SECONDS = 5.0
_CLOSE_SECONDS = 2.0
# Options of a URL that SQLAlchemy and asyncpg take as they are. What libpq calls ssl... asyncpg reads in a DSN only;
# what else libpq or a pooler understands would be refused as an unknown setting of the server.
_TAKEN = frozenset({"host", "port", "ssl", "target_session_attrs", "prepared_statement_cache_size"})


class Database:
    """Owns the engines of an app. Nothing connects before the first query.

    Readiness, revocations and token refreshes have connections of their own: handlers that wait for one another must
    not make a process look dead or keep it from reading revocations, nor may refreshes.
    """

    def __init__(self, project: "Project", url: str, *, size: int, wait: float) -> None:
        # Both read a folder that does not change while the process runs.
        self._schema_head, self._serves_schema = cache(project.schema_head), lru_cache(maxsize=8)(project.serves_schema)
        self._engines = [project.engine(url, size=most, wait=wait) for most in (size, *[_OWN_CONNECTIONS] * 3)]
        self.engine, self._health, *rest = self._engines
        self.sessions = session_factory(self.engine)
        self.revocation_sessions, self.refresh_sessions = map(session_factory, rest)

    def pool(self) -> QueuePool:
        return cast(QueuePool, self.engine.sync_engine.pool)

    async def close(self) -> None:
        """Close all connections; terminate those whose server does not answer within two seconds."""
        await asyncio.gather(*map(_close, self._engines))

    async def check_database(self) -> str | None:
        """None when a query succeeds."""
        return "unreachable" if await self.scalar("SELECT 1") is None else None

    async def check_migrations(self) -> str | None:
        """None when the database is at this source's newest migration, or further."""
        newest = await asyncio.to_thread(self._schema_head)
        if newest is None:
            return None
        found = await self.scalar("SELECT version_num FROM alembic_version")
        ready = await asyncio.to_thread(self._serves_schema, found)
        return None if ready else f"at {found}, expected {newest}"

    async def scalar(self, statement: str) -> Any:
        """The first value of a statement's first row; None without one, or when the statement fails."""
        try:
            async with self._health.connect() as connection:
                return await connection.scalar(text(statement))
        except (SQLAlchemyError, OSError):
            return None


async def _close(engine: AsyncEngine) -> None:
    pool: Any = engine.sync_engine.pool
    if await _disposed(engine, _CLOSE_SECONDS):
        return
    # They died together as a rule. Each try ends one: its driver aborts a connection when closing it is cancelled.
    for _ in range(pool.checkedin()):
        if await _disposed(engine, 0):
            return


async def _disposed(engine: AsyncEngine, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await engine.dispose()
    except TimeoutError:
        return False
    return True


def session_factory(engine: AsyncEngine) -> SessionFactory:
    """Sessions that keep what they read after a commit."""
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False)


def create_engine(url: str, *, size: int, wait: float) -> AsyncEngine:
    """An asyncpg engine for a `postgres://` or `postgresql://` URL; see `Project.engine`."""
    parts, arguments = urlsplit(url), dict[str, Any](timeout=_CONNECT_SECONDS)
    query = parse_qsl(parts.query)
    driver = parts._replace(
        scheme="postgresql+asyncpg", query=urlencode([(name, value) for name, value in query if name in _TAKEN])
    ).geturl()
    secured = [(name, value) for name, value in query if name.startswith("ssl") and name not in _TAKEN]
    if secured:
        arguments["dsn"] = f"postgresql://?{urlencode(secured)}"
    # A connection over the size is closed when it comes back: under load every second request would open one anew.
    return create_async_engine(
        driver,
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=arguments,
    )
