"""The recording proxy: what clients ask is passed on as it came, and kept without secrets."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from src.lambdatwin.parity.fastapi_side.client import Client
from src.lambdatwin.parity.record import Recording, main, proxy, user_of
from src.lambdatwin.parity.requests import Request, read_requests
from src.lambdatwin.parity.tokens import TokenBook
from src.lambdatwin.parity.wire import prepared
from tests.support.people import PEOPLE


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        seen = json.dumps([self.path, self.headers.items(), body.decode("latin-1")]).encode()
        self.send_response(207)
        self.send_header("X-Answer", "caf\u00e9")
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(seen)))
        self.end_headers()
        self.wfile.write(seen)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def _serve(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    with server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def behind() -> Iterator[ThreadingHTTPServer]:
    yield from _serve(ThreadingHTTPServer(("127.0.0.1", 0), _Echo))


@pytest.fixture
def recording_proxy(behind: ThreadingHTTPServer, tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    yield from _serve(proxy(Recording(tmp_path / "out.jsonl", PEOPLE), "127.0.0.1", behind.server_port, 0))


def test_requests_are_passed_on_and_recorded_without_the_token(
    recording_proxy: ThreadingHTTPServer, tmp_path: Path
) -> None:
    authorization = TokenBook("https://issuer.example", PEOPLE).authorization("admin") or ""
    request = Request("x-1", "POST", "/a%2Fb?c=%7C&c=d", (("X-Name", "caf\u00e9"),), b"\xff\x00")
    sent = prepared(request, authorization, "api.example")
    with Client("127.0.0.1", recording_proxy.server_port) as client:
        answers = [client.answer(sent) for _ in range(2)]
    path, headers, body = json.loads(answers[0].body)
    assert (path, body.encode("latin-1")) == (request.target, request.body)
    assert {name.lower(): value for name, value in headers}["authorization"] == authorization
    assert answers[0].status == 207
    assert [value for name, value in answers[0].headers if name == "set-cookie"] == ["a=1", "b=2"]
    recorded = read_requests(tmp_path / "out.jsonl")
    assert [(one.id, one.target, one.body, one.user) for one in recorded] == [
        (f"recorded-{number}", request.target, request.body, "admin") for number in (1, 2)
    ]
    assert authorization.removeprefix("Bearer ")[:20] not in (tmp_path / "out.jsonl").read_text()


def test_a_server_that_is_not_there_is_a_502(tmp_path: Path) -> None:
    for server in _serve(proxy(Recording(tmp_path / "out.jsonl", PEOPLE), "127.0.0.1", 1, 0)):
        with Client("127.0.0.1", server.server_port) as client:
            answer = client.answer(prepared(Request("x", "GET", "/"), None, "a"))
    assert answer.status == 502


@pytest.mark.parametrize(
    "value", ["", "Basic YTpi", "Bearer ", "Bearer a.b.c", "Bearer a.e30.c", "Bearer a.W10.c", "Bearer a.\u00e9.c"]
)
def test_a_token_without_a_user_is_nobodys(value: str) -> None:
    assert user_of([("Authorization", value)]) is None


def test_only_plain_http_can_be_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "out.jsonl"), "--of", "https://api.example"]) == 2
    assert "only http:// servers" in capsys.readouterr().err
