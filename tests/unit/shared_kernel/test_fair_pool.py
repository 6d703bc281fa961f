"""Those who wait for a connection are served in their order, and no connection gets lost on the way to them."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.util.concurrency import greenlet_spawn
from sqlalchemy.util.queue import Empty, Full

from src.contexts.shared_kernel.adapters.fair_pool import FairQueue

pytestmark = pytest.mark.anyio


async def take(queue: FairQueue, seconds: float | None = 5) -> Any:
    """As the pool does it: from within a greenlet."""
    return await greenlet_spawn(queue.get, True, seconds)


async def waiting(queue: FairQueue, count: int) -> list[asyncio.Task[Any]]:
    """Tasks that wait, the first one longest."""
    tasks = []
    for _ in range(count):
        tasks.append(asyncio.create_task(take(queue)))
        for _ in range(5):
            await asyncio.sleep(0)
    return tasks


async def test_the_longest_wait_ends_first_and_nobody_gets_ahead() -> None:
    queue = FairQueue(3)
    first, second = await waiting(queue, 2)
    queue.put_nowait("one")
    with pytest.raises(Empty):
        queue.get_nowait()
    newcomer = asyncio.create_task(take(queue))
    await asyncio.sleep(0)
    queue.put_nowait("two")
    queue.put_nowait("three")
    assert [await first, await second, await newcomer] == ["one", "two", "three"]
    assert queue.empty()


async def test_a_connection_for_one_who_is_cancelled_goes_to_the_next() -> None:
    queue = FairQueue(3)
    first, second = await waiting(queue, 2)
    queue.put_nowait("one")
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await second == "one"


async def test_one_who_gives_up_is_forgotten() -> None:
    queue = FairQueue(3)
    with pytest.raises(Empty):
        await take(queue, 0.001)
    (cancelled,) = await waiting(queue, 1)
    cancelled.cancel()
    queue.put_nowait("one")
    assert (queue.qsize(), await take(queue)) == (1, "one")


@pytest.mark.parametrize(("lifo", "expected"), [(False, "one"), (True, "two")])
async def test_idle_connections_are_kept_up_to_the_size(lifo: bool, expected: str) -> None:
    queue = FairQueue(2, use_lifo=lifo)
    queue.put_nowait("one")
    assert not queue.full()
    queue.put("two", block=False)
    assert queue.full()
    with pytest.raises(Full):
        queue.put_nowait("three")
    assert queue.get(block=False) == expected
