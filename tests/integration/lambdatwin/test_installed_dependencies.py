"""What FastAPI does for dependencies of its own routes it does for those of `install`, too, and for WebSockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Header, Response, WebSocket
from fastapi.testclient import TestClient
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.testclient import WebSocketDenialResponse

from src.lambdatwin import Project
from src.lambdatwin.app import install
from src.lambdatwin.dependencies import Accepted, verdict
from src.lambdatwin.settings import Settings
from tests.support.toy_gateway import NO_ISSUER, LambdaHandler, client_of, toy_gateway, toy_router

pytestmark = pytest.mark.anyio


async def empty(event: dict[str, Any], context: Any) -> Any:
    return {"statusCode": 204, "headers": {"X-Own": "1"}}


def app_with(*dependencies: Any, handler: LambdaHandler = empty) -> FastAPI:
    app = FastAPI()
    install(app, [toy_router(handler)], dependencies=dependencies, project=Project(), settings=Settings(**NO_ISSUER))
    return app


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with app.router.lifespan_context(app), client_of(app) as client:
        yield client


async def test_its_background_tasks_run_after_the_answer() -> None:
    ran: list[str] = []

    def later(background: BackgroundTasks) -> None:
        background.add_task(ran.append, "task")

    async def handler(event: dict[str, Any], context: Any) -> Any:
        ran.append("handler")
        return await empty(event, context)

    async with running(app_with(Depends(later), handler=handler)) as client:
        assert (await client.get("/things/1")).status_code == 204
    assert ran == ["handler", "task"]


async def test_its_headers_and_cookies_are_sent_with_the_handlers() -> None:
    def marks(response: Response) -> None:
        response.headers["X-Remaining"] = "9"
        response.set_cookie("seen", "1")

    async with running(app_with(Depends(marks))) as client:
        answer = await client.get("/things/1")
    assert (answer.headers["x-own"], answer.headers["x-remaining"]) == ("1", "9")
    assert answer.headers["set-cookie"].startswith("seen=1;")


@pytest.mark.parametrize("scope", ["function", "request"])
async def test_what_it_holds_is_open_while_the_handler_runs(scope: Literal["function", "request"]) -> None:
    said: list[str] = []

    async def held() -> AsyncIterator[None]:
        said.append("open")
        yield
        said.append("closed")

    async def handler(event: dict[str, Any], context: Any) -> Any:
        said.append("handler")
        return await empty(event, context)

    async with running(app_with(Depends(held, scope=scope), handler=handler)) as client:
        assert (await client.get("/things/1")).status_code == 204
    assert said == ["open", "handler", "closed"]


async def test_its_parameters_are_documented() -> None:
    async def key(x_key: Annotated[str, Header()]) -> None: ...

    operation = app_with(Depends(key)).openapi()["paths"]["/things/{id}"]["get"]
    assert [(one["in"], one["name"], one["required"]) for one in operation["parameters"]] == [("header", "x-key", True)]


def test_a_router_with_dependencies_of_its_own_is_refused() -> None:
    router = toy_router(empty)
    router.dependencies.append(Depends(empty))
    with pytest.raises(ValueError, match="takes the dependencies, not the routers"):
        install(FastAPI(), [router], project=Project(), settings=Settings(**NO_ISSUER))


def test_a_websocket_takes_the_verdict() -> None:
    app = toy_gateway(toy_router(empty, auth="iam"))

    @app.websocket("/whoami")
    async def whoami(websocket: WebSocket, found: Annotated[Accepted, Depends(verdict)]) -> None:
        await websocket.accept()
        await websocket.send_json(found.claims["sub"])
        await websocket.close()

    client = TestClient(app)
    with client.websocket_connect("/whoami", headers={"Authorization": "Bearer good"}) as opened:
        assert opened.receive_json() == "u1"
    with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/whoami"):
        pass
    generated = client.get("/things/1")
    assert (refused.value.status_code, refused.value.content) == (401, generated.content)


class Caller:
    def __init__(self, found: Annotated[Accepted, Depends(verdict)]) -> None:
        self.claims = found.claims


@pytest.mark.parametrize("path", ["/sub", "/sub/deep", "/packed"])
def test_an_app_that_is_mounted_takes_the_verdict(path: str) -> None:
    app, sub, deep, packed = FastAPI(), FastAPI(), FastAPI(), FastAPI()
    for one in (sub, deep, packed):

        @one.get("/caller")
        async def caller(found: Annotated[Caller, Depends()]) -> None: ...

        @one.websocket("/socket")
        async def socket(websocket: WebSocket, found: Annotated[Accepted, Depends(verdict)]) -> None: ...

    sub.mount("/deep", deep)
    app.mount("/sub", sub)
    app.router.routes.append(Mount("/packed", packed, middleware=[Middleware(GZipMiddleware)]))
    install(app, [toy_router(empty, auth="iam")], project=Project(), settings=Settings(**NO_ISSUER))
    with TestClient(app) as client:
        generated, answer = client.get("/things/1"), client.get(f"{path}/caller")
        with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect(f"{path}/socket"):
            pass
    assert (generated.status_code, generated.content) == (401, answer.content)
    assert (answer.status_code, refused.value.status_code, refused.value.content) == (401, 401, answer.content)


def test_an_app_of_another_framework_may_be_mounted() -> None:
    class Bottle:
        """Its routes know their app, as those of Bottle's do."""

        def __init__(self) -> None:
            self.routes = [SimpleNamespace(app=self)]

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await Response("theirs")(scope, receive, send)

    app = app_with()
    app.mount("/theirs", GZipMiddleware(Bottle()))
    with TestClient(app) as client:
        assert client.get("/theirs").text == "theirs"
