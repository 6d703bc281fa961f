"""The pool under many tasks: bounded, and no connection in two hands at once."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import event, text

from src.contexts.shared_kernel.adapters.database import create_engine, session_factory
from tests.unit.lambdatwin.interleaving import Tasks

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("seed", range(3))
async def test_every_connection_has_one_owner_and_comes_back(database_url: str, seed: int) -> None:
    engine = create_engine(database_url, pooled=True, pool_size=3, pool_timeout=5)
    sessions, tasks = session_factory(engine), Tasks(seed)
    owners: Counter[int] = Counter()
    wrong: list[str] = []

    def taken(connection: Any, record: Any, proxy: Any) -> None:
        owners[id(record)] += 1
        if owners[id(record)] > 1 or owners.total() > 3:
            wrong.append(f"{owners}")

    def returned(connection: Any, record: Any) -> None:
        owners[id(record)] -= 1

    event.listen(engine.sync_engine, "checkout", taken)
    event.listen(engine.sync_engine, "checkin", returned)

    async def one(number: int) -> int:
        await tasks.point()
        async with sessions() as session:
            first = await session.scalar(text(f"SELECT set_config('menu.owner', '{number}', true)::int"))
            await tasks.point()
            owner = await session.scalar(text("SELECT current_setting('menu.owner')::int"))
            if number % 5 == 0:
                raise ValueError("a handler that fails gives its connection back too")
        assert first == owner == number
        return number

    results = await asyncio.wait_for(tasks.run(*(one(number) for number in range(30))), 20)
    await engine.dispose()
    assert wrong == []
    assert owners.total() == 0
    assert [number for number in results if isinstance(number, int)] == [n for n in range(30) if n % 5]


async def test_who_waits_for_a_connection_is_served_before_who_comes_later(database_url: str) -> None:
    engine = create_engine(database_url, pooled=True, pool_size=1, pool_timeout=5)
    served: list[int] = []

    async def one(number: int) -> None:
        async with engine.connect() as connection:
            served.append(number)
            await connection.execute(text("SELECT 1"))

    held = await engine.connect()
    waiting = [asyncio.create_task(one(number)) for number in range(5)]
    for _ in range(10):
        await asyncio.sleep(0)
    await held.close()
    await one(5)
    await asyncio.gather(*waiting)
    await engine.dispose()
    assert served == list(range(6))
