"""A response that was answered with 200 is processed, once; every other one is processed when it is delivered again."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.bench.kit.issuer import Issuer
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.onboarding import (
    SETTINGS,
    Typeform,
    beside,
    change,
    fetch,
    keep_terminating,
    new,
)
from tests.integration.lambdatwin.faults.probe import is_documented_error
from tests.integration.lambdatwin.faults.test_database_faults import until_somebody_waits

pytestmark = pytest.mark.anyio


def a_client(port: int, token: str) -> str:
    client: str = new(port, token, "/clients", {"profile": {"name": "Ana"}}, "client_id")
    return client


@asynccontextmanager
async def held(cluster: Cluster, client: str) -> AsyncIterator[asyncpg.Connection]:
    """While the block runs, another session holds the client's row."""
    holder = await asyncpg.connect(cluster.url, server_settings={"application_name": "holder"})
    try:
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM recipes_catalog.clients WHERE id = $1 FOR UPDATE", client)
            yield holder
    finally:
        await holder.close()


async def processed(cluster: Cluster, typeform: Typeform, response: str, seconds: float = 10) -> bool:
    """Whether the response gets processed within this time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await fetch(
            cluster.url,
            "SELECT 1 FROM client_onboarding.form_responses WHERE response_id = $1 AND processed_at IS NOT NULL",
            typeform.token(response),
        ):
            return True
        await asyncio.sleep(0.02)
    return False


async def versions(cluster: Cluster, clients: list[str]) -> list[int]:
    rows = await fetch(
        cluster.url, "SELECT id, version FROM recipes_catalog.clients WHERE id = ANY($1) ORDER BY id", clients
    )
    return [row["version"] for row in rows]


async def test_the_sender_who_hangs_up_stops_nothing(cluster: Cluster, issuer: Issuer, token: str) -> None:
    typeform = Typeform()
    with app_process(cluster.url, issuer, SETTINGS) as server:
        typeform.register(server.port, token)
        client = a_client(server.port, token)
        async with held(cluster, client) as holder:
            with socket.create_connection(("127.0.0.1", server.port)) as connection:
                connection.sendall(typeform.delivery("r", client))
                await until_somebody_waits(holder)
                # Long enough for the server to see that the sender has left.
                connection.shutdown(socket.SHUT_RDWR)
            await asyncio.sleep(0.5)
        # Without another delivery, and with one.
        assert await processed(cluster, typeform, "r")
        again = await asyncio.to_thread(typeform.deliver, server.port, "r", client)
    assert again is not None
    assert again.status == 200
    assert await versions(cluster, [client]) == [2]


@pytest.mark.long
async def test_a_client_that_is_held_for_long_is_a_503_and_processed_later(
    cluster: Cluster, issuer: Issuer, token: str
) -> None:
    typeform = Typeform()
    with app_process(cluster.url, issuer, SETTINGS) as server:
        typeform.register(server.port, token)
        client = a_client(server.port, token)
        async with held(cluster, client):
            refused = await asyncio.to_thread(typeform.deliver, server.port, "r", client)
        assert refused is not None
        assert is_documented_error(refused, 503)
        assert "retry-after: 1" in refused.head.lower()
        assert await typeform.unprocessed(cluster.url) == [typeform.token("r")]
        taken = await asyncio.to_thread(typeform.deliver, server.port, "r", client)
    assert taken is not None
    assert taken.status == 200
    assert await typeform.unprocessed(cluster.url) == []
    assert await versions(cluster, [client]) == [2]


async def test_a_client_may_be_edited_and_get_several_responses_at_once(
    cluster: Cluster, issuer: Issuer, token: str
) -> None:
    """No edit names a version: neither edits nor deliveries are conflicts."""
    typeform, edits = Typeform(), []
    with app_process(cluster.url, issuer, SETTINGS) as server:
        typeform.register(server.port, token)
        client = a_client(server.port, token)

        async def edit() -> None:
            for number in range(15):
                status = await asyncio.to_thread(
                    change, server.port, token, f"/clients/{client}", {"notes": f"{number}"}
                )
                edits.append(status)

        async def deliver(one: int) -> None:
            for number in range(10):
                await asyncio.to_thread(typeform.deliver, server.port, f"{one}-{number}", client)

        await asyncio.gather(edit(), edit(), *(deliver(one) for one in range(3)))
    assert edits == [200] * 30
    assert typeform.answers == {200: 30}
    assert await typeform.unprocessed(cluster.url) == []
    # Each edit and each response once.
    assert await versions(cluster, [client]) == [1 + 30 + 30]


async def test_every_response_is_processed_once_whatever_breaks(cluster: Cluster, issuer: Issuer, token: str) -> None:
    """Connections are broken all the time, and the server is killed in the middle."""
    typeform = Typeform()
    with app_process(cluster.url, issuer, SETTINGS) as server:
        typeform.register(server.port, token)
        clients = [a_client(server.port, token) for _ in range(30)]
        async with beside(keep_terminating(cluster.url, 0.1)):
            first = [
                asyncio.create_task(asyncio.to_thread(typeform.deliver, server.port, client, client))
                for client in clients
            ]
            # In the middle of them, however fast this machine is.
            await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
            server.processes[0].kill()
            await asyncio.gather(*first)
    async with beside(keep_terminating(cluster.url, 0.1)):
        with app_process(cluster.url, issuer, SETTINGS) as server:
            await asyncio.gather(*(typeform.until_taken(server.port, client, client) for client in clients))
    assert await typeform.unprocessed(cluster.url) == []
    assert await versions(cluster, clients) == [2] * len(clients)
    rows = await fetch(
        cluster.url, "SELECT id, onboarding_data FROM recipes_catalog.clients WHERE id = ANY($1)", clients
    )
    assert {row["id"]: json.loads(row["onboarding_data"])["response_id"] for row in rows} == {
        client: typeform.token(client) for client in clients
    }
