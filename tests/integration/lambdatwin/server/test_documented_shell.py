"""What the document says of /health and /auth/* is what the app serves, and what it answers."""

import functools
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from src.lambdatwin.app import create_app
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.server.test_closed_docs import SETTINGS

pytestmark = pytest.mark.anyio

SESSION = {
    "session_secret": "0f5ee1b1c2c34f3fa4a19b0ab4d2c6d7",
    "cognito_domain": "https://login.example.com",
    "auth_redirect_uri": "https://menus.example.com/auth/callback",
}


def _app(**changes: Any) -> FastAPI:
    return create_app(MenuPlanning(), Settings(**SETTINGS, **changes))  # type: ignore[arg-type]


@functools.cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(_app().openapi()))
    return document


def _of_shell(routes: Any) -> Iterator[tuple[str, str]]:
    for route in routes:
        if getattr(route, "path", "").startswith(("/auth", "/health")):
            yield from ((route.path, method.lower()) for method in route.methods - {"HEAD"})


@pytest.mark.parametrize("more", [{}, SESSION])
async def test_what_is_served_is_documented(more: dict[str, str]) -> None:
    app = _app(**more)
    operations = [(path, method) for path, item in app.openapi()["paths"].items() for method in item]
    documented = sorted(one for one in operations if one[0].startswith(("/auth", "/health")))
    assert documented == sorted(_of_shell(app.routes))
    assert len(documented) == (6 if more else 4)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("get", "/health", "", 200),
        ("get", "/health/ready", "", 503),
        ("post", "/auth/refresh", "", 401),
        ("post", "/auth/refresh", "[]", 400),
        ("post", "/auth/logout", "", 401),
        ("post", "/auth/logout", "no JSON", 400),
    ],
)
async def test_answers_are_as_documented(method: str, path: str, body: str, status: int) -> None:
    app = _app()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        answer = await client.request(method, path, content=body)
    document = _document()
    (media,) = document["paths"][path][method]["responses"][str(status)]["content"].values()
    assert answer.status_code == status
    Draft202012Validator({**media["schema"], "components": document["components"]}).validate(answer.json())
