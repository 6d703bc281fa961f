"""Long form of what clients without any credential can take from others: up to 500 of them."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tests.integration.lambdatwin.auth.apps import protected_path
from tests.integration.lambdatwin.auth.cognitos import GENUINE, Cognito, Served, on_socket, times
from tests.support.server import running_server
from tests.unit.lambdatwin.auth.corpus.world import CLIENT, ISSUER, access_claims, published, token
from tests.unit.lambdatwin.auth.jwks_server import jwks_server

pytestmark = [pytest.mark.anyio, pytest.mark.alone]

READS, REFRESHES = 100, 10
MODES: dict[str, Cognito] = {
    "healthy": Cognito(seconds=0.02),
    "hangs": Cognito(seconds=None),
    "answers in 3 s": Cognito(seconds=3.0),
    "errs": Cognito(fault=(500, {"__type": "InternalErrorException"})),
}


@asynccontextmanager
async def _apart(database_url: str, cognito: Cognito) -> AsyncIterator[Served]:
    """The app in a process of its own: the strangers' work is not its work."""
    api = Starlette(routes=[Route("/", cognito.answer, methods=["POST"])])
    async with jwks_server(published()) as jwks, on_socket(api) as url:
        names = {"COGNITO_ISSUER": ISSUER, "COGNITO_CLIENT_ID": CLIENT, "COGNITO_JWKS_URL": jwks.url}
        server = running_server(database_url, **names, COGNITO_ENDPOINT=f"{url}/")
        started = await asyncio.to_thread(server.__enter__)
        try:
            yield Served(started.url, protected_path(), cognito)
        finally:
            await asyncio.to_thread(server.__exit__, None, None, None)


CASES = [(number, mode) for number in (1, 4, 50, 500) for mode in MODES]


@asynccontextmanager
async def _strangers(app: Served, number: int) -> AsyncIterator[dict[str, int]]:
    """So many clients in a process of their own; what they were answered, once the block is over."""
    parts, seen = urlsplit(app.url), dict[str, int]()
    script = str(Path(__file__).with_name("flood.py"))
    arguments = (script, str(parts.hostname), str(parts.port), str(number))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=PIPE, stdout=PIPE)
    try:
        yield seen
    finally:
        said, _ = await process.communicate(b"enough\n")
        seen.update(json.loads(said))


async def _reads(app: Served) -> list[float]:
    """Seconds that each valid read took, readiness green beside."""
    headers = {"authorization": f"Bearer {token(access_claims(**times(app.cognito.now))).decode()}"}
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


@pytest.mark.parametrize(("number", "mode"), CASES)
async def test_strangers_take_nothing_from_others(seeded_database_url: str, number: int, mode: str) -> None:
    cognito = replace(MODES[mode], now=int(time.time()), calls=[], arrival=asyncio.Event())
    async with _apart(seeded_database_url, cognito) as app, _strangers(app, number) as seen:
        await app.cognito.arrival.wait()
        taken = await _reads(app)
        genuine = await _genuine(app) if mode == "healthy" else []
    p50, p99 = (taken[int(len(taken) * share) - 1] * 1000 for share in (0.5, 0.99))
    print(f"\nauth: {number} strangers, Cognito {mode}: reads p50 {p50:.1f} ms, p99 {p99:.1f} ms, answered {seen}")
    assert set(genuine) <= {200}
    assert set(seen) <= {"401", "503"}
