"""A connection pool that serves tasks in the order in which they came.

SQLAlchemy's own hands a connection that comes back to the task that asks next. Under load this is often a new one: the
waiting tasks wake up, find nothing, and join the end of the line again until their time is over.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

from sqlalchemy import AsyncAdaptedQueuePool, Pool, PoolProxiedConnection, event
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.util.concurrency import await_

# How long to wait before PostgreSQL is asked again for a connection that it refused for want of a slot.
SLOT_SECONDS = 0.2
_TURN = "fair_pool.turn"


def lacks_slot(error: Exception) -> bool:
    """Whether PostgreSQL refused a connection because as many as it allows are open."""
    return getattr(error, "sqlstate", None) == "53300"


class FairPool(AsyncAdaptedQueuePool):
    """SQLAlchemy's pool for asyncio, without overflow, behind a FIFO semaphore of its size; pass it to `return_turns`.

    PostgreSQL may allow fewer connections than the pool has room for. Then the tasks share those that it has, in order
    too, and the first in the line asks for another one every `SLOT_SECONDS`.
    """

    def __init__(self, creator: Callable[..., Any], pool_size: int, **options: Any) -> None:
        super().__init__(creator, pool_size, **options)
        self._turns = asyncio.Semaphore(pool_size)
        self._slots = asyncio.Lock()
        self._short_of_slots = 0  # tasks that hold `_slots` or wait for it
        self._returned = asyncio.Event()

    def connect(self) -> PoolProxiedConnection:
        """Wait for a turn, then check out a connection. Raises SQLAlchemy's TimeoutError after the pool's timeout."""
        deadline = time.monotonic() + self.timeout()
        _wait(self._turns.acquire(), deadline)
        try:
            connection = self._checked_out(deadline)
        except BaseException:
            self._turns.release()
            raise
        # None only in a detached connection.
        cast(dict[str, Any], connection.record_info)[_TURN] = self
        return connection

    def end_turn(self) -> None:
        """A connection comes back: the next task may have it."""
        self._returned.set()
        self._turns.release()

    def _checked_out(self, deadline: float) -> PoolProxiedConnection:
        if not self._short_of_slots:
            try:
                return super().connect()
            except Exception as error:
                if not lacks_slot(error):
                    raise
        self._short_of_slots += 1
        try:
            _wait(self._slots.acquire(), deadline)
            try:
                return self._first_free(deadline)
            finally:
                self._slots.release()
        finally:
            self._short_of_slots -= 1

    def _first_free(self, deadline: float) -> PoolProxiedConnection:
        """The next connection that comes back, or a new one as soon as PostgreSQL has a slot for it."""
        while True:
            self._returned.clear()
            try:
                return super().connect()
            except Exception as error:
                if not lacks_slot(error) or time.monotonic() >= deadline:
                    raise
            await_(_set_within(self._returned, min(SLOT_SECONDS, deadline - time.monotonic())))


def return_turns(pool: Pool) -> None:
    """End the turn of a connection when it is checked in, whatever state it is in, or detached."""

    def returned(connection: Any, record: Any) -> None:
        owner = record.record_info.pop(_TURN, None)
        if owner is not None:
            owner.end_turn()

    event.listen(pool, "checkin", returned)
    event.listen(pool, "detach", returned)


def _wait(awaitable: Awaitable[Any], deadline: float) -> None:
    try:
        await_(_until(awaitable, deadline - time.monotonic()))
    except TimeoutError as error:
        raise PoolTimeout("No connection came free in time.") from error


async def _until(awaitable: Awaitable[Any], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        await awaitable


async def _set_within(returned: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await returned.wait()
    except TimeoutError:
        pass  # PostgreSQL is asked again
