"""Engines and session factories: pooled for a long-lived process, without a pool for Lambda."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from asyncpg import InterfaceError, InternalClientError, PostgresError
from pydantic_core import from_json
from sqlalchemy import Dialect, ExceptionContext, NullPool, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.util.concurrency import await_

from src.contexts.shared_kernel.adapters.fair_pool import SLOT_SECONDS, FairPool, lacks_slot, return_turns
from src.contexts.shared_kernel.domain.errors import DependencyUnavailable

type SessionFactory = async_sessionmaker[AsyncSession]

# The execution options of a statement that neither writes nor locks.
PLAIN_READ: Mapping[str, Any] = MappingProxyType({"plain_read": True})

_CONNECT_SECONDS = 5.0
_IDLE_SECONDS = 1.0
_PING_SECONDS = 1.0
_READ_ONLY = "25006"
# What asyncpg raises, as it comes, for a connection that the server has closed or that does not answer.
_LOST = (PostgresError, InterfaceError, InternalClientError, OSError)
# How much later than the server this side gives up a statement: for servers that died without a word.
_SILENCE_SECONDS = 2.0
# What asyncpg takes by itself. Its own reading of a DSN knows what libpq calls ssl...; other options of libpq and of
# poolers mean nothing to it, and it would refuse them.
_TAKEN = frozenset({"host", "port", "ssl", "target_session_attrs", "prepared_statement_cache_size"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How many seconds a statement may take, and how many of them may be spent waiting for a lock."""

    statement: float
    lock: float


# Below the 29 s after which API Gateway answers for the handler; a row that is held for long holds few connections.
HANDLER_LIMITS = Limits(statement=10.0, lock=3.0)


class DatabaseUrlError(ValueError):
    """No URL of a PostgreSQL database. The message does not quote it: there may be a password in it."""


def create_engine(
    url: str,
    *,
    pooled: bool,
    pool_size: int = 10,
    pool_timeout: float = 5.0,
    limits: Limits | None = HANDLER_LIMITS,
) -> AsyncEngine:
    """An engine on asyncpg for a `postgres://` or `postgresql://` URL; it connects when first used.

    A pool belongs to one event loop, so only a process with one loop may ask for one. Without `limits`, those of the
    database count. Raises `DatabaseUrlError`.
    """
    parsed = parsed_url(url)
    pool: dict[str, Any] = {"poolclass": NullPool}
    if pooled:
        # A connection over the size would be closed when it comes back: under load every second request would open one.
        pool = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": pool_timeout}
        # The one used last is taken first: it need not be asked whether it lives.
        pool |= {"poolclass": FairPool, "pool_use_lifo": True, "pool_recycle": 1800}
    # An exception with its parameters would bring what clients sent into the log.
    engine = create_async_engine(
        _asyncpg_url(parsed),
        connect_args=_connect_args(parsed, limits),
        hide_parameters=True,
        json_deserializer=from_json,
        **pool,
    )
    _begin_when_needed(engine)
    _give_up_silent_connections(engine)
    if limits is not None:
        _limit_statements(engine, limits)
    if pooled:
        return_turns(engine.sync_engine.pool)
        _ping_after_idling(engine)
    else:
        _wait_for_a_slot(engine, pool_timeout)
    return engine


def _limit_statements(engine: AsyncEngine, limits: Limits) -> None:
    """Set the limits on every new connection.

    Not as parameters of the connection's start: PgBouncer refuses those that it does not know.
    """
    statement, lock = (int(1000 * seconds) for seconds in (limits.statement, limits.lock))
    settings = f"SET statement_timeout = {statement}; SET lock_timeout = {lock}"

    def connected(connection: Any, record: Any) -> None:
        try:
            connection.run_async(lambda driver: driver.execute(settings))
        except _LOST as error:
            raise ConnectionError("The connection was lost while it was opened.") from error

    event.listen(engine.sync_engine, "connect", connected)


def _give_up_silent_connections(engine: AsyncEngine) -> None:
    """Close a connection whose server did not answer in time, or became a standby, and every other one of its age.

    They died together as a rule: a machine that is gone, a firewall that forgot, a failover.
    """

    def failed(context: ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, TimeoutError) or getattr(error, "sqlstate", None) == _READ_ONLY:
            context.is_disconnect = True

    event.listen(engine.sync_engine, "handle_error", failed)


