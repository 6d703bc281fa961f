"""Who refreshes which token: one replica at a time, and its result for all during the grace time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import text

from ...database import SessionFactory
from ..verifier import Clock
from .errors import DATABASE_ERRORS

# The row is locked while Cognito is asked, so that another replica waits for the result; longer than Cognito may take.
_WAIT = text("SET LOCAL lock_timeout = '6s'")
# The update of a row that stands there already changes nothing that matters, but locks it.
_CLAIM = text(
    "INSERT INTO auth.refreshes (digest, expires_at) VALUES (:digest, :expires_at)"
    " ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at RETURNING sealed, finished_at"
)
_FINISH = text(
    "UPDATE auth.refreshes SET sealed = :sealed, finished_at = :finished_at, expires_at = :expires_at"
    " WHERE digest = :digest"
)
_PURGE = text(
    "DELETE FROM auth.refreshes WHERE digest IN"
    " (SELECT digest FROM auth.refreshes WHERE expires_at <= :now LIMIT 100 FOR UPDATE SKIP LOCKED)"
)
_SECONDS = 8.0
# Each holds a connection while Cognito is asked: a slow Cognito must not take the whole pool from other requests.
_AT_ONCE = 4


class LedgerUnavailableError(Exception):
    """The replicas cannot agree now; nobody refreshes."""


@dataclass(slots=True)
class Entry:
    """The refresh of one token, held by this caller alone. `sealed` is the result of another one who came before."""

    sealed: bytes | None
    finish: Callable[[bytes], None] = field(default=lambda sealed: None)


class RefreshLedger(Protocol):
    """Hands out entries; entering one waits for whoever holds it, and raises `LedgerUnavailableError`."""

    def entry(self, digest: bytes) -> AbstractAsyncContextManager[Entry]: ...


class MemoryLedger:
    """For one process without a database."""

    def __init__(self, *, clock: Clock, grace: float) -> None:
        self._clock, self._grace = clock, grace
        self._results: dict[bytes, tuple[bytes, float]] = {}
        self._locks: dict[bytes, asyncio.Lock] = {}

    @asynccontextmanager
    async def entry(self, digest: bytes) -> AsyncIterator[Entry]:
        """See `RefreshLedger`."""
        self._forget()
        async with self._locks.setdefault(digest, asyncio.Lock()):
            sealed, finished_at = self._results.get(digest, (None, 0.0))
            yield Entry(
                sealed if self._clock() < finished_at + self._grace else None,
                lambda sealed: self._results.update({digest: (sealed, self._clock())}),
            )

    def _forget(self) -> None:
        now = self._clock()
        over = [digest for digest, (_, finished_at) in self._results.items() if now >= finished_at + self._grace]
        for digest in over:
            del self._results[digest]
        for digest in [digest for digest, lock in self._locks.items() if not lock.locked()]:
            if digest not in self._results:
                del self._locks[digest]


class PostgresLedger:
    """For all replicas of one database."""

    def __init__(self, sessions: SessionFactory, *, clock: Clock, grace: float) -> None:
        self._sessions, self._clock, self._grace = sessions, clock, grace
        self._room = asyncio.Semaphore(_AT_ONCE)

    @asynccontextmanager
    async def entry(self, digest: bytes) -> AsyncIterator[Entry]:
        """See `RefreshLedger`. What the body raises leaves no result behind."""
        try:
            async with asyncio.timeout(_SECONDS), self._room, self._sessions() as session, session.begin():
                now, results = self._clock(), list[bytes]()
                parameters = {"digest": digest, "expires_at": now + self._grace, "now": now}
                await session.execute(_WAIT)
                await session.execute(_PURGE, parameters)
                row = (await session.execute(_CLAIM, parameters)).one()
                shared = row.sealed is not None and self._clock() < row.finished_at + self._grace
                yield Entry(row.sealed if shared else None, results.append)
                for sealed in results:
                    now = self._clock()
                    times = {"finished_at": now, "expires_at": now + self._grace}
                    await session.execute(_FINISH, {"digest": digest, "sealed": sealed, **times})
        except DATABASE_ERRORS as error:
            raise LedgerUnavailableError from error
