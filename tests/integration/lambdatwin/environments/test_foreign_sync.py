"""A backend of sync handlers, as its owners wrote it: every route answers as AWS's runtime client makes it."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from src.lambdatwin.parity.api import Api
from src.lambdatwin.parity.comparison import compared
from src.lambdatwin.parity.lambda_side.answer import gateway_answer
from src.lambdatwin.parity.lambda_side.event import Call, proxy_event
from src.lambdatwin.parity.lambda_side.router import Route
from src.lambdatwin.parity.wire import Answer, Sent
from tests.support import foreign_sync

pytestmark = pytest.mark.anyio

ORDERS, USERS, REPORTS, BOOK = "/orders", "/users/{proxy+}", "/reports/{kind}", "/books/{number}"
# Method, path, body, the route, its function, its path parameters.
REQUESTS = [
    ("POST", "/orders", '{"id": "o1", "what": "é 5"}', ORDERS, "orders:handler.create", {}),
    ("POST", "/orders", '{"id": "o2"}', ORDERS, "orders:handler.create", {}),
    ("POST", "/orders", "no json", ORDERS, "orders:handler.create", {}),
    ("GET", "/orders/o1", "", "/orders/{id}", "orders:handler.read", {"id": "o1"}),
    ("GET", "/orders/none", "", "/orders/{id}", "orders:handler.read", {"id": "none"}),
    ("GET", "/users/me", "", USERS, "users:handler.lambda_handler", {"proxy": "me"}),
    ("GET", "/users/anna?a=1&a=2", "", USERS, "users:handler.lambda_handler", {"proxy": "anna"}),
    ("GET", "/users/nobody", "", USERS, "users:handler.lambda_handler", {"proxy": "nobody"}),
    ("GET", "/users/broken", "", USERS, "users:handler.lambda_handler", {"proxy": "broken"}),
    ("DELETE", "/users/anna", "", USERS, "users:handler.lambda_handler", {"proxy": "anna"}),
    ("POST", "/users/anna/notes", '{"text": "ü"}', USERS, "users:handler.lambda_handler", {"proxy": "anna/notes"}),
    *(
        ("GET", f"/reports/{kind}?x=1", "", REPORTS, "reports:handler.report", {"kind": kind})
        for kind in ("plain", "number", "picture", "several", "malformed", "unknown", "unprintable")
    ),
    ("GET", "/books/me", "", "/books/me", "library:app.app", {}),
    ("GET", "/books/1?q=%C3%A9&q=2", "", BOOK, "library:app.app", {"number": "1"}),
    ("GET", "/books/2", "", BOOK, "library:app.app", {"number": "2"}),
    ("PUT", "/books/3", '{"title": "ü"}', BOOK, "library:app.app", {"number": "3"}),
    ("PUT", "/books/3", "{}", BOOK, "library:app.app", {"number": "3"}),
    ("PUT", "/books/3", "no json", BOOK, "library:app.app", {"number": "3"}),
    ("POST", "/books/3/cover", "text", f"{BOOK}/cover", "library:app.app", {"number": "3"}),
    ("GET", "/books/3/loans", "", f"{BOOK}/loans", "library:app.app", {"number": "3"}),
    ("DELETE", "/books/3/loans", "", f"{BOOK}/loans", "library:app.app", {"number": "3"}),
]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return foreign_sync.generate(tmp_path_factory.mktemp("foreign_sync"))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with foreign_sync.dynamodb() as url:
        yield url


@pytest.fixture(autouse=True)
def _place(backend: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(backend)
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


async def test_every_route_answers_as_in_lambda(backend: Path, url: str) -> None:
    api, sents, answers, runs = Api(stage="live"), [], [], []
    async with foreign_sync.foreign_client(backend) as client:
        for number, (method, target, body, resource, function, parameters) in enumerate(REQUESTS):
            lines = (("Host", "api.test"), ("X-User", "u7"), ("Accept", "*/*"), ("Content-Type", "application/json"))
            sents.append(Sent(f"r{number}", method, target, lines, body.encode()))
            answers.append(await client.request(method, target, content=body, headers=dict(lines[1:])))
            call = Call(api, sents[-1], Route(method, resource, "", "", None), parameters, None, datetime.now(UTC))
            folder, _, entry = function.partition(":")
            path = (backend / "functions" / folder, backend / foreign_sync.LAYER)
            runs.append(foreign_sync.Run(path, entry, proxy_event(call), sents[-1].id))
    variables = {"TABLE": "orders", "FORMAT": "text", "POWERTOOLS_SERVICE_NAME": "shop", "AWS_ENDPOINT_URL": url}
    payloads = await asyncio.to_thread(foreign_sync.in_lambda, runs, **variables)
    differences = []
    for sent, payload, answer in zip(sents, payloads, answers, strict=True):
        comparison = compared(sent, gateway_answer(api, payload, "*/*"), _answer(answer))
        differences += [f"{sent.method} {sent.target}: {one}" for one in comparison.differences]
    assert differences == []
    assert {answer.status_code for answer in answers} == {200, 201, 400, 404, 415, 500, 502}


def _answer(response: httpx.Response) -> Answer:
    lines = tuple((name.decode().lower(), value.decode()) for name, value in response.headers.raw)
    return Answer(response.status_code, lines, response.content)


async def test_a_handler_that_leaves_or_hangs_costs_no_other_request(backend: Path) -> None:
    async with foreign_sync.foreign_client(backend, lambda_environments=3, gateway_timeout=5) as client:
        left, hung, good = await asyncio.gather(
            *(client.get(f"/reports/{kind}") for kind in ("leaves", "hangs", "plain"))
        )
        again = await client.get("/reports/plain")
    assert (left.status_code, left.json()) == (502, {"message": "Internal server error"})
    # The function's own limit of a second: an error of the function, as in Lambda.
    assert (hung.status_code, hung.json()) == (502, {"message": "Internal server error"})
    assert (good.status_code, again.status_code) == (200, 200)


async def test_the_gateways_own_limit_is_a_504(backend: Path) -> None:
    async with foreign_sync.foreign_client(backend, gateway_timeout=0.7) as client:
        await client.get("/reports/plain")
        response = await client.get("/reports/hangs")
    assert (response.status_code, response.json()) == (504, {"message": "Endpoint request timed out"})


async def test_a_full_queue_is_a_503_that_says_when(backend: Path) -> None:
    async with foreign_sync.foreign_client(backend, lambda_environments=1, lambda_queue=1) as client:
        answers = await asyncio.gather(*(client.get("/reports/plain") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 503, 503]
    assert {answer.headers.get("retry-after") for answer in answers} == {None, "1"}


async def test_the_log_has_the_traceback_and_the_answer_has_not(
    backend: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "lambdatwin")
    async with foreign_sync.foreign_client(backend) as client:
        response = await client.get("/users/broken")
    assert response.content == b'{"message": "Internal server error"}'
    (record,) = (record for record in caplog.records if record.message == "handler_raised")
    told: dict[str, Any] = record.fields  # type: ignore[attr-defined]
    assert told["reason"] == "RuntimeError: a fault"
    assert told["place"].startswith(f"{backend}/functions/users/handler.py:")
    assert record.exc_info is not None
    lines = logging.Formatter().formatException(record.exc_info)
    assert f'File "{backend}/functions/users/handler.py", line' in lines
    assert lines.endswith("HandlerFailed: RuntimeError: a fault")


async def test_lines_of_handlers_reach_the_log(backend: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "lambdatwin.function")
    async with foreign_sync.foreign_client(backend) as client:
        await client.get("/users/me", headers={"X-User": "u7"})
    records = [record for record in caplog.records if record.name == "lambdatwin.function"]
    (printed,) = [record for record in records if record.message == "for u7"]
    assert printed.fields["function"] == "Users"
    (logged,) = [record for record in records if '"message":"asked"' in record.message]
    assert logged.fields["request_id"] == printed.fields["request_id"]
    assert logged.fields["request_id"] in logged.message  # what Powertools put in is the same


async def test_functions_of_one_meaning_share_an_environment(backend: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "lambdatwin.functions")
    async with foreign_sync.foreign_client(backend):
        pass
    told = [record.fields["share_an_environment"] for record in caplog.records if record.message == "functions"]
    assert sorted(sorted(names.split(", ")) for names in told) == [
        ["Allow", "CreateOrder", "Library", "Notes", "ReadOrder", "Record"],
        ["Reports"],
        ["Users"],
    ]
