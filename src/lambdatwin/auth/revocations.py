"""Revocations of logins (`origin_jti`), tokens (`jti`) and users (`sub`) whose tokens still verify.

PostgreSQL holds them; each process keeps a copy, bounded in size and age. Younger than a second it answers;
from there to five seconds it answers while it is read again in the background; older, a request waits for the read,
and when that fails the request is refused (503). A revocation made by this process counts at once, one made elsewhere
within five seconds. With more revocations than the copy may hold it holds none, and every request asks PostgreSQL.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..observability.metrics import Metrics
from .claims import LARGEST_LEEWAY, LONGEST_LIFETIME, Clock


class Kind(StrEnum):
    """The claim that a revocation names."""

    LOGIN = "origin_jti"
    TOKEN = "jti"  # noqa: S105 - the name of a claim
    USER = "sub"


@dataclass(frozen=True, slots=True)
class Revocation:
    """`revoked_at` and `expires_at` are seconds of the epoch; after the latter no token that it meant is alive."""

    kind: Kind
    value: str
    revoked_at: int
    expires_at: int


def revocation(kind: Kind, value: str, now: float) -> Revocation:
    """One that lasts as long as the longest token that can have come of a login, however it was refreshed."""
    return Revocation(kind, value, int(now), int(now) + LONGEST_LIFETIME + LARGEST_LEEWAY)


type Revoked = Mapping[tuple[str, str], int]
"""When what a claim names was revoked, by the claim and its value."""


def _with(known: Revoked, revocations: Iterable[Revocation]) -> Revoked:
    """Of two of the same claim the later counts."""
    made = dict(known)
    for one in revocations:
        key = (one.kind.value, one.value)
        made[key] = max(one.revoked_at, made.get(key, 0))
    return made


def _denies(revoked: Revoked, claims: Mapping[str, object], now: float) -> bool:
    """Whether the login, the token or the user behind these verified claims was revoked.

    A user's login after the revocation is accepted. A refreshed token keeps the time of its login: `auth_time`, which
    is before that of its issue, and neither is to come.
    """
    if not revoked:
        return False
    if any((kind.value, _value(claims, kind)) in revoked for kind in (Kind.LOGIN, Kind.TOKEN)):
        return True
    revoked_at = revoked.get((Kind.USER.value, _value(claims, Kind.USER)))
    if revoked_at is None:
        return False
    times = [claims[name] for name in ("auth_time", "iat") if name in claims]
    known = [time for time in times if isinstance(time, int | float)]
    # Without a time of its login, nothing shows that a token is younger. `revoked_at` has whole seconds.
    return not known or len(known) < len(times) or not revoked_at + 1 <= min(known) <= now + LARGEST_LEEWAY


def _value(claims: Mapping[str, object], kind: Kind) -> str:
    """Empty, which no revocation names, where there is none: other issuers than Cognito may leave each of them out."""
    value = claims.get(kind.value)
    return value if isinstance(value, str) else ""


type Stamp = tuple[int, int]

# Seconds.
_REFRESH_AFTER, _LONGEST_AGE = 1.0, 5.0


class RevocationStore(Protocol):
    """Where revocations live; every method raises `StoreUnavailableError` when it cannot be reached."""

    async def stamp(self, now: float) -> Stamp:
        """Differs whenever `live` would."""

    async def live(self, now: float, most: int) -> list[Revocation]:
        """At most so many of those that still matter."""

    async def about(self, claims: Mapping[str, object], now: float) -> list[Revocation]:
        """The revocations that may match these claims."""

    async def add(self, *revocations: Revocation, now: float) -> None:
        """Write, and drop what no longer matters."""


class MemoryRevocations:
    """A store for one process without a database."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Kind, str], Revocation] = {}
        self._writes = 0

    async def stamp(self, now: float) -> Stamp:
        return len(self._rows), self._writes

    async def live(self, now: float, most: int) -> list[Revocation]:
        return [row for row in self._rows.values() if row.expires_at > now][:most]

    async def about(self, claims: Mapping[str, object], now: float) -> list[Revocation]:
        found = (self._rows.get((kind, _value(claims, kind))) for kind in Kind)
        return [row for row in found if row is not None and row.expires_at > now]

    async def add(self, *revocations: Revocation, now: float) -> None:
        self._rows = {key: row for key, row in self._rows.items() if row.expires_at > now}
        self._rows |= {(row.kind, row.value): row for row in revocations}
        self._writes += 1


class LocalDenyList:
    """`clock` is the epoch's (what revocations are written in), `monotonic` measures age; both in seconds. `most` is
    how many entries the copy may hold."""

    def __init__(
        self,
        store: RevocationStore,
        *,
        clock: Clock,
        monotonic: Clock,
        meter: Metrics,
        most: int = 20_000,
    ) -> None:
        self._store, self._clock, self._monotonic, self._meter = store, clock, monotonic, meter
        self._most = most
        self._copy: Revoked | None = None
        self._stamp: Stamp | None = None
        self._read_at = float("-inf")
        self._added: list[Revocation] = []
        self._running: asyncio.Task[None] | None = None

    async def denies(self, claims: Mapping[str, object]) -> bool:
        """Whether these verified claims are revoked; raises `StoreUnavailableError`."""
        age = self._monotonic() - self._read_at
        if age >= _LONGEST_AGE:
            await self.warm()
        elif age >= _REFRESH_AFTER and self._running is None:
            self._start()
        if self._copy is not None:
            return _denies(self._copy, claims, self._clock())
        now = self._clock()
        return _denies(_with({}, await self._store.about(claims, now)), claims, now)

    async def add(self, *revocations: Revocation) -> None:
        """Revoke: here at once, elsewhere as soon as they read; raises `StoreUnavailableError`."""
        await self._store.add(*revocations, now=self._clock())
        self._added.extend(revocations)
        if self._copy is not None:
            self._copy = _with(self._copy, revocations)

    async def warm(self) -> None:
        """Read now, or wait for the read that runs; raises `StoreUnavailableError`."""
        await asyncio.shield(self._running or self._start())

    async def close(self) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def _start(self) -> asyncio.Task[None]:
        self._running = asyncio.get_running_loop().create_task(self._read())
        self._running.add_done_callback(self._finished)
        return self._running

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running = None
        # Reading the exception also marks it as retrieved: a background read has no task that awaits it.
        self._meter.count("auth_deny_list_reads", "failed" if task.cancelled() or task.exception() else "ok")

    async def _read(self) -> None:
        started, now = self._monotonic(), self._clock()
        self._added = []
        stamp = await self._store.stamp(now)
        if stamp != self._stamp or self._copy is None:
            self._copy = await self._whole(stamp, now)
            self._stamp = stamp
        self._read_at = started

    async def _whole(self, stamp: Stamp, now: float) -> Revoked | None:
        if stamp[0] > self._most:
            return None
        found = await self._store.live(now, self._most + 1)
        # What was revoked here while the rows were on their way may not be among them.
        return _with({}, [*found, *self._added]) if len(found) <= self._most else None
