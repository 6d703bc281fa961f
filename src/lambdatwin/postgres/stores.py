"""What replicas must agree on about logins, in PostgreSQL: revocations, and refreshes that are under way."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import TextClause, text

from ..auth.claims import Claims, Clock
from ..auth.responses import StoreUnavailableError
from ..auth.revocations import KEPT, KINDS, Kind, Revoked, Stamp, claim_of
from .engine import DATABASE_ERRORS, SessionFactory

# Both figures change with every write that matters: a row that appears late, because its transaction was slow, changes
# the count, and a row that is written again changes the sum. A maximum alone would miss the first.
_STAMP = text("SELECT count(*), coalesce(sum(change), 0)::bigint FROM lambdatwin.revocations WHERE expires_at > :now")
_ALL = text("SELECT kind, value, revoked_at FROM lambdatwin.revocations WHERE expires_at > :now")
_WRITE = text(
    "INSERT INTO lambdatwin.revocations AS old (kind, value, revoked_at, expires_at)"
    " VALUES (:kind, :value, :revoked_at, :expires_at)"
    " ON CONFLICT (kind, value) DO UPDATE SET revoked_at = greatest(old.revoked_at, excluded.revoked_at),"
    " expires_at = greatest(old.expires_at, excluded.expires_at), change = DEFAULT"
)
_PURGE_REVOCATIONS = text("DELETE FROM lambdatwin.revocations WHERE expires_at <= :now")
_ASK = text(
    "SELECT kind, value, revoked_at FROM lambdatwin.revocations WHERE expires_at > :now AND"
    " (kind, value) IN (('origin_jti', :origin_jti), ('jti', :jti), ('sub', :sub))"
)
# A database that hangs must not hold requests longer than one that is down.
_SECONDS = 3.0

# While a row is claimed, `sealed` is null and `expires_at` ends the claim; it also names the claim's owner.
_CLAIM = text(
    "INSERT INTO lambdatwin.refreshes AS old (digest, expires_at) VALUES (:digest, :expires_at)"
    " ON CONFLICT (digest) DO UPDATE SET sealed = NULL, finished_at = NULL, expires_at = excluded.expires_at"
    " WHERE old.expires_at <= :now RETURNING digest"
)
_RESULT = text(
    "SELECT sealed FROM lambdatwin.refreshes WHERE digest = :digest AND sealed IS NOT NULL AND expires_at > :now"
)
_FINISH = text(
    "UPDATE lambdatwin.refreshes SET sealed = :sealed, finished_at = :now, expires_at = :until WHERE digest = :digest"
)
_RELEASE = text(
    "DELETE FROM lambdatwin.refreshes WHERE digest = :digest AND sealed IS NULL AND expires_at = :expires_at"
)
_FORGET = text("DELETE FROM lambdatwin.refreshes WHERE digest = :digest")
_PURGE_REFRESHES = text(
    "DELETE FROM lambdatwin.refreshes WHERE digest IN"
    " (SELECT digest FROM lambdatwin.refreshes WHERE expires_at <= :now LIMIT 100 FOR UPDATE SKIP LOCKED)"
)
_CLAIM_SECONDS = 6.0  # longer than Cognito may take
_WAIT_SECONDS = 7.0
_POLL_SECONDS = 0.1
_PURGE_ONE_IN = 20


async def _execute(sessions: SessionFactory, statement: TextClause, values: Mapping[str, object]) -> list[Any]:
    """Raises `StoreUnavailableError`."""
    try:
        async with asyncio.timeout(_SECONDS), sessions() as session:
            # Each statement is whole by itself: BEGIN and COMMIT would double what a stranger's token costs.
            await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
            found: Any = await session.execute(statement, values)
            return list(found) if found.returns_rows else []
    except DATABASE_ERRORS as error:
        raise StoreUnavailableError from error


class PostgresRevocations:
    """For all replicas of one database."""

    def __init__(self, sessions: SessionFactory) -> None:
        self._execute = partial(_execute, sessions)

    async def stamp(self, now: float) -> Stamp:
        rows = await self._execute(_STAMP, {"now": int(now)})
        return int(rows[0][0]), int(rows[0][1])

    async def live(self, now: float) -> Revoked:
        return await self._revoked(_ALL, {"now": int(now)})

    async def about(self, claims: Claims, now: float) -> Revoked:
        named: dict[str, object] = {kind: claim_of(claims, kind) for kind in KINDS}
        return await self._revoked(_ASK, {"now": int(now), **named})

    async def add(self, kind: Kind, value: str, at: int) -> None:
        await self._execute(_PURGE_REVOCATIONS, {"now": at})
        await self._execute(_WRITE, {"kind": kind, "value": value, "revoked_at": at, "expires_at": at + KEPT})

    async def _revoked(self, statement: TextClause, values: Mapping[str, object]) -> Revoked:
        return {(row.kind, row.value): row.revoked_at for row in await self._execute(statement, values)}


class PostgresLedger:
    """For all replicas of one database."""

    def __init__(self, sessions: SessionFactory, *, clock: Clock, grace: float) -> None:
        self._execute = partial(_execute, sessions)
        self._clock, self._grace = clock, grace

    async def once(self, digest: bytes, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """See `RefreshLedger`. What `make` raises leaves no result behind."""
        claim = await self._claim_or_result(digest)
        if isinstance(claim, bytes):
            return claim
        try:
            result = await make()
        except BaseException:
            with suppress(StoreUnavailableError):  # the claim ends by itself
                await self._execute(_RELEASE, {"digest": digest, "expires_at": claim})
            raise
        now = self._clock()
        await self._execute(_FINISH, {"digest": digest, "sealed": result, "now": now, "until": now + self._grace})
        return result

    async def forget(self, digest: bytes) -> None:
        await self._execute(_FORGET, {"digest": digest})

    async def _claim_or_result(self, digest: bytes) -> float | bytes:
        """The end of a claim of our own, or the result that another caller stored."""
        if secrets.randbelow(_PURGE_ONE_IN) == 0:
            await self._execute(_PURGE_REFRESHES, {"now": self._clock()})
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                while True:
                    now = self._clock()
                    claim = now + _CLAIM_SECONDS
                    if await self._execute(_CLAIM, {"digest": digest, "expires_at": claim, "now": now}):
                        return claim
                    found = await self._execute(_RESULT, {"digest": digest, "now": now})
                    if found:
                        return bytes(found[0].sealed)
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise StoreUnavailableError from None
