"""The app with its own issuer, as `make dev` starts it: the documentation page's login, and `make token`."""

import base64
import secrets
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from src.lambdatwin.devtools.local import local_app
from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support import postgres

pytestmark = pytest.mark.anyio

HOME = "http://127.0.0.1:8000"
ADMINISTRATOR = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer")


@pytest.fixture(scope="module")
def seeded(postgres_server: str, seeded_template: str) -> Iterator[str]:
    with postgres.clone(postgres_server, seeded_template) as url:
        yield url


@pytest.fixture
async def browser(seeded: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    kind: dict[str, Any] = {"environment": "test", "database_url": seeded, "port": 8000}
    app = local_app(MenuPlanning(), Settings(**kind), folder=folder)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        yield client


async def test_the_documentation_page_can_log_in(browser: httpx.AsyncClient) -> None:
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    redirect = f"{HOME}/docs/oauth2-redirect"
    asked = {"response_type": "code", "client_id": "local", "redirect_uri": redirect, "state": "s", "scope": "openid"}
    asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    form = {"username": "administrator", "password": "local-password"}
    done = await browser.post("/auth/local/oauth2/authorize", params=asked, data=form)
    code = parse_qs(urlsplit(done.headers["location"]).query)["code"][0]
    redeem = {"grant_type": "authorization_code", "client_id": "local", "code": code, "redirect_uri": redirect}
    tokens = (await browser.post("/auth/local/oauth2/token", data=redeem | {"code_verifier": verifier})).json()
    answer = await browser.get("/users/me", headers={"authorization": f"Bearer {tokens['access_token']}"})
    assert (answer.status_code, answer.json()["id"]) == (200, ADMINISTRATOR)


async def test_a_printed_token_opens_the_api_for_a_known_user_alone(browser: httpx.AsyncClient, folder: Path) -> None:
    kind: dict[str, Any] = {"environment": "test", "port": 8000}
    statuses = {}
    for user in ("administrator", "user", "33333333-3333-4333-8333-333333333333"):
        token = make_token(Settings(**kind), user, seconds=60, folder=folder, people=MenuPlanning.people)
        answer = await browser.get("/users/me", headers={"authorization": f"Bearer {token}"})
        statuses[user] = answer.status_code
    assert list(statuses.values()) == [200, 200, 401]


async def test_readiness_knows_the_keys_without_a_socket(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/health/ready")
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/auth/login", "/auth/callback", "/auth/nothing", "/auth/local/nothing"])
async def test_what_is_not_served_below_auth_gets_the_gateways_answer(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code in (403, 404)
    assert "set-cookie" not in answer.headers
