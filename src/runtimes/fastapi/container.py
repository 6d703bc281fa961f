"""The process's connections: a pool that every handler module's container gets, and a few that are the shell's own."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from dependency_injector import providers
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from src.runtimes.fastapi.metrics import Pool
from src.runtimes.fastapi.ports import HandlerModule
from src.runtimes.fastapi.settings import Settings

_OWN_CONNECTIONS = 2


class ProcessContainer:
    """Owns the engines. Nothing connects before the first query.

    Authentication and readiness have connections of their own: handlers that wait for one another must not make a
    process look dead, nor keep it from learning whose token was revoked.
    """

    def __init__(self, database_url: str, settings: Settings) -> None:
        wait = settings.database_pool_wait
        self.engine = _engine(database_url, settings.database_pool_size, wait)
        self.sessions = session_factory(self.engine)
        self._own = _engine(database_url, _OWN_CONNECTIONS, wait)
        self.own_sessions = session_factory(self._own)

    @contextmanager
    def shared_with(self, modules: Iterable[HandlerModule]) -> Iterator[None]:
        """Let the containers of the modules use this engine while the block runs."""
        overridden = list(_session_providers(modules))
        for provider in overridden:
            provider.override(providers.Object(self.sessions))
        try:
            yield
        finally:
            for provider in overridden:
                provider.reset_last_overriding()

    def pool(self) -> Pool:
        """The connection pool."""
        pool: Any = self.engine.sync_engine.pool
        return pool  # type: ignore[no-any-return]

    async def close(self) -> None:
        """Close all connections."""
        for engine in (self.engine, self._own):
            await engine.dispose()

    async def check_database(self) -> str | None:
        """None when a query succeeds."""
        return "unreachable" if await self._scalar("SELECT 1") is None else None

    async def check_migrations(self) -> str | None:
        """None when the database is at this source's newest migration, or further."""
        found = await self._scalar("SELECT version_num FROM alembic_version")
        return await asyncio.to_thread(_lack_of_migrations, found)

    async def _scalar(self, statement: str) -> Any:
        try:
            async with self._own.connect() as connection:
                return await connection.scalar(text(statement))
        except (SQLAlchemyError, OSError):
            return None


def _engine(url: str, size: int, wait: float) -> AsyncEngine:
    # A connection over the size is closed when it comes back: under load every second request would open one anew.
    return create_engine(url, pooled=True, pool_size=size, max_overflow=0, pool_timeout=wait)


def _session_providers(modules: Iterable[HandlerModule]) -> Iterator[Any]:
    for module in modules:
        provider = getattr(module.container, "session_factory", None)
        if provider is not None and hasattr(provider, "override"):
            yield provider


@lru_cache(maxsize=8)
def _lack_of_migrations(found: str | None) -> str | None:
    # Reads the folder of migrations, which does not change while the process runs. Alembic takes a tenth of a second
    # to import, and only this question needs it: a start does not wait for it.
    from src.migrations.run import head, is_ready

    return None if is_ready(found) else f"at {found}, expected {head()}"
