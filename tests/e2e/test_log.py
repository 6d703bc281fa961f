"""The log of a real server: what a developer reads of requests, and what a log service reads of everything."""

import json
import re
import subprocess
import sys

import pytest

from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support.postgres import ROOT
from tests.support.server import Server, clean_environment, running_server


def token_of_port(port: str, user: str = "administrator") -> str:
    return make_token(Settings(port=int(port)), user, seconds=600, people=MenuPlanning.people)


def port_of(server: Server) -> str:
    return server.url.rpartition(":")[2]


def as_user(server: Server, user: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token_of_port(port_of(server), user)}"}


def test_a_developer_reads_a_short_line_for_each_request(seeded_database_url: str) -> None:
    with running_server(seeded_database_url, ENVIRONMENT="development") as server:
        with server.client() as client:
            assert client.get("/products?limit=1", headers=as_user(server, "administrator")).status_code == 200
            client.get("/products")
            client.get("/produts/arroz?secret=swordfish")
            client.delete("/meals")
            client.get("/%1b%5b31m")
            preflight = {"origin": "https://a.example", "access-control-request-method": "GET"}
            assert client.options("/products", headers=preflight).status_code == 200
            client.get("/health")
        server.stop()
        lines = server.printed().splitlines()
    for pattern in (
        r"GET /products 200 \d+ ms administrator",
        r"GET /products 401 \d+ ms",
        r"GET /produts/arroz 403 \d+ ms - no such route, the nearest is GET /products/\{id\}",
        r"DELETE /meals 403 \d+ ms - no such route, the nearest is (GET|POST) /meals",
        r"GET /%1b%5b31m 403 \d+ ms - no such route, the nearest is .*",
        r"OPTIONS /products 200 \d+ ms",
        r"GET /health 200 \d+ ms",
    ):
        assert sum(re.fullmatch(pattern, line) is not None for line in lines) == 1, (pattern, lines)
    assert "swordfish" not in "".join(lines)


def test_a_token_of_another_port_is_told_apart_from_a_wrong_one(seeded_database_url: str) -> None:
    with running_server(seeded_database_url, ENVIRONMENT="development") as server, server.client() as client:
        for token in (token_of_port("8765"), token_of_port(port_of(server)) + "x", "nonsense"):
            assert client.get("/products", headers={"authorization": f"Bearer {token}"}).status_code == 401
        refusals = [line for line in server.printed().splitlines() if "refused" in line]
    assert ["iss is http://127.0.0.1:8765/" in line for line in refusals] == [True, False, False]


def test_each_line_for_a_log_service_has_a_message_and_a_level(seeded_database_url: str) -> None:
    with running_server(seeded_database_url, ENVIRONMENT="test") as server:
        with server.client() as client:
            client.get("/products?limit=1", headers=as_user(server, "user"))
            client.get("/nowhere/secret")
            client.get("/products", headers={"authorization": "Bearer x"})
        server.stop()
        lines = [json.loads(line) for line in server.printed().splitlines()]
    assert all(line["level"] in ("debug", "info", "warn", "error") and line["message"] for line in lines)
    messages = [line["message"] for line in lines]
    release = f"Menu planning {MenuPlanning().version} (test)"
    assert re.match(rf"{re.escape(release)} started: (\d+) routes, \1 handlers, ", messages[0]), messages[0]
    assert re.fullmatch(rf"{re.escape(release)} stopped: \d+ routes", messages[-1])
    assert any(message.startswith("GET /products 200 ") for message in messages)
    assert any(line["event"] == "request_completed" and line["route"] == "unrouted" for line in lines)
    assert not any("secret" in str(line) for line in lines), "a path without a route is a client's own text"


@pytest.mark.parametrize(("setting", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)])
def test_no_color_is_honoured(setting: dict[str, str], coloured: bool) -> None:
    program = """
import pty, sys
def log():
    from src.runtimes.fastapi.project import MenuPlanning
    MenuPlanning().prepare()
    from src.contexts.shared_kernel.logging import get_logger
    get_logger("a").warning("noticed", number=1)
if sys.argv[1:]:
    log()
else:
    pty.spawn([sys.executable, "-c", sys.orig_argv[2], "log"])
"""
    environment = clean_environment(ENVIRONMENT="development", TERM="xterm", **setting)
    printed = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, env=environment, text=True)
    assert "noticed" in printed
    assert ("\x1b[" in printed) is coloured
