"""Starts an app over `routes_of_toys` and compares its first route with its last, and so an app of as many routes of
FastAPI's own; prints the figures as JSON.

A process of its own: what counts is a start from nothing, with every import.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
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


async def _compared(app: Any, plain: Any, paths: Sequence[str]) -> list[float]:
    """The cheapest batch of each path, of ours and of FastAPI's, in turns: what else the machine does falls on all."""
    rounds = [[await _seconds(one, path) for one in (app, plain) for path in paths] for _ in range(BATCHES)]
    return [min(taken) for taken in zip(*rounds, strict=True)]


def _plain(paths: Sequence[str]) -> FastAPI:
    app = FastAPI()

    async def thing(id: str) -> dict[str, str]:
        return {"id": id}

    for path in paths:
        app.add_api_route(path, thing)
    return app


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
    routes = [route.path for router in registry.ROUTERS for route in router.routes]
    paths = [path.replace("{id}", "some-id") for path in (routes[0], routes[-1])]
    first, last, plain_first, plain_last = asyncio.run(_compared(app, _plain(routes), paths))
    figures = {"first": first, "last": last, "plain_first": plain_first, "plain_last": plain_last}
    print(json.dumps({"ready": ready, "cpu": cpu, "routes": len(routes), **figures}))


if __name__ == "__main__":
    main()
