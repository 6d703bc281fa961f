"""Database connections of an app: a pool that its handlers share, and a few connections of the library's own.

Handlers reach their app's sessions through `AppSessions`, whichever app of the process serves the request.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from .observability.metrics import Pool

type SessionFactory = async_sessionmaker[AsyncSession]

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


class NoCurrentAppError(RuntimeError):
    """A session was asked for outside a request while no app, or more than one, runs in the process."""


class AppSessions:
    """Opens sessions of the app that serves the current request; outside a request, of the only running app."""

    def __init__(self) -> None:
        self._current: ContextVar[SessionFactory | None] = ContextVar("lambdatwin_sessions", default=None)
        self._running: list[SessionFactory] = []
        self._undo: list[Callable[[], None]] = []

    def __call__(self, **options: Any) -> AsyncSession:
        """A new session. Raises `NoCurrentAppError`."""
        return self.factory()(**options)

    def factory(self) -> SessionFactory:
        """The session factory of the current app. Raises `NoCurrentAppError`."""
        current = self._current.get()
        if current is not None:
            return current
        if len(self._running) != 1:
            raise NoCurrentAppError(f"no request is served, and {len(self._running)} apps run in this process")
        return self._running[0]

    @contextmanager
    def used(self, factory: SessionFactory) -> Iterator[None]:
        """Make `factory` the one of the current request while the block runs."""
        token = self._current.set(factory)
        try:
            yield
        finally:
            self._current.reset(token)

    @contextmanager
    def registered(self, factory: SessionFactory, undo: Callable[[], None]) -> Iterator[None]:
        """Register an app's sessions while the block runs; `undo` is called when the last app of the process ends."""
        self._running.append(factory)
        self._undo.append(undo)
        try:
            yield
        finally:
            self._running.remove(factory)
            while not self._running and self._undo:
                self._undo.pop()()


# One for the process: handler modules are shared by all its apps.
APP_SESSIONS = AppSessions()


class Database:
    """Owns the engines of an app. Nothing connects before the first query.

    Readiness, revocations and token refreshes have connections of their own, made by `own(size)`: handlers that wait
    for one another must not make a process look dead or keep it from reading revocations, nor may refreshes.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        own: Callable[[int], AsyncEngine],
        schema_head: Callable[[], str | None],
        serves_schema: Callable[[str | None], bool],
    ) -> None:
        self.engine, self._schema_head, self._serves_schema = engine, schema_head, serves_schema
        self._health, *rest = [own(_OWN_CONNECTIONS) for _ in range(3)]
        self._engines = (engine, self._health, *rest)
        self.sessions = session_factory(engine)
        self.revocation_sessions, self.refresh_sessions = map(session_factory, rest)

    def pool(self) -> Pool:
        """The connection pool of the handlers."""
        pool: Any = self.engine.sync_engine.pool
        return pool  # type: ignore[no-any-return]

    async def close(self) -> None:
        """Close all connections; terminate those whose server does not answer within two seconds."""
        await asyncio.gather(*map(_close, self._engines))

    async def check_database(self) -> str | None:
        """None when a query succeeds."""
        return "unreachable" if await self._scalar("SELECT 1") is None else None

    async def check_migrations(self) -> str | None:
        """None when the database is at this source's newest migration, or further."""
        newest = await asyncio.to_thread(self._schema_head)
        if newest is None:
            return None
        found = await self._scalar("SELECT version_num FROM alembic_version")
        ready = await asyncio.to_thread(self._serves_schema, found)
        return None if ready else f"at {found}, expected {newest}"

    async def _scalar(self, statement: str) -> Any:
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
    driver = urlsplit(url)._replace(scheme="postgresql+asyncpg").geturl()
    # A connection over the size is closed when it comes back: under load every second request would open one anew.
    return create_async_engine(
        driver,
        pool_size=size,
        max_overflow=0,
        pool_timeout=wait,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"timeout": _CONNECT_SECONDS},
    )