def _wait_for_a_slot(engine: AsyncEngine, seconds: float) -> None:
    """Connect again, for at most `seconds`, while all connections that PostgreSQL allows are in use."""

    def connect(dialect: Dialect, record: Any, arguments: Any, options: Any) -> Any:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return dialect.connect(*arguments, **options)
            except Exception as error:
                if not lacks_slot(error) or time.monotonic() + SLOT_SECONDS > deadline:
                    raise
                await_(asyncio.sleep(SLOT_SECONDS))

    event.listen(engine.sync_engine, "do_connect", connect)


def _begin_when_needed(engine: AsyncEngine) -> None:
    """Let BEGIN wait for the first statement that is not a `PLAIN_READ`.

    A read sees what was committed when its statement began, in a transaction or outside one (READ COMMITTED, the
    level of all our work), and holds nothing afterwards. So work that only reads needs neither BEGIN nor ROLLBACK,
    two of three round trips; within a transaction that has begun, the mark changes nothing.
    """

    def before(*given: Any) -> None:
        context = given[-1]
        driver = context.root_connection.connection.dbapi_connection
        driver.autocommit = "plain_read" in context.execution_options

    # The dialect's own events: with one listener to an engine's, every statement pays for all kinds of them.
    for way in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine.sync_engine, way, before)


def _ping_after_idling(engine: AsyncEngine) -> None:
    """Ask a connection whether it still lives, but only after a pause.

    `pool_pre_ping` asks every time, in three round trips, as many as a read takes itself. A connection that worked a
    second ago nearly always does; when the server went away, the first failure empties the whole pool.
    """
    sync = engine.sync_engine

    def returned(connection: Any, record: Any) -> None:
        record.info["returned"] = time.monotonic()

    def taken(connection: Any, record: Any, proxy: Any) -> None:
        if time.monotonic() - record.info.get("returned", inf) < _IDLE_SECONDS:
            return
        try:
            connection.run_async(lambda driver: driver.execute("SELECT 1", timeout=_PING_SECONDS))
        except _LOST as error:
            # Nothing is said to a server that is silent: a polite end would wait for its answer.
            connection.driver_connection.terminate()
            raise InvalidatePoolError from error

    event.listen(sync, "checkin", returned)
    event.listen(sync, "checkout", taken)


@asynccontextmanager
async def alone(engine: AsyncEngine, key: int) -> AsyncIterator[AsyncConnection]:
    """A transaction during which no other process is inside `alone` with this key on this database.

    It waits for the others as long as they take; the engine's limits do not count in it.
    """
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text("SET LOCAL lock_timeout = 0"))
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
        yield connection


def session_factory(engine: AsyncEngine) -> SessionFactory:
    """Sessions that keep what they read after a commit."""
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False)


def lambda_session_factory() -> SessionFactory:
    """Sessions on `DATABASE_URL` without a pool: each invocation runs in an event loop of its own."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise DependencyUnavailable()
    return _unpooled(url)


@lru_cache(maxsize=8)
def _unpooled(url: str) -> SessionFactory:
    # Without a pool an engine holds no connection, only compiled statements: it may outlive its event loop.
    return session_factory(create_engine(url, pooled=False))


def parsed_url(url: str) -> URL:
    """The parts of a URL; raises `DatabaseUrlError`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("postgres", "postgresql"):
        raise DatabaseUrlError(
            "must be like postgresql://user:password@host:5432/name, special characters of the password as in %40 for @"
        )
    return parsed


def _asyncpg_url(url: URL) -> URL:
    return url.set(drivername="postgresql+asyncpg").difference_update_query(url.query.keys() - _TAKEN)


def _connect_args(url: URL, limits: Limits | None) -> dict[str, Any]:
    seconds = limits.statement + _SILENCE_SECONDS if limits is not None else None
    arguments: dict[str, Any] = {"timeout": _CONNECT_SECONDS, "command_timeout": seconds}
    secured = {name: value for name, value in url.query.items() if name.startswith("ssl") and name not in _TAKEN}
    if secured:
        arguments["dsn"] = "postgresql://?" + urlencode(secured, doseq=True)
    return arguments
