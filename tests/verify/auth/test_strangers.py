"""Long form of what clients without any credential can take from others: up to 500 of them."""

import asyncio
import time

import httpx
import pytest

from tests.integration.lambdatwin.auth.cognitos import GENUINE, Cognito, Served, served
from tests.integration.lambdatwin.auth.test_strangers import strangers
from tests.unit.lambdatwin.auth.corpus.world import token

pytestmark = pytest.mark.anyio

READS, REFRESHES = 100, 10
MODES: dict[str, Cognito] = {
    "healthy": Cognito(seconds=0.02),
    "hangs": Cognito(seconds=None),
    "answers in 3 s": Cognito(seconds=3.0),
    "errs": Cognito(fault=(500, {"__type": "InternalErrorException"})),
}


async def _reads(app: Served) -> list[float]:
    """Seconds that each valid read took, readiness green beside."""
    headers = {"authorization": f"Bearer {token().decode()}"}
    taken = []
    async with httpx.AsyncClient(base_url=app.url, trust_env=False, timeout=30) as client:
        for number in range(READS):
            started = time.perf_counter()
            assert (await client.get(app.path, headers=headers)).status_code == 200
            taken.append(time.perf_counter() - started)
            if number % 10 == 0:
                assert (await client.get("/health/ready")).status_code == 200
    return sorted(taken)


async def _genuine(app: Served) -> list[int]:
    async with httpx.AsyncClient(base_url=app.url, trust_env=False, timeout=30) as client:
        sent = (client.post("/auth/refresh", json={"refresh_token": f"{GENUINE}{n}"}) for n in range(REFRESHES))
        return [answer.status_code for answer in await asyncio.gather(*sent)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("number", [1, 4, 50, 500])
async def test_strangers_take_nothing_from_others(
    seeded_database_url: str, monkeypatch: pytest.MonkeyPatch, mode: str, number: int
) -> None:
    async with served(seeded_database_url, monkeypatch) as app:
        app.cognito.seconds, app.cognito.fault = MODES[mode].seconds, MODES[mode].fault
        async with strangers(app, number) as seen:
            await app.cognito.arrival.wait()
            taken = await _reads(app)
            genuine = await _genuine(app) if mode == "healthy" else []
        # The strangers, Cognito and the readers share this process: what is printed is above what a server shows.
        p99 = taken[int(len(taken) * 0.99) - 1] * 1000
        print(
            f"\nauth: {number} strangers, Cognito {mode}: reads p50 {taken[len(taken) // 2] * 1000:.1f} p99 {p99:.1f} ms"
        )
        assert set(genuine) <= {200}
        assert set(seen) <= {401, 503}
