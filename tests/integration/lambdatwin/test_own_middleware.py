"""Middleware of the developer that ends a request, and a client that leaves while some stands around the app."""

import asyncio
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from src.lambdatwin.observability.metrics import Metrics
from tests.support.toy_gateway import client_of, scope_of, toy_gateway, toy_router

pytestmark = pytest.mark.anyio


async def hanging(event: dict[str, Any], context: Any) -> Any:
    await asyncio.Event().wait()


class Limited:
    """Gives a request a moment."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            async with asyncio.timeout(0.01):
                await self.app(scope, receive, send)
        except TimeoutError:
            await PlainTextResponse("too slow", 504)(scope, receive, send)


async def limit(request: Request, call_next: Any) -> Response:
    try:
        answer: Response = await asyncio.wait_for(call_next(request), 0.01)
    except TimeoutError:
        return PlainTextResponse("too slow", 504)
    return answer


def limited(app: FastAPI) -> None:
    app.add_middleware(Limited)


def limited_by_function(app: FastAPI) -> None:
    app.middleware("http")(limit)


@pytest.mark.parametrize("add", [limited, limited_by_function])
@pytest.mark.parametrize("mounted", [False, True])
async def test_a_middleware_that_limits_the_time_answers_itself(add: Any, mounted: bool) -> None:
    app = toy_gateway(toy_router(hanging))
    outermost = FastAPI() if mounted else app
    if mounted:
        outermost.mount("/below", app)
    add(outermost)
    async with client_of(outermost) as client:
        answer = await client.get("/below/things/1" if mounted else "/things/1")
    assert (answer.status_code, answer.text) == (504, "too slow")


async def test_a_client_that_leaves_is_no_failure_to_a_middleware() -> None:
    class Marked(BaseHTTPMiddleware):
        async def dispatch(self, request: Request, call_next: Any) -> Response:
            response: Response = await call_next(request)
            response.headers["x-marked"] = "yes"
            return response

    metrics = Metrics()
    app = toy_gateway(toy_router(hanging), metrics=metrics)
    app.add_middleware(Marked)
    messages = [{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}]
    sent: list[Any] = []

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope_of("/things/1"), receive, send)
    assert sent == []
    assert 'route="/things/{id}",status="499"' in metrics.exposition().decode()


async def test_a_middleware_finds_the_router_at_the_end_of_the_stack() -> None:
    """As Starlette's own have it: each middleware keeps the next one as `app`."""
    found: list[Any] = []

    class Walking:
        def __init__(self, app: Any) -> None:
            self.app = app
            while not isinstance(app, APIRouter):
                app = app.app
            found.append(app)

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.app(scope, receive, send)

    app = toy_gateway(toy_router(hanging), cors_allow_origins=["https://shop.example"])
    app.add_middleware(Walking)
    async with client_of(app) as client:
        await client.get("/nowhere")
    assert found == [app.router]
