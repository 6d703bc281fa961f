"""The CORS of an HTTP API: the command gives it to both sides, and their answers are one."""

import json
from pathlib import Path

import pytest
import structlog

from src.lambdatwin import cli
from src.lambdatwin.parity.api import Api, Cors, Kind
from src.lambdatwin.parity.comparison import Verdict
from src.lambdatwin.parity.harness import Setup
from src.lambdatwin.parity.lambda_side.router import routes_in
from src.lambdatwin.parity.requests import Request
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.parity.forked import fork, harness

ROUTES = Path(__file__).parent / "toys/routes.json"
NO_DATABASE = "postgresql://127.0.0.1:1/none"
APP = ("Origin", "https://app.example")
OTHER = ("Origin", "https://other.example")
ASKS = ("Access-Control-Request-Method", "POST")
REQUESTS = [
    Request("preflight-1", "OPTIONS", "/echo/a", (APP, ASKS)),
    Request("preflight-2", "OPTIONS", "/nowhere", (APP, ASKS)),
    Request("preflight-3", "OPTIONS", "/echo/a", (APP,)),
    Request("request-1", "POST", "/echo/a", (APP,)),
    Request("request-2", "POST", "/echo/a", (OTHER,)),
    Request("request-3", "POST", "/echo/a"),
    Request("request-4", "GET", "/results/0", (APP,)),
]
POLICIES = {
    "named": Cors(("https://app.example",), ("POST", "PUT"), ("x-a", "authorization"), ("x-b",), 60, True),
    "any": Cors(("*",), ("*",), ("*",)),
    "a scheme": Cors(("https://*",), ("POST",)),
    "nobody": Cors((), ("POST",), max_age=0),
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("named", Kind.HTTP_1),
        ("named", Kind.HTTP_2),
        *(pytest.param(name, Kind.HTTP_2, marks=pytest.mark.long) for name in POLICIES if name != "named"),
    ],
)
def test_both_sides_have_the_policy(name: str, kind: Kind) -> None:
    api = Api(kind, cors=POLICIES[name])
    setup = Setup(MenuPlanning(), routes_in(ROUTES), NO_DATABASE, NO_DATABASE, listed=True, api=api)
    with harness(setup) as both:
        seen = {found.sent.id: found for found in both.replay(REQUESTS)}
    assert {name: found.differences for name, found in seen.items() if found.differences} == {}
    if name != "nobody":
        decided = {"preflight-1", "preflight-2", "request-1", "request-3", "request-4"}
        assert {name for name in decided if seen[name].verdict is not Verdict.EQUAL} == set()
        assert seen["preflight-1"].in_fastapi.status == 204
        assert "access-control-allow-origin" in dict(seen["request-1"].in_fastapi.headers)
    assert seen["preflight-3"].in_fastapi.status == 404


@pytest.mark.parametrize("given", ["--cors", pytest.param("GATEWAY_CORS", marks=pytest.mark.long)])
def test_the_command_takes_it(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text(json.dumps({"method": "OPTIONS", "path": "/echo/a", "headers": [APP, ASKS]}))
    arguments = ["parity", str(path), "--routes", str(ROUTES), "--no-database", "--payload", "http-2.0"]
    policy = '{"AllowOrigins": ["*"], "AllowMethods": ["*"]}'
    if given == "GATEWAY_CORS":
        monkeypatch.setenv("GATEWAY_PAYLOAD", "http-2.0")
        monkeypatch.setenv("GATEWAY_CORS", policy)
    fork(monkeypatch)
    before = structlog.get_config()
    try:
        code = cli.main(arguments if given == "GATEWAY_CORS" else [*arguments, "--cors", policy])
    finally:
        structlog.configure(**before)
    assert (code, capsys.readouterr().out.splitlines()[1].split()) == (
        0,
        ["equal", "line-1", "OPTIONS", "/echo/a", "204", "204"],
    )
