"""What a real browser makes of it: pages of other origins, and sessions of users in a hundred groups."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid5

import pytest
import uvicorn

from src.lambdatwin.devtools.issuer.grants import LOCAL_PASSWORD
from src.lambdatwin.devtools.local import local_app
from src.lambdatwin.project import Person
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.verify.ship.browser import Browser, browser

SESSION_SECRET = "0f5ee1b1c2c34f3fa4a19b0ab4d2c6d7"
ADMINISTRATOR = "11111111-1111-4111-8111-111111111111"
# A call of the page's script: the status and the body, or the word of the browser's refusal.
CALL = """
const [method, url, headers, body, credentials] = arguments
return fetch(url, {method, headers, credentials, body: body === null ? undefined : JSON.stringify(body)})
  .then(answer => answer.text().then(text => [answer.status, text ? JSON.parse(text) : null]), () => ["blocked", null])
"""


class InGroups(MenuPlanning):
    """The backend with an administrator in a hundred groups, whose names hardly compress."""

    groups = tuple(f"team-{uuid5(UUID(ADMINISTRATOR), str(number)).hex[:20]}" for number in range(100))
    people = (Person(ADMINISTRATOR, "administrator", groups),)


class Page(BaseHTTPRequestHandler):
    """An empty page, whatever its path."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A page</title><p>A page")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def origin() -> Iterator[str]:
    """An origin of its own, with pages."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def api(database_url: str, folder: Path, **settings: Any) -> Iterator[str]:
    """The app with its local issuer on a socket, in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        if "session_secret" in settings:
            settings["auth_redirect_uri"] = f"{url}/auth/callback"
        values = {"environment": "test", "database_url": database_url, "port": port} | settings
        app = local_app(InGroups(), Settings(**values), folder=folder)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=1))
        thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join(30)


def call(
    page: Browser,
    method: str,
    url: str,
    body: object = None,
    *,
    credentials: str = "omit",
    **headers: str,
) -> tuple[object, Any]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        sent.setdefault("content-type", "application/json")
    status, answer = page.run(CALL, method, url, sent, body, credentials)
    return status, answer


