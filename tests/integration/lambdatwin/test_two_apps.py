"""Two apps in one process, each on a database of its own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from src.lambdatwin.database import APP_SESSIONS, NoCurrentAppError
from src.lambdatwin.devtools.local import local_app
from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support import postgres
from tests.support.toy_gateway import client_of

pytestmark = pytest.mark.anyio

PRODUCT = {"name": "Only in one database", "is_food": False}


@asynccontextmanager
async def _running(url: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    kind: dict[str, Any] = {"environment": "test", "database_url": url, "port": 8000}
    app = local_app(MenuPlanning(), Settings(**kind), folder=folder)
    token = make_token(Settings(**kind), "administrator", seconds=60, people=MenuPlanning.people, folder=folder)
    async with app.router.lifespan_context(app), client_of(app) as client:
        client.headers["authorization"] = f"Bearer {token}"
        yield client


async def _products(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        statement = "SELECT count(*) FROM products_catalog.products WHERE name = $1"
        return int(await connection.fetchval(statement, PRODUCT["name"]))
    finally:
        await connection.close()


@pytest.fixture
def second_database_url(postgres_server: str, seeded_template: str) -> Any:
    with postgres.clone(postgres_server, seeded_template) as url:
        yield url


@pytest.mark.parametrize("ends_first", [0, 1])
async def test_a_row_goes_into_the_database_of_its_app(
    seeded_database_url: str, second_database_url: str, tmp_path: Path, ends_first: int
) -> None:
    urls = [seeded_database_url, second_database_url]
    stacks = [AsyncExitStack(), AsyncExitStack()]
    clients = [
        await stack.enter_async_context(_running(url, tmp_path)) for stack, url in zip(stacks, urls, strict=True)
    ]
    for client in clients:
        assert (await client.post("/products", json=PRODUCT)).status_code == 201
    assert [await _products(url) for url in urls] == [1, 1]
    with pytest.raises(NoCurrentAppError):
        APP_SESSIONS()
    await stacks[ends_first].aclose()
    left = 1 - ends_first
    assert (await clients[left].post("/products", json={**PRODUCT, "barcode": "4006381333931"})).status_code == 201
    assert await _products(urls[left]) == 2
    assert await _products(urls[ends_first]) == 1
    APP_SESSIONS()
    await stacks[left].aclose()
    with pytest.raises(NoCurrentAppError):
        APP_SESSIONS()
