"""The same requests over a socket to every ASGI server: the same answers."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse
from io import BytesIO

import pytest

from tests.support.postgres import ROOT
from tests.support.server import clean_environment

APP = "tests.support.toy_asgi:app"
COMMANDS = {
    "uvicorn-httptools": ["uvicorn", APP, "--http", "httptools", "--port", "{port}", "--log-level", "warning"],
    "uvicorn-h11": ["uvicorn", APP, "--http", "h11", "--port", "{port}", "--log-level", "warning"],
    "gunicorn": ["gunicorn", APP, "-k", "asgi", "-b", "127.0.0.1:{port}", "--no-control-socket"],
    "granian": ["granian", APP, "--interface", "asgi", "--port", "{port}", "--no-log"],
    "hypercorn": ["hypercorn", APP, "-b", "127.0.0.1:{port}"],
}
# Each server's own: who it is, the time, and whether it keeps the connection.
OWN_HEADERS = frozenset({"server", "date", "connection", "keep-alive"})


def _request(line: str, headers: str = "", body: bytes = b"") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{line} HTTP/1.1\r\nHost: api.test\r\nConnection: close\r\n{headers}{length}\r\n".encode() + body


REQUESTS = [
    *(_request(f"{method} /things/1") for method in ("GET", "HEAD", "OPTIONS", "DELETE")),
    *(_request(f"{method} /files/a/b.txt") for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")),
    *(_request(f"GET /things/{path}") for path in ("a%2Fb", "%C3%A9", "a%20b", "a+b", "%7E~", "%2e%2E", "1/")),
    *(
        _request(f"GET /things/1?{query}")
        for query in ("a=1&a=2", "a=%26&b=", "a", "=1", "%C3%A9=%C3%A9", "status=404")
    ),
    *(_request(f"GET {path}") for path in ("/", "/nothing", "//things/1", "/files/", "/files/a//b")),
    _request("POST /things/1", "Content-Type: text/plain\r\n", "h\u00e9".encode()),
    _request("POST /things/1", "Content-Type: application/pdf\r\n", b"\x00\xff"),
    _request("POST /things/1", "X-Own: a\r\nX-Own: b\r\n", b"x"),
    _request("POST /things/1", "Transfer-Encoding: chunked\r\n") + b"3\r\nabc\r\n0\r\n\r\n",
    _request("GET /nothing", "Authorization: Bearer token\r\n"),
]


@contextmanager
def _served(command: list[str]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [word.format(port=port) for word in command]
    process = subprocess.Popen(
        [sys.executable, "-m", *words], cwd=ROOT, env=clean_environment(), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await_listener(process, port)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await_listener(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            with suppress(subprocess.TimeoutExpired):  # a moment in which it has the core for itself
                process.wait(0.02)
            continue
        return
    raise AssertionError(f"{process.args} does not listen")


def _answer(port: int, request: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk

    class Read:
        def makefile(self, mode: str) -> BytesIO:
            return BytesIO(answer)

    response = HTTPResponse(Read(), method=request.split(b" ")[0].decode())  # type: ignore[arg-type]
    response.begin()
    headers = sorted((name.lower(), value) for name, value in response.getheaders() if name.lower() not in OWN_HEADERS)
    return response.status, headers, response.read()


@pytest.fixture(scope="module")
def expected() -> list[tuple[int, list[tuple[str, str]], bytes]]:
    with _served(COMMANDS["uvicorn-httptools"]) as port:
        return [_answer(port, request) for request in REQUESTS]


def test_the_requests_have_the_answers_of_the_gateway(expected: list[tuple[int, list[tuple[str, str]], bytes]]) -> None:
    assert len(REQUESTS) >= 33
    assert {status for status, _, _ in expected} == {200, 403, 404}
    assert all(("x-request-id", "request-1") in headers for _, headers, _ in expected)


@pytest.mark.parametrize(
    "server",
    [
        pytest.param(name, marks=[pytest.mark.long] if name in ("gunicorn", "hypercorn") else [])
        for name in sorted(COMMANDS.keys() - {"uvicorn-httptools"})
    ],
)
def test_every_server_answers_alike(server: str, expected: list[tuple[int, list[tuple[str, str]], bytes]]) -> None:
    different = []
    with _served(COMMANDS[server]) as port:
        for request, answer in zip(REQUESTS, expected, strict=True):
            found = _answer(port, request)
            if found != answer:
                different.append((request, found, answer))
    assert different == [], re.sub(rb"\s+", b" ", repr(different[:3]).encode()).decode()