def log_in(page: Browser, url: str) -> dict[str, Any]:
    """Tokens for a page's script, by the issuer's API."""
    values = {"USERNAME": "administrator", "PASSWORD": LOCAL_PASSWORD}
    asked = {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": "local", "AuthParameters": values}
    target = {"x_amz_target": "AWSCognitoIdentityProviderService.InitiateAuth"}
    status, answer = call(
        page, "POST", f"{url}/auth/local/", asked, content_type="application/x-amz-json-1.1", **target
    )
    assert status == 200
    return dict(answer["AuthenticationResult"])


def use_the_api(page: Browser, url: str) -> list[object]:
    """The statuses of what an app does with a token."""
    tokens = log_in(page, url)
    bearer = {"authorization": f"Bearer {tokens['AccessToken']}"}
    found: list[object] = [call(page, "GET", f"{url}/products", **bearer)[0]]
    status, made = call(page, "POST", f"{url}/meals", {"name": "Breakfast", "recipes": []}, **bearer)
    found.append(status)
    meal = f"{url}/meals/{made['meal_id']}"
    found.append(call(page, "PUT", meal, {"name": "Late breakfast"}, **bearer)[0])
    found.append(call(page, "DELETE", meal, **bearer)[0])
    status, fresh = call(page, "POST", f"{url}/auth/refresh", {"refresh_token": tokens["RefreshToken"]}, **bearer)
    found.append(status)
    bearer = {"authorization": f"Bearer {fresh['access_token']}"}
    last = fresh.get("refresh_token", tokens["RefreshToken"])
    found.append(call(page, "POST", f"{url}/auth/logout", {"refresh_token": last}, **bearer)[0])
    found.append(call(page, "GET", f"{url}/products", **bearer)[0])
    return found


@pytest.mark.parametrize("named", [True, False], ids=["named", "any"])
def test_a_page_of_another_origin_uses_the_whole_api(seeded_database_url: str, tmp_path: Path, named: bool) -> None:
    with origin() as elsewhere, origin() as stranger:
        origins = elsewhere if named else "*"
        with api(seeded_database_url, tmp_path, cors_allow_origins=origins) as url, browser(tmp_path) as page:
            page.open(elsewhere)
            assert use_the_api(page, url) == [200, 201, 200, 200, 200, 200, 401]
            assert call(page, "GET", f"{url}/products", credentials="include")[0] == (401 if named else "blocked")
            page.open(stranger)
            status = call(page, "GET", f"{url}/products", authorization="Bearer x")[0]
            assert status == ("blocked" if named else 401)
            assert call(page, "POST", f"{url}/auth/refresh", {"refresh_token": "x"})[0] == status


def test_without_origins_no_page_elsewhere_refreshes_or_logs_out(seeded_database_url: str, tmp_path: Path) -> None:
    with origin() as elsewhere, api(seeded_database_url, tmp_path) as url, browser(tmp_path) as page:
        page.open(elsewhere)
        for path in ("refresh", "logout"):
            assert call(page, "POST", f"{url}/auth/{path}", {"refresh_token": "x"})[0] == "blocked"


def log_in_by_page(page: Browser, url: str, return_to: str) -> None:
    page.open(f"{url}/auth/login?return_to={return_to}")
    page.write("input[name=username]", "administrator")
    page.write("input[name=password]", LOCAL_PASSWORD)
    page.click("button")
    page.wait(lambda: page.run("return location.pathname") == return_to, return_to)


def test_a_session_of_a_user_in_a_hundred_groups(seeded_database_url: str, tmp_path: Path) -> None:
    with (
        origin() as elsewhere,
        api(seeded_database_url, tmp_path, session_secret=SESSION_SECRET, cors_allow_origins=elsewhere) as url,
        browser(tmp_path) as page,
    ):
        log_in_by_page(page, url, "/health")
        status, user = call(page, "GET", f"{url}/users/me", credentials="same-origin")
        assert (status, user["id"]) == (200, ADMINISTRATOR)
        # The same browser, on a page of an origin that is named: with its cookies, and with the value of the csrf one.
        page.open(elsewhere)
        csrf = dict(pair.split("=", 1) for pair in page.run("return document.cookie").split("; "))["auth-csrf"]
        assert page.run("return document.cookie").count("auth-") == 1, "scripts see no token"
        meal = {"name": "Breakfast", "recipes": []}
        assert call(page, "POST", f"{url}/meals", meal, credentials="include")[0] == 403
        found = [
            call(page, "POST", f"{url}/meals", meal, credentials="include", x_csrf_token=csrf)[0],
            call(page, "POST", f"{url}/auth/refresh", credentials="include", x_csrf_token=csrf)[0],
            call(page, "GET", f"{url}/users/me", credentials="include")[0],
            call(page, "POST", f"{url}/auth/logout", credentials="include", x_csrf_token=csrf)[0],
            call(page, "GET", f"{url}/users/me", credentials="include")[0],
        ]
        assert found == [201, 200, 200, 200, 401]


def _is_at(page: Browser, path: str) -> bool:
    return bool(page.run("return location.pathname") == path)


def test_two_tabs_log_in_at_once(seeded_database_url: str, tmp_path: Path) -> None:
    with (
        api(seeded_database_url, tmp_path, session_secret=SESSION_SECRET) as url,
        browser(tmp_path) as page,
    ):
        page.open(f"{url}/auth/login?return_to=/health")
        first = page.windows()[0]
        page.run("window.open(arguments[0])", f"{url}/auth/login?return_to=/health/ready")
        second = page.wait(lambda: [one for one in page.windows() if one != first], "the second tab")[0]
        for tab, path in ((first, "/health"), (second, "/health/ready")):
            page.switch_to(tab)
            page.write("input[name=username]", "administrator")
            page.write("input[name=password]", LOCAL_PASSWORD)
            page.click("button")
            page.wait(partial(_is_at, page, path), path)
            assert call(page, "GET", f"{url}/users/me", credentials="same-origin")[0] == 200
