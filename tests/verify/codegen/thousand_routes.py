"""Starts an app over `routes_of_toys` and compares its first route with its last; prints the figures as JSON.

A process of its own: what counts is a start from nothing, with every import.
"""

import asyncio
import json
import time
from typing import Any

from routes_of_toys import registry  # type: ignore[import-not-found]

from src.lambdatwin.app import create_app
from src.lambdatwin.project import Registry
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning

BATCHES, BATCH = 60, 50


async def _call(app: Any, path: str) -> int:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"api.test")],
        "client": ("127.0.0.1", 1),
        "http_version": "1.1",
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0]


async def _seconds(app: Any, path: str) -> float:
    start = time.process_time()
    for _ in range(BATCH):
        assert await _call(app, path) == 200
    return (time.process_time() - start) / BATCH


async def _compared(app: Any, first: str, last: str) -> tuple[float, float]:
    """The cheapest batch of each, in turns: what else the machine does falls on both."""
    pairs = [(await _seconds(app, first), await _seconds(app, last)) for _ in range(BATCHES)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def main() -> None:
    settings = Settings(
        environment="test",
        database_url="postgresql://nobody@127.0.0.1:1/none",
        cognito_issuer="http://127.0.0.1:1/pool",
        cognito_client_id="client",
    )
    app = create_app(MenuPlanning(), settings, registry=Registry(registry.ROUTERS, registry.MODULES))
    app.state.lambdatwin.started = True  # no lifespan: nothing here needs the database
    cpu, ready = time.process_time(), time.time()
    routes = [route for router in registry.ROUTERS for route in router.routes]
    paths = [route.path.replace("{id}", "some-id") for route in (routes[0], routes[-1])]
    first, last = asyncio.run(_compared(app, *paths))
    print(json.dumps({"ready": ready, "cpu": cpu, "routes": len(routes), "first": first, "last": last}))


if __name__ == "__main__":
    main()
