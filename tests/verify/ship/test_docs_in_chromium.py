"""A developer's first minutes: open /docs, log in, try two operations; nothing of it leaves the machine."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from src.lambdatwin.devtools.issuer.grants import LOCAL_PASSWORD
from tests.support import postgres
from tests.support.postgres import ROOT
from tests.support.server import Server, running_server
from tests.verify.ship.browser import Browser, browser, requested_hosts

_PICTURES = ROOT / ".local" / "screenshots"
LOGIN_IS_SEEN = """
const login = document.querySelector(".auth-container h4"), dialog = document.querySelector(".modal-ux-content");
return login && login.innerText.startsWith("Login")
    && login.getBoundingClientRect().top >= dialog.getBoundingClientRect().top;
"""


@pytest.fixture
def server(postgres_server: str, seeded_template: str) -> Iterator[Server]:
    with postgres.clone(postgres_server, seeded_template) as url, running_server(url, ENVIRONMENT="development") as one:
        yield one


def block(operation: str) -> str:
    """The selector of an operation's block in Swagger UI."""
    return f"[id^='operations-'][id$='-{operation}']"


def log_in(page: Browser) -> None:
    page.click(".auth-wrapper .btn.authorize")
    before = page.windows()
    page.wait(lambda: page.run(LOGIN_IS_SEEN), "the login at the top of the dialog")
    page.click(".auth-container .btn.modal-btn.auth.authorize")
    popup = page.wait(lambda: [one for one in page.windows() if one not in before], "the login window")[0]
    page.switch_to(popup)
    page.write("input[name=username]", "administrator")
    page.write("input[name=password]", "mistyped")
    page.screenshot(_PICTURES / "login.png")
    page.click("button")
    assert "Incorrect" in page.text("[role=alert]")
    # A browser counts the page of a failed login, a 401, among its errors.
    assert [one for one in page.console_errors() if "401 (Unauthorized)" not in one] == []
    assert page.run("return document.activeElement.name") == "password", "the name is kept"
    page.write("input[name=password]", LOCAL_PASSWORD)
    page.screenshot(_PICTURES / "login-again.png")
    page.click("button")
    page.switch_to(before[0])
    page.wait(lambda: "Logout" in page.text(".auth-container"), "the token")
    page.screenshot(_PICTURES / "authorised.png")
    page.click(".btn-done")


def found(page: Browser, phrase: str) -> set[str]:
    """The paths that the filter shows for a phrase."""
    field = ".operation-filter-input"
    page.run("document.querySelector(arguments[0]).select()", field)
    page.write(field, phrase)
    shown = "return [...document.querySelectorAll('.opblock-summary-path')].map(one => one.dataset.path)"
    return set(page.wait(lambda: page.run(shown), f"an operation for {phrase}"))


def execute(page: Browser, operation: str) -> tuple[int, str]:
    """Try an operation with its example: the status and the body that Swagger UI shows."""
    here = block(operation)
    page.click(f"{here} .opblock-summary-control")
    page.click(f"{here} .try-out__btn")
    page.click(f"{here} .execute")
    status = page.text(f"{here} .live-responses-table tbody .response-col_status")
    body = page.text(f"{here} .live-responses-table .highlight-code code")
    page.run("document.querySelector(arguments[0]).scrollIntoView()", f"{here} .responses-wrapper")
    page.screenshot(_PICTURES / f"{operation}.png")
    page.click(f"{here} .opblock-summary-control")
    return int(status.split()[0]), body


def test_docs_log_in_read_and_write_without_leaving_the_machine(server: Server, tmp_path: Path) -> None:
    begun = time.monotonic()
    with browser(tmp_path) as page:
        page.open(f"{server.url}/docs")
        page.find(".opblock")
        page.screenshot(_PICTURES / "docs.png")
        for phrase, path in (("MEAL", "/meals/{meal_id}"), ("rate", "/recipes/{id}/rate"), ("iam", "/users/me")):
            paths = found(page, phrase)
            assert path in paths, (phrase, paths)
            assert "/products" not in paths, (phrase, paths)
        page.screenshot(_PICTURES / "filtered.png")
        assert page.console_errors() == []
        page.open(f"{server.url}/docs")
        log_in(page)
        status, body = execute(page, "products_catalog_fetch_product")
        assert status == 200, body
        assert json.loads(body)
        status, body = execute(page, "recipes_catalog_meal_create_meal")
        assert status == 201, body
        assert json.loads(body)["meal_id"]
        page.open(f"{server.url}/redoc")
        page.find("[data-section-id='tag/Products-catalog']")
        page.screenshot(_PICTURES / "redoc.png")
        assert page.console_errors() == []
    assert requested_hosts(tmp_path) == {server.url.removeprefix("http://")}
    seconds = time.monotonic() - begun
    print(f"/docs in Chromium: login, GET /products 200, POST /meals 201 in {seconds:.1f} s; no other host asked")


def test_the_guard_sees_a_request_that_leaves(server: Server, tmp_path: Path) -> None:
    with browser(tmp_path) as page:
        page.open(f"{server.url}/health")
        page.run("fetch('https://elsewhere.example/').catch(() => 0)")
        page.wait(lambda: page.run("return performance.getEntriesByType('resource').length"), "the request")
    assert "elsewhere.example" in requested_hosts(tmp_path)
