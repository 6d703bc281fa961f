"""Routers that are included beside generated routes, and middleware that asks the routes which of them serves."""

import logging
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from src.lambdatwin.observability.logging import fields_of
from tests.support.toy_gateway import client_of, toy_gateway, toy_router

pytestmark = pytest.mark.anyio


async def echo(event: dict[str, Any], context: Any) -> Any:
    return {
        "statusCode": 200,
        "body": f"{event['httpMethod']} {event['resource']} {event['path']} {event['pathParameters']}",
    }


async def text_of(app: FastAPI, path: str) -> str:
    async with client_of(app) as client:
        return (await client.get(path)).text


async def test_an_included_route_for_every_path_leaves_all_but_greedy_ones() -> None:
    app, pages = toy_gateway(toy_router(echo)), APIRouter()

    @pages.get("/{page:path}")
    async def page(page: str) -> str:
        return "a page"

    app.include_router(pages)
    assert await text_of(app, "/things/1") == "GET /things/{id} /things/1 {'id': '1'}"
    assert await text_of(app, "/else") == '"a page"'


async def test_an_included_route_goes_before_a_declared_one_with_parameters() -> None:
    app, inner = toy_gateway(toy_router(echo, path="/{a}/{b}")), APIRouter()

    @inner.get("/users")
    async def users() -> str:
        return "users"

    @inner.get("/{page:path}")
    async def page(page: str) -> str:
        return "a page"

    app.include_router(inner, prefix="/admin")
    assert await text_of(app, "/admin/users") == '"users"'
    assert await text_of(app, "/admin/else") == '"a page"'
    assert await text_of(app, "/else/1") == "GET /{a}/{b} /else/1 {'a': 'else', 'b': '1'}"


async def test_a_route_of_the_document_alone_is_served_by_another_one() -> None:
    outer, inner = (
        toy_router(echo, path="/orders/{rest:path}"),
        toy_router(echo, path="/orders/{id}", document_only=True),
    )
    app = toy_gateway(inner, outer)
    assert await text_of(app, "/orders/7") == "GET /orders/{rest+} /orders/7 {'rest': '7'}"
    assert {"/orders/{id}", "/orders/{rest}"} <= app.openapi()["paths"].keys()

    @app.get("/orders/{id}/by-hand")
    async def by_hand(id: str) -> str:
        return id

    assert await text_of(app, "/orders/7/by-hand") == '"7"'


async def test_the_log_has_the_whole_template_of_an_included_route(caplog: pytest.LogCaptureFixture) -> None:
    app, outer, inner = toy_gateway(toy_router(echo)), APIRouter(prefix="/outer"), APIRouter(prefix="/inner")

    @inner.get("/users/{id}")
    async def users(id: str) -> None: ...

    async def plain(request: Request) -> PlainTextResponse:
        return PlainTextResponse("")

    inner.add_route("/plain/{id}", plain)
    outer.include_router(inner)
    app.include_router(outer, prefix="/v1")
    paths = ("/v1/outer/inner/users/7", "/v1/outer/plain/7", "/things/7")
    expected = ["/v1/outer/inner/users/{id}", "/v1/outer/plain/{id}", "/things/{id}"]
    assert await logged_routes(app, caplog, *paths) == expected


