"""No call of the product's own routes holds the event loop for more than 50 ms."""

import gc
import json
import time
from typing import Any

import pytest

from src.lambdatwin.app import create_app
from src.lambdatwin.project import Registry
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.bench.kit.issuer import Issuer
from tests.integration.lambdatwin.faults.conftest import ADMINISTRATOR
from tests.support.toy_gateway import client_of, toy_gateway, toy_router
from tests.unit.lambdatwin.loop_guard import guarded_loop

pytestmark = pytest.mark.anyio


async def test_a_planted_blocking_call_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def blocking(event: dict[str, Any], context: Any) -> Any:
        time.sleep(0.06)  # noqa: ASYNC251 - the call that is to be found
        return {"statusCode": 200, "headers": {}, "body": ""}

    async with client_of(toy_gateway(toy_router(blocking))) as client, guarded_loop(monkeypatch) as steps:
        await client.get("/things/1")
    assert len(steps) == 1
    assert steps[0].seconds >= 0.055


@pytest.mark.long
async def test_no_route_holds_the_loop(
    seeded_database_url: str, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every GET of the API, lists of the greatest length, and a write of a hundred products."""
    settings = {name.lower(): value for name, value in issuer.environment().items()}
    registry = MenuPlanning().registry()
    configured = Settings(environment="test", database_url=seeded_database_url, **settings)
    app = create_app(MenuPlanning(), configured, registry=registry)
    headers = {"Authorization": f"Bearer {issuer.token(ADMINISTRATOR)}"}
    reads = [path.replace("{id}", ADMINISTRATOR) for path in _paths(registry) if path.count("{") <= 1]
    products = json.dumps([{"name": f"Blocking {number}", "is_food": False} for number in range(100)])
    async with app.router.lifespan_context(app), client_of(app) as client:

        async def round_trip(body: str) -> set[int]:
            answers = [await client.get(path, headers=headers) for path in reads]
            answers.append(await client.get("/products?limit=500", headers=headers))
            answers.append(await client.post("/products", headers=headers, content=body))
            return {answer.status_code for answer in answers}

        # The first time compiles statements and schemas; a process does that once.
        await round_trip(products)
        gc.collect()
        gc.freeze()
        async with guarded_loop(monkeypatch) as steps:
            statuses = await round_trip(products.replace("Blocking", "Not blocking"))
        gc.unfreeze()
    assert {200, 201} <= statuses
    assert all(status < 500 for status in statuses)
    assert steps == []


def _paths(registry: Registry) -> list[str]:
    return [route.path for route in registry.routes if "GET" in (route.methods or ())]
