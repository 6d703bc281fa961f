"""A developer's first minutes: open /docs, log in, try two operations; nothing of it leaves the machine."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from src.lambdatwin.devtools.issuer.accounts import LOCAL_PASSWORD
from tests.support import postgres
from tests.support.postgres import ROOT
from tests.support.server import Server, running_server
from tests.verify.ship.browser import Browser, browser, requested_hosts

_PICTURES = ROOT / ".local" / "screenshots"


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
    page.click(".auth-container .btn.modal-btn.auth.authorize")
    popup = page.wait(lambda: [one for one in page.windows() if one not in before], "the login window")[0]
    page.switch_to(popup)
    page.write("input[name=username]", "administrator")
    page.write("input[name=password]", LOCAL_PASSWORD)
    page.screenshot(_PICTURES / "login.png")
    page.click("button")
    page.switch_to(before[0])
    page.wait(lambda: "Logout" in page.text(".auth-container"), "the token")
    page.screenshot(_PICTURES / "authorised.png")
    page.click(".btn-done")


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
    assert requested_hosts(tmp_path) == {server.url.removeprefix("http://")}
    seconds = time.monotonic() - begun
    print(f"/docs in Chromium: login, GET /products 200, POST /meals 201 in {seconds:.1f} s; no other host asked")


def test_the_guard_sees_a_request_that_leaves(server: Server, tmp_path: Path) -> None:
    with browser(tmp_path) as page:
        page.open(f"{server.url}/health")
        page.run("fetch('https://elsewhere.example/').catch(() => 0)")
        page.wait(lambda: page.run("return performance.getEntriesByType('resource').length"), "the request")
    assert "elsewhere.example" in requested_hosts(tmp_path)
