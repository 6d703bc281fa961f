"""Handlers of another folder, without a database: whole events and every kind of result, over a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from src.lambdatwin.parity.api import Api, HeaderCase, Kind
from src.lambdatwin.parity.harness import Harness, Setup
from src.lambdatwin.parity.lambda_side.router import routes_in
from src.lambdatwin.parity.requests import Request
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.parity.forked import harness
from tests.support.answer_facts import ANSWER_FACTS

DATABASE = "postgresql://127.0.0.1:1/none"
TOYS = Path(__file__).parent / "toys"


APIS = {
    "rest": Api(),
    "rest, every option": Api(Kind.REST, "live", {"colour": "blue"}, ("image/png",), HeaderCase.LOWER, 20.0),
    "http-1.0": Api(Kind.HTTP_1),
    "http-2.0": Api(Kind.HTTP_2),
    "http-2.0, every option": Api(Kind.HTTP_2, "live", {"colour": "blue"}, timeout=20.0),
}


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[pytest.mark.long] if name.endswith("every option") else []) for name in APIS],
)
def toys(request: pytest.FixtureRequest) -> Iterator[Harness]:
    setup = Setup(
        MenuPlanning(), routes_in(TOYS / "routes.json"), DATABASE, DATABASE, listed=True, api=APIS[request.param]
    )
    with harness(setup) as running:
        yield running


def test_every_kind_of_result_reaches_the_client_alike(toys: Harness) -> None:
    requests = [
        Request(f"result-{number}", "GET", f"/results/{number}", (("Accept", fact.accept or "*/*"),))
        for number, fact in enumerate(ANSWER_FACTS)
    ]
    failing = Request("result-failing", "GET", f"/results/{len(ANSWER_FACTS)}")
    comparisons = list(toys.replay([*requests, failing]))
    names = [*(fact.name for fact in ANSWER_FACTS), "exception"]
    faults = {name: seen.differences for name, seen in zip(names, comparisons, strict=True) if seen.differences}
    assert faults == {}
    assert comparisons[-1].in_lambda.status == (502 if toys.lambda_side.api.is_rest else 500)


ECHOES = {
    "plain": Request("echo-1", "POST", "/echo/a", body=b"text"),
    "no body": Request("echo-2", "POST", "/echo/a"),
    "query": Request("echo-3", "POST", "/echo/a?x=1&x=2&y&z=%C3%A9+%7C&=&%zz=%FF&limit=%"),
    "path": Request("echo-4", "POST", "/echo/a%2Fb%25+%C3%A9"),
    "dots": Request("echo-5", "POST", "/echo/.."),
    "headers": Request(
        "echo-6",
        "POST",
        "/echo/a",
        (
            ("x-lower", "1"),
            ("X-3SCALE-Id", "a"),
            ("Accept", "x"),
            ("ACCEPT", "y"),
            ("Cookie", "a=1; b=2"),
            ("X-Empty", ""),
        ),
    ),
    "Latin-1 header": Request("echo-7", "POST", "/echo/a", (("X-Name", "caf\u00e9"),)),
    "UTF-8": Request("echo-8", "POST", "/echo/a", body="caf\u00e9 \U0001f34e".encode()),
    "not UTF-8": Request("echo-9", "POST", "/echo/a", body=b"\xff\xfe\x00"),
    "large": Request("echo-10", "POST", "/echo/a", body=b"x" * 300_000),
    "a token on a public route": Request("echo-11", "POST", "/echo/a", user="admin"),
    "binary": Request("echo-13", "POST", "/echo/a", (("Content-Type", "image/png"),), b"\xff\x00"),
    "JSON": Request("echo-14", "POST", "/echo/a", (("Content-Type", "application/json"),), b"{}"),
    "form": Request("echo-15", "POST", "/echo/a", (("Content-Type", "application/x-www-form-urlencoded"),), b"a=b"),
    "slash behind": Request("echo-16", "POST", "/echo/a/"),
    "semicolon": Request("echo-17", "POST", "/echo/a?b=1;c=2"),
    "another host": Request("echo-12", "POST", "/echo/a", (("Host", "api.example:8443"), ("User-Agent", "other"))),
}


@pytest.mark.parametrize("name", ECHOES)
def test_the_handler_sees_the_same_event_ids_and_time(toys: Harness, name: str) -> None:
    (seen,) = toys.replay([ECHOES[name]])
    assert seen.differences == ()
    slash = name == "slash behind" and not toys.lambda_side.api.is_rest
    assert seen.in_lambda.status == (404 if slash else 200)
