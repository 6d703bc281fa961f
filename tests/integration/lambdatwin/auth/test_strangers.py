"""Clients without any credential, who post random refresh tokens: what they can take from others."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.integration.lambdatwin.auth.cognitos import GENUINE, Served, served
from tests.unit.lambdatwin.auth.corpus.world import token

pytestmark = pytest.mark.anyio

STRANGERS = 6


@asynccontextmanager
async def strangers(app: Served, number: int) -> AsyncIterator[list[int]]:
    """So many of them post one random refresh token after the other; the statuses that they got."""
    statuses: list[int] = []

    async def one(client: httpx.AsyncClient) -> None:
        while True:
            answer = await client.post("/auth/refresh", json={"refresh_token": secrets.token_urlsafe(64)})
            statuses.append(answer.status_code)

    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=app.url, trust_env=False, verify=False, timeout=30, limits=limits) as client:
        tasks = [asyncio.create_task(one(client)) for _ in range(number)]
        try:
            yield statuses
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.long
async def test_a_cognito_that_hangs_takes_nothing_from_bearers_and_readiness(
    seeded_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(seeded_database_url, monkeypatch) as app:
        app.cognito.seconds = None
        headers = {"authorization": f"Bearer {token().decode()}"}
        async with (
            strangers(app, STRANGERS),
            httpx.AsyncClient(base_url=app.url, trust_env=False, verify=False, timeout=30) as client,
        ):
            await app.cognito.arrival.wait()
            for _ in range(5):
                assert (await client.get(app.path, headers=headers)).status_code == 200
                assert (await client.get("/health/ready")).status_code == 200
            assert len(app.cognito.calls) >= STRANGERS


async def test_genuine_refreshes_succeed_beside_strangers(
    seeded_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(seeded_database_url, monkeypatch) as app:
        async with (
            strangers(app, STRANGERS) as seen,
            httpx.AsyncClient(base_url=app.url, trust_env=False, verify=False, timeout=30) as client,
        ):
            await app.cognito.arrival.wait()
            for number in range(5):
                answer = await client.post("/auth/refresh", json={"refresh_token": f"{GENUINE}{number}"})
                assert answer.status_code == 200
        assert set(seen) == {401}
