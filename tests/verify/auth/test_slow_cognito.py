"""A Cognito that accepts connections and never answers."""

import time

import httpx
import pytest

from src.lambdatwin.auth.cognito import ClientCredentials, Cognito, UnreachableError
from tests.unit.lambdatwin.auth.jwks_server import jwks_server

pytestmark = [pytest.mark.anyio, pytest.mark.alone]


async def test_nobody_waits_longer_than_three_seconds() -> None:
    async with jwks_server(b"{}") as server, httpx.AsyncClient() as client:
        server.hold()
        cognito = Cognito(client, server.url, ClientCredentials("client", None), "get_tokens")
        started = time.perf_counter()
        with pytest.raises(UnreachableError):
            await cognito.refresh("token", None)
        waited = time.perf_counter() - started
    print(f"\nauth: a silent Cognito held a refresh for {waited:.1f} s")
    assert waited < 4
