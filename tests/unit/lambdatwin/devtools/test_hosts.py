"""The development server and names that another site lets point to it."""

import socket
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from src.lambdatwin.devtools.hosts import OwnHosts

pytestmark = pytest.mark.anyio


async def _ok(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("ok")(scope, receive, send)


async def _status(host: str) -> int:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(OwnHosts(_ok)), base_url="http://x") as client:
        return (await client.get("/", headers={"host": host})).status_code


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000", "192.168.1.5", "menus.localhost:8000"]
)
async def test_own_names_are_answered(host: str) -> None:
    assert await _status(host) == 200


async def test_the_machines_name_is_its_own() -> None:
    assert await _status(f"{socket.gethostname()}:8000") == 200


@pytest.mark.parametrize(
    "host",
    ["attacker.example", "attacker.example:80", "localhost.a.example", "evillocalhost", "", "127.0.0.1.x"],
)
async def test_other_names_are_misdirected(host: str) -> None:
    assert await _status(host) == 421
