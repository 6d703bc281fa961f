"""Caches of bounded size whose entries expire, and work that is done once for all who wait for it."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from threading import Lock
from typing import Any

from ..observability.metrics import Metrics
from .claims import Clock


class Bounded[K, V]:
    """Oldest entries go first. Safe between threads; a read takes no lock. Times are the caller's, in seconds."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._entries: dict[K, tuple[V, float, float]] = {}

    def get(self, key: K, now: float) -> V | None:
        """The value, unless its time is over; one from the future (a clock set back) counts as over too."""
        entry = self._entries.get(key)
        return entry[0] if entry is not None and entry[1] <= now < entry[2] else None

    def put(self, key: K, value: V, now: float, until: float) -> None:
        with self._lock:
            self._entries.pop(key, None)
            while len(self._entries) >= self._most:
                del self._entries[next(iter(self._entries))]
            self._entries[key] = (value, now, until)

    def discard(self, *keys: K) -> None:
        with self._lock:
            for key in keys:
                self._entries.pop(key, None)

    def keys(self) -> list[K]:
        """All keys, expired ones too."""
        with self._lock:
            return list(self._entries)


class SingleFlight[K, V]:
    """Work that runs once for all requests that wait for it. Belongs to one event loop."""

    def __init__(self) -> None:
        self._running: dict[K, asyncio.Task[V]] = {}

    def __contains__(self, key: K) -> bool:
        return key in self._running

    def start(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> asyncio.Task[V]:
        """The task of the work that runs already, else of `work`."""
        if key not in self._running:
            self._running[key] = asyncio.get_running_loop().create_task(work())
            self._running[key].add_done_callback(partial(self._finished, key))
        return self._running[key]

    async def join(self, key: K, work: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """Its result. The request that happened to start it may go away: the others still wait."""
        return await asyncio.shield(self.start(key, work))

    async def close(self) -> None:
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _finished(self, key: K, task: asyncio.Task[V]) -> None:
        del self._running[key]
        if not task.cancelled():
            task.exception()  # marks it as retrieved: all who waited may have gone


class CachedUsers:
    """Caches users of `Project.users`. Errors and unknown users are not cached; `seconds=0` caches none.

    `clock` is monotonic, in seconds.
    """

    def __init__(self, users: Any, *, seconds: float, clock: Clock, meter: Metrics, most: int = 10_000) -> None:
        self._users, self._seconds, self._clock, self._meter = users, seconds, clock, meter
        self._kept: Bounded[tuple[str, str], Any] = Bounded(most)
        self._forgotten = 0

    async def get_user(self, user_id: str, caller_context: str) -> Any:
        key = (user_id, caller_context)
        user = self._kept.get(key, self._clock())
        self._meter.count("auth_user_cache", "miss" if user is None else "hit")
        if user is not None:
            return user
        before = self._forgotten
        user = await self._users.get_user(user_id, caller_context)
        # A query that ran while a user changed may return the old state.
        if user is not None and self._seconds > 0 and before == self._forgotten:
            now = self._clock()
            self._kept.put(key, user, now, now + self._seconds)
        return user

    def forget(self, user_id: str) -> None:
        """Drop the user in every context: the roles changed, or the user was deleted."""
        self._forgotten += 1
        self._kept.discard(*(key for key in self._kept.keys() if key[0] == user_id))  # noqa: SIM118 - no mapping
