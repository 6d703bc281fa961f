"""The deny-list close at hand: a copy that is bounded in size and in age.

Younger than `refresh_after` the copy answers; from there to `longest_age` it answers while it is read again behind
the scenes; older, the question waits for the read, and when that fails nobody is let in (503). A revocation made by
this process counts at once, one made elsewhere within `longest_age`. When there are more revocations than the copy may
hold, it holds none, and every question goes to PostgreSQL.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from ..observing import Meter
from ..revocations import DenyList, Revocation, deny_list
from ..store.revocations import RevocationStore, Stamp
from ..verifier import Clock


@dataclass(frozen=True, slots=True)
class CopyLimits:
    """Seconds, and entries."""

    refresh_after: float = 1.0
    longest_age: float = 5.0
    most: int = 20_000


class LocalDenyList:
    """A `RevocationCheck`. `clock` is the epoch's (what revocations are written in), `monotonic` measures age."""

    def __init__(
        self,
        store: RevocationStore,
        *,
        clock: Clock,
        monotonic: Clock,
        meter: Meter,
        limits: CopyLimits | None = None,
    ) -> None:
        self._store, self._clock, self._monotonic, self._meter = store, clock, monotonic, meter
        self._limits = limits or CopyLimits()
        self._copy: DenyList | None = None
        self._stamp: Stamp | None = None
        self._read_at = float("-inf")
        self._added: list[Revocation] = []
        self._running: asyncio.Task[None] | None = None

    def denies_now(self, claims: Mapping[str, object]) -> bool | None:
        """The copy's answer, None when it may not give one."""
        age = self._monotonic() - self._read_at
        if self._copy is None or age >= self._limits.longest_age:
            return None
        if age >= self._limits.refresh_after and self._running is None:
            self._start()
        return self._copy.denies(claims)

    async def denies(self, claims: Mapping[str, object]) -> bool:
        """The answer; raises `RevocationsUnavailableError`."""
        answer = self.denies_now(claims)
        if answer is None and self._monotonic() - self._read_at >= self._limits.longest_age:
            await asyncio.shield(self._running or self._start())
            answer = self._copy.denies(claims) if self._copy is not None else None
        if answer is None:
            answer = deny_list(await self._store.about(claims, self._clock())).denies(claims)
        return answer

    async def add(self, *revocations: Revocation) -> None:
        """Revoke: here at once, elsewhere as soon as they read; raises `RevocationsUnavailableError`."""
        await self._store.add(*revocations, now=self._clock())
        self._added.extend(revocations)
        if self._copy is not None:
            self._copy = _joined(self._copy, deny_list(list(revocations)))

    async def warm(self) -> None:
        """Read now, at start-up; raises `RevocationsUnavailableError`."""
        await asyncio.shield(self._running or self._start())

    async def close(self) -> None:
        """Stop a running read."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    def _start(self) -> asyncio.Task[None]:
        self._running = asyncio.get_running_loop().create_task(self._read())
        self._running.add_done_callback(self._finished)
        return self._running

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running = None
        # Asking for the exception also tells the loop that somebody saw it: nobody may be waiting for this read.
        self._meter.count("auth_deny_list_reads", "failed" if task.cancelled() or task.exception() else "ok")

    async def _read(self) -> None:
        started, now = self._monotonic(), self._clock()
        self._added = []
        stamp = await self._store.stamp(now)
        if stamp != self._stamp or self._copy is None:
            self._copy = await self._whole(stamp, now)
            self._stamp = stamp
        self._read_at = started

    async def _whole(self, stamp: Stamp, now: float) -> DenyList | None:
        if stamp[0] > self._limits.most:
            return None
        found = await self._store.live(now, self._limits.most + 1)
        # What was revoked here while the rows were on their way may not be among them.
        return deny_list([*found, *self._added]) if len(found) <= self._limits.most else None


def _joined(one: DenyList, other: DenyList) -> DenyList:
    users = dict(one.users)
    for user, revoked_at in other.users.items():
        users[user] = max(revoked_at, users.get(user, 0))
    return DenyList(one.logins | other.logins, one.tokens | other.tokens, users)
