"""Tasks get connections in the order in which they ask, within the pool's timeout, and no turn gets lost."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import PoolProxiedConnection
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.util.concurrency import greenlet_spawn

from src.contexts.shared_kernel.adapters.fair_pool import FairPool, return_turns

pytestmark = pytest.mark.anyio


class Connection:
    """A connection that is never used."""

    def rollback(self) -> None: ...
    def close(self) -> None: ...
    def terminate(self) -> None: ...


class Refused(Exception):
    """PostgreSQL has no slot."""

    sqlstate = "53300"


class Server:
    """Opens connections while it has slots."""

    def __init__(self, slots: int = 10) -> None:
        self.slots, self.asked = slots, 0

    def open(self) -> Connection:
        self.asked += 1
        if not self.slots:
            raise Refused
        self.slots -= 1
        return Connection()


def pool_of(size: int, server: Server | None = None, *, timeout: float = 5) -> FairPool:
    pool = FairPool((server or Server()).open, pool_size=size, max_overflow=0, timeout=timeout)
    return_turns(pool)
    return pool


async def take(pool: FairPool) -> PoolProxiedConnection:
    """As an engine does it: from within a greenlet."""
    return await greenlet_spawn(pool.connect)


async def waiting(pool: FairPool, count: int) -> list[asyncio.Task[Any]]:
    """Tasks that wait for a connection, the first one longest."""
    tasks = []
    for _ in range(count):
        tasks.append(asyncio.create_task(take(pool)))
        for _ in range(5):
            await asyncio.sleep(0)
    return tasks


async def test_a_new_task_does_not_get_ahead_of_those_that_wait() -> None:
    pool, served = pool_of(1), list[int]()

    async def use(number: int) -> None:
        connection = await take(pool)
        served.append(number)
        connection.close()

    held = await take(pool)
    tasks = [asyncio.create_task(use(number)) for number in range(3)]
    for _ in range(5):
        await asyncio.sleep(0)
    held.close()
    await use(3)
    await asyncio.gather(*tasks)
    assert served == [0, 1, 2, 3]
    assert (pool.checkedout(), pool.checkedin()) == (0, 1)


async def test_a_task_that_is_cancelled_passes_its_turn_on() -> None:
    pool = pool_of(1)
    held = await take(pool)
    first, second, third = await waiting(pool, 3)
    second.cancel()
    held.close()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    (await third).close()
    (await take(pool)).close()


async def test_no_connection_in_time_is_the_pools_timeout() -> None:
    pool = pool_of(1, timeout=0.01)
    held = await take(pool)
    with pytest.raises(PoolTimeout):
        await take(pool)
    held.close()
    (await take(pool)).close()


async def test_a_failed_or_broken_connection_costs_no_turn() -> None:
    server = Server(slots=0)
    pool = pool_of(1, server, timeout=0)
    with pytest.raises(Refused):
        await take(pool)
    server.slots = 2
    (await take(pool)).invalidate()
    connection = await take(pool)
    connection.detach()
    server.slots = 1
    (await take(pool)).close()


async def test_tasks_share_the_slots_that_there_are_in_order() -> None:
    server = Server(slots=1)
    pool = pool_of(4, server)
    held = await take(pool)
    tasks = await waiting(pool, 5)
    for task in tasks:
        held.close()
        held = await task
    assert [task.done() for task in tasks] == [True] * 5
    # One of them asked again, not each.
    assert server.asked <= 8
    held.close()
