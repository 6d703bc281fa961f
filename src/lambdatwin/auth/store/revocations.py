"""Revocations in PostgreSQL, where every replica sees them."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from sqlalchemy import TextClause, text

from ...database import SessionFactory
from ..revocations import Kind, Revocation, RevocationsUnavailableError
from .errors import DATABASE_ERRORS

type Stamp = tuple[int, int]

# Both figures change with every write that matters: a row that appears late, because its transaction was slow, changes
# the count, and a row that is written again changes the sum. A maximum alone would miss the first.
_STAMP = text("SELECT count(*), coalesce(sum(change), 0)::bigint FROM auth.revocations WHERE expires_at > :now")
_ALL = text("SELECT kind, value, revoked_at, expires_at FROM auth.revocations WHERE expires_at > :now LIMIT :most")
_WRITE = text(
    "INSERT INTO auth.revocations AS old (kind, value, revoked_at, expires_at)"
    " VALUES (:kind, :value, :revoked_at, :expires_at)"
    " ON CONFLICT (kind, value) DO UPDATE SET revoked_at = greatest(old.revoked_at, excluded.revoked_at),"
    " expires_at = greatest(old.expires_at, excluded.expires_at), change = nextval('auth.revocation_changes')"
)
_PURGE = text("DELETE FROM auth.revocations WHERE expires_at <= :now")
_ASK = text(
    "SELECT kind, value, revoked_at, expires_at FROM auth.revocations WHERE expires_at > :now AND"
    " (kind, value) IN (('origin_jti', :origin_jti), ('jti', :jti), ('sub', :sub))"
)
# A database that hangs must not hold requests longer than one that is down.
_SECONDS = 3.0


class RevocationStore(Protocol):
    """Where revocations live; every method raises `RevocationsUnavailableError` when it cannot be reached."""

    async def stamp(self, now: float) -> Stamp:
        """Differs whenever `live` would."""

    async def live(self, now: float, most: int) -> list[Revocation]:
        """At most so many of those that still matter."""

    async def about(self, claims: Mapping[str, object], now: float) -> list[Revocation]:
        """Those that could concern these claims."""

    async def add(self, *revocations: Revocation, now: float) -> None:
        """Write, and drop what no longer matters."""


class PostgresRevocations:
    """The store in schema `auth`."""

    def __init__(self, sessions: SessionFactory) -> None:
        self._sessions = sessions

    async def stamp(self, now: float) -> Stamp:
        rows = await self._read(_STAMP, now=int(now))
        return int(rows[0][0]), int(rows[0][1])

    async def live(self, now: float, most: int) -> list[Revocation]:
        return _revocations(await self._read(_ALL, now=int(now), most=most))

    async def about(self, claims: Mapping[str, object], now: float) -> list[Revocation]:
        named = {name: str(claims.get(name, "")) for name in ("origin_jti", "jti", "sub")}
        return _revocations(await self._read(_ASK, now=int(now), **named))

    async def add(self, *revocations: Revocation, now: float) -> None:
        try:
            async with asyncio.timeout(_SECONDS), self._sessions() as session, session.begin():
                await session.execute(_PURGE, {"now": int(now)})
                for one in revocations:
                    values = {"revoked_at": one.revoked_at, "expires_at": one.expires_at}
                    await session.execute(_WRITE, {"kind": one.kind.value, "value": one.value, **values})
        except DATABASE_ERRORS as error:
            raise RevocationsUnavailableError from error

    async def _read(self, statement: TextClause, **values: object) -> list[Any]:
        try:
            async with asyncio.timeout(_SECONDS), self._sessions() as session:
                return list(await session.execute(statement, values))
        except DATABASE_ERRORS as error:
            raise RevocationsUnavailableError from error


def _revocations(rows: list[Any]) -> list[Revocation]:
    return [Revocation(Kind(row.kind), row.value, row.revoked_at, row.expires_at) for row in rows]