@pytest.mark.parametrize("root_path", ["", "/api"])
async def test_the_log_and_the_metrics_have_the_mount_of_a_route(
    root_path: str, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    app, admin, tenant = toy_gateway(toy_router(echo)), FastAPI(), FastAPI()
    app.root_path = root_path

    @admin.get("/things/{id}")
    async def things(id: str) -> None: ...

    @tenant.get("/users/{id}")
    async def users(id: str) -> None: ...

    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    admin.mount("/of/{tenant}", tenant)
    static = Mount("/static", StaticFiles(directory=tmp_path))
    admin.mount("/plain", Starlette(routes=[static, Route("/list/{id}", lambda _: PlainTextResponse(""))]))
    app.mount("/admin", admin)
    called = {
        "/admin/things/7": "/admin/things/{id}",
        "/things/7": "/things/{id}",
        "/admin/of/acme/users/7": "/admin/of/{tenant}/users/{id}",
        "/admin/plain/list/7": "/admin/plain/list/{id}",
        "/admin/plain/static/a.txt": "/admin/plain/static/{path}",
    }
    expected = list(called.values())
    assert await logged_routes(app, caplog, *(root_path + path for path in called)) == expected
    metrics = app.state.lambdatwin.services.runtime.metrics.exposition().decode()
    assert all(f'route="{route}"' in metrics for route in expected)
    assert "acme" not in metrics


async def test_files_and_starlettes_own_routes_have_their_templates(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    app, admin, files = toy_gateway(toy_router(echo)), FastAPI(), StaticFiles(directory=tmp_path)
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    for one in (app, admin):
        one.mount("/static", files)
        one.mount("/of/{tenant}", PlainTextResponse(""))
        one.add_route("/plain/{id}", lambda _: PlainTextResponse(""))
    app.mount("/admin", admin)
    app.mount("/", files)
    called = {
        "/static/a.txt": "/static/{path}",
        "/of/acme/1": "/of/{tenant}/{path}",
        "/plain/7": "/plain/{id}",
        "/things/7": "/things/{id}",
        "/admin/static/a.txt": "/admin/static/{path}",
        "/admin/static/gone.txt": "/admin/static/{path}",
        "/admin/of/acme/1": "/admin/of/{tenant}/{path}",
        "/admin/plain/7": "/admin/plain/{id}",
        "/admin/gone": "/admin/{path}",
        "/a.txt": "/{path}",
    }
    assert await logged_routes(app, caplog, *called) == list(dict.fromkeys(called.values()))


async def test_files_of_a_front_end_are_no_requests_without_a_route(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("a", encoding="utf-8")
    app = toy_gateway(toy_router(echo))
    app.frontend("/", directory=tmp_path)
    assert await logged_routes(app, caplog, "/a.txt") == ["other"]
    metrics = app.state.lambdatwin.services.runtime.metrics.exposition().decode()
    assert 'method="GET",route="other",status="200"' in metrics


async def logged_routes(app: FastAPI, caplog: pytest.LogCaptureFixture, *paths: str) -> list[str]:
    """The routes that the log says of requests for these paths, each once."""
    logger = logging.getLogger("lambdatwin")
    logger.propagate = True
    try:
        with caplog.at_level(logging.INFO, "lambdatwin"):
            for path in paths:
                await text_of(app, path)
    finally:
        logger.propagate = False
    routes = [fields_of(record)["route"] for record in caplog.records if record.message == "request_completed"]
    return list(dict.fromkeys(routes))


class Asking:
    """As instrumentation does: asks every route before the request goes on."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        for route in scope["app"].routes:
            route.matches(scope)
        await self.app(scope, receive, send)


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"path": "/things/2", "raw_path": b"/things/2"}, "GET /things/{id} /things/2 {'id': '2'}"),
        ({"path": "/other"}, "GET /other /other None"),
        ({"method": "DELETE"}, "DELETE /things/{other} /things/1 {'other': '1'}"),
    ],
)
async def test_a_middleware_may_change_the_request_after_another_has_asked(change: dict[str, Any], seen: str) -> None:
    app = toy_gateway(
        toy_router(echo), toy_router(echo, method="DELETE", path="/things/{other}"), toy_router(echo, path="/other")
    )

    class Changed:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.app({**scope, **change}, receive, send)

    app.add_middleware(Asking)
    app.add_middleware(Changed)
    app.add_middleware(Asking)
    assert await text_of(app, "/things/1") == seen


async def test_files_at_the_root_leave_declared_routes(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("home")
    app = toy_gateway(toy_router(echo))
    app.mount("/", StaticFiles(directory=tmp_path, html=True))
    assert await text_of(app, "/") == "home"
    assert await text_of(app, "/things/1") == "GET /things/{id} /things/1 {'id': '1'}"
