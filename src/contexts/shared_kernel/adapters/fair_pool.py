"""A pool that serves those who wait in the order in which they came.

SQLAlchemy's own gives a connection that comes back to whoever asks next: under load somebody new, while those who
wait are woken up, find nothing and stand at the end of the line again, until their time is over.
"""

import asyncio
import time
from collections import deque
from typing import Any

from sqlalchemy import AsyncAdaptedQueuePool
from sqlalchemy.util.concurrency import await_
from sqlalchemy.util.queue import Empty, Full, QueueCommon

# How long to wait before PostgreSQL is asked again for a connection that it refused for want of a slot.
SLOT_SECONDS = 0.2


def lacks_slot(error: Exception) -> bool:
    """Whether PostgreSQL refused a connection because as many as it allows are open."""
    return getattr(error, "sqlstate", None) == "53300"


class FairQueue(QueueCommon[Any]):
    """Connections that nobody uses, or those who wait for one: never both."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        self.maxsize, self.use_lifo = maxsize, use_lifo
        self._idle: deque[Any] = deque()
        # A dictionary for its order, from which whoever gives up is taken out at once.
        self._waiting: dict[asyncio.Future[Any], None] = {}

    def empty(self) -> bool:
        return not self._idle

    def full(self) -> bool:
        return 0 < self.maxsize <= len(self._idle)

    def qsize(self) -> int:
        return len(self._idle)

    def put_nowait(self, item: Any) -> None:
        """Hand the connection to the one who has waited longest; lay it aside if nobody waits."""
        while self._waiting:
            waiter = next(iter(self._waiting))
            del self._waiting[waiter]
            if not waiter.done():
                waiter.set_result(item)
                return
        if self.full():
            raise Full()
        self._idle.append(item)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Nobody waits to give a connection back: the pool closes what it has no room for."""
        self.put_nowait(item)

    def get_nowait(self) -> Any:
        if not self._idle:
            raise Empty()
        return self._idle.pop() if self.use_lifo else self._idle.popleft()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if not block or self._idle:
            return self.get_nowait()
        try:
            return await_(self._wait(timeout))
        except TimeoutError as error:
            raise Empty() from error

    async def _wait(self, seconds: float | None) -> Any:
        waiter: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[waiter] = None
        try:
            async with asyncio.timeout(seconds):
                return await waiter
        except BaseException:
            # Out of time or cancelled, perhaps at the very moment in which a connection was handed over.
            self._waiting.pop(waiter, None)
            if waiter.done() and not waiter.cancelled():
                self.put_nowait(waiter.result())
            raise


class FairPool(AsyncAdaptedQueuePool):
    """SQLAlchemy's pool for asyncio with another queue.

    PostgreSQL may allow fewer connections than the pool has room for. Then its own waiters share those that it has,
    in their order, and one of them asks for another every `SLOT_SECONDS`.
    """

    _queue_class = FairQueue
    _asks_again = 0.0

    def _do_get(self) -> Any:
        deadline = time.monotonic() + self.timeout()
        while True:
            left = min(self._asks_again, deadline) - time.monotonic()
            if left > 0:
                try:
                    return self._pool.get(True, left)
                except Empty:
                    continue
            if self._asks_again:
                # The others wait while this one asks.
                self._asks_again = time.monotonic() + SLOT_SECONDS
            try:
                entry = super()._do_get()
            except Exception as error:
                if not lacks_slot(error) or time.monotonic() >= deadline:
                    raise
                self._asks_again = time.monotonic() + SLOT_SECONDS
            else:
                self._asks_again = 0.0
                return entry
