"""A menu shows what its meals are, whatever breaks while they change; and no change is refused without need."""

import asyncio
import json
import random
import socket
import time
from contextlib import suppress

import asyncpg
import pytest

from tests.bench.kit.issuer import Issuer
from tests.bench.kit.load import request
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import ADMINISTRATOR, app_process
from tests.integration.lambdatwin.faults.onboarding import beside, change, differing_copies, keep_terminating, new
from tests.integration.lambdatwin.faults.probe import ask, is_documented_error
from tests.integration.lambdatwin.faults.test_database_faults import until_somebody_waits

pytestmark = pytest.mark.anyio
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def menus_of(port: int, token: str, meals: int, menus: int) -> list[str]:
    """The ids of new meals, each of which stands on every one of new menus."""
    ids = [new(port, token, "/meals", {"name": f"meal {number}"}, "meal_id") for number in range(meals)]
    client = new(port, token, "/clients", {"profile": {"name": "Ana"}}, "client_id")
    slots = [
        {"meal_id": meal, "week": 1, "weekday": _DAYS[place % 7], "meal_type": "lunch"}
        for place, meal in enumerate(ids)
    ]
    for _ in range(menus):
        new(port, token, f"/clients/{client}/menus", {"meals": slots}, "menu_id")
    return ids


async def storm(url: str, port: int, token: str, meals: list[str], changes: int) -> dict[int, int]:
    """Rename meals, each fifth time by a client who does not wait for the answer; rows are held now and then."""
    chance, statuses = random.Random(24), dict[int, int]()
    numbers = iter(range(changes))

    async def rename() -> None:
        for number in numbers:
            path = f"/meals/{chance.choice(meals)}"
            if number % 5 == 0:
                await asyncio.to_thread(leave, port, token, path, number, chance.choice((0.0, 0.005, 0.02, 0.05)))
                continue
            status = await asyncio.to_thread(change, port, token, path, {"name": f"name {number}"})
            statuses[status] = statuses.get(status, 0) + 1

    async def hold() -> None:
        holder = await asyncpg.connect(url, server_settings={"application_name": "holder"})
        try:
            while True:
                async with holder.transaction():
                    await holder.execute("SELECT 1 FROM recipes_catalog.menus ORDER BY random() LIMIT 1 FOR UPDATE")
                    await asyncio.sleep(0.2)
                await asyncio.sleep(0.1)
        finally:
            await holder.close()

    async with beside(hold()):
        await asyncio.gather(*(rename() for _ in range(6)))
    return statuses


def leave(port: int, token: str, path: str, number: int, seconds: float) -> None:
    """Send a change, and go away after some time."""
    body = json.dumps({"name": f"left {number}"}).encode()
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request("PUT", path, token=token, body=body))
        time.sleep(seconds)


@pytest.mark.long
async def test_menus_follow_whatever_breaks(cluster: Cluster, issuer: Issuer, token: str) -> None:
    with app_process(cluster.url, issuer) as server:
        meals = menus_of(server.port, token, meals=6, menus=2)
        async with beside(keep_terminating(cluster.url, 0.1)):
            statuses = await storm(cluster.url, server.port, token, meals, 120)
        assert server.stop() == (0,)
    assert set(statuses) <= {0, 200, 503}
    assert statuses[200] > 10
    assert await differing_copies(cluster.url) == []


@pytest.mark.long
async def test_one_held_row_leaves_the_other_routes_their_connections(
    cluster: Cluster, issuer: Issuer, token: str
) -> None:
    with app_process(cluster.url, issuer, {"DATABASE_POOL_SIZE": "2", "DATABASE_POOL_WAIT": "8"}) as server:
        (meal,) = menus_of(server.port, token, meals=1, menus=0)
        holder = await asyncpg.connect(cluster.url)
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM recipes_catalog.meals WHERE id = $1 FOR UPDATE", meal)
            body = b'{"name": "x"}'
            writing = [
                asyncio.create_task(
                    asyncio.to_thread(ask, server.port, "PUT", f"/meals/{meal}", token=token, body=body, seconds=30)
                )
                for _ in range(2)
            ]
            await until_somebody_waits(holder)
            began = time.monotonic()
            other = await asyncio.to_thread(ask, server.port, "GET", "/products?limit=1", token=token, seconds=30)
            waited = time.monotonic() - began
            refused = await asyncio.gather(*writing)
        await holder.close()
        after = ask(server.port, "PUT", f"/meals/{meal}", token=token, body=body)
    assert (other.status, after.status) == (200, 200)
    assert waited < 6
    assert all(is_documented_error(one, 503) for one in refused)


async def test_writers_without_a_version_are_never_in_conflict(cluster: Cluster, issuer: Issuer, token: str) -> None:
    """With a version one of them wins, as before; giving the same role at the same moment gives it once."""
    with app_process(cluster.url, issuer) as server:
        (meal,) = menus_of(server.port, token, meals=1, menus=0)

        async def at_once(count: int, method: str, path: str, body: object) -> list[int]:
            sent = json.dumps(body).encode()
            replies = await asyncio.gather(
                *(
                    asyncio.to_thread(ask, server.port, method, path, token=token, body=sent, seconds=30)
                    for _ in range(count)
                )
            )
            return sorted(reply.status for reply in replies)

        assert await at_once(24, "PUT", f"/meals/{meal}", {"notes": "x"}) == [200] * 24
        version = ask(server.port, "GET", f"/meals/{meal}", token=token).json["version"]
        assert version == 25
        assert await at_once(24, "PUT", f"/meals/{meal}", {"notes": "y", "version": version}) == [200] + [409] * 23
        role = {"context": "recipes_catalog", "name": "auditor"}
        path = f"/assign-role/{ADMINISTRATOR}"
        assert await at_once(12, "POST", path, role) == [200] * 12
        assert await at_once(2, "DELETE", f"{path}/recipes_catalog/auditor", None) == [200, 404]
        stale = ask(server.port, "PUT", f"/meals/{meal}", token=token, body=b'{"notes": "z", "version": 1}')
    assert stale.json["message"] == "Meal was changed by another request."
