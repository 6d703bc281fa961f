"""Handlers, keys, logs and clients that do not behave."""

import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from tests.bench.kit.issuer import Issuer
from tests.bench.kit.load import Load, request
from tests.bench.kit.servers import start
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.probe import ask, is_documented_error, read_reply, send

pytestmark = pytest.mark.anyio
TOYS = "tests.integration.lambdatwin.faults.toys"


def unwritable() -> IO[bytes]:
    """A full disk where the system has a device for that, else a pipe that nobody reads."""
    full = Path("/dev/full")
    if full.exists():
        return full.open("wb")
    read, write = os.pipe()
    os.close(read)
    return os.fdopen(write, "wb")


def test_a_full_disk_loses_log_lines_and_no_request(cluster: Cluster, issuer: Issuer) -> None:
    with unwritable() as full, app_process(cluster.url, issuer, module=TOYS, log=full) as server:
        assert ask(server.port, "GET", "/fine").status == 200
        assert ask(server.port, "GET", "/raises").status == 500
        assert server.stop() == (0,)


async def test_a_log_pipe_that_is_not_read_stops_nothing(cluster: Cluster, issuer: Issuer) -> None:
    """Neither the handlers' lines, nor the library's and uvicorn's, which warn of malformed requests."""
    read, write = os.pipe()
    get = request("GET", "/fine")
    with os.fdopen(read, "rb") as lines, os.fdopen(write, "wb") as pipe:
        with app_process(cluster.url, issuer, module=TOYS, log=pipe) as server:
            pipe.close()
            answered = 0
            while answered <= 400:  # with fewer the pipe may not be full
                outcome = await Load(server.port, lambda number: get).closed(4, 0.5)
                assert (set(outcome.statuses), outcome.broken) == ({200}, 0)
                answered += outcome.statuses[200]
            for _ in range(50):
                assert send(server.port, b"GARBAGE\r\n\r\n").status == 400
            assert ask(server.port, "GET", "/raises").status == 500
            assert ask(server.port, "GET", "/health").status == 200
            written = os.read(read, 1 << 20)
            assert ask(server.port, "GET", "/fine").status == 200
            assert server.stop() == (0,)
        written += lines.read()
    told = [json.loads(line) for line in written.splitlines() if line.startswith(b"{")]
    completed = sum(line["event"] == "request_completed" for line in told)
    dropped = sum(line["lines"] for line in told if line["event"] == "log_lines_dropped")
    assert dropped > 0
    # The lines of the requests, those of the malformed ones on standard error, and one for what was raised.
    assert answered + 1 <= completed + dropped <= answered + 54


@pytest.mark.parametrize(
    ("closed", "numbers"),
    [
        pytest.param(">&-", (1,), marks=pytest.mark.long),
        pytest.param("2>&-", (2,), marks=pytest.mark.long),
        ("<&- >&- 2>&-", (0, 1, 2)),
    ],
)
def test_a_closed_standard_stream_takes_nothing(
    cluster: Cluster, issuer: Issuer, closed: str, numbers: tuple[int, ...]
) -> None:
    command = ["sh", "-c", f'exec "$0" "$@" {closed}', sys.executable, "-m", TOYS]
    server = start(command, {"ENVIRONMENT": "test", "DATABASE_URL": cluster.url, **issuer.environment()})
    assert ask(server.port, "GET", "/fine").status == 200
    assert ask(server.port, "GET", "/raises").status == 500
    assert {os.readlink(f"/proc/{server.pid}/fd/{number}") for number in numbers} == {os.devnull}
    assert server.stop() == (0,)


def test_whatever_a_handler_does_has_a_stated_answer(cluster: Cluster, issuer: Issuer, tmp_path: Path) -> None:
    log = tmp_path / "log"
    limits = {"GATEWAY_TIMEOUT": "0.3"}
    with log.open("wb") as lines, app_process(cluster.url, issuer, limits, module=TOYS, log=lines) as server:
        raised = ask(server.port, "GET", "/raises")
        hung = ask(server.port, "GET", "/hangs")
        exited = ask(server.port, "GET", "/exits")
        after = ask(server.port, "GET", "/fine")
        assert server.stop() == (0,)
    assert is_documented_error(raised, 500)
    assert b"swordfish" not in raised.body
    assert (hung.status, hung.body) == (504, b'{"message": "Endpoint request timed out"}')
    assert (exited.status, exited.body) == (502, b'{"message": "Internal server error"}')
    assert after.status == 200
    written = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    completed = [line["route"] for line in written if line["event"] == "request_completed"]
    assert sorted(completed) == ["/exits", "/fine", "/hangs", "/raises"]


def test_slow_clients_hold_no_connection_to_the_database(cluster: Cluster, issuer: Issuer, token: str) -> None:
    write = request("POST", "/products", token=token, body=b'{"name": "Slowly written 00", "is_food": false}')
    read = request("GET", "/products?limit=500", token=token)
    with app_process(cluster.url, issuer, {"DATABASE_POOL_SIZE": "1"}) as server:
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(30)]
        for number, connection in enumerate(slow):
            # Half of them stop in the middle of their body, the others do not read their answer.
            connection.sendall(write.replace(b"written 00", b"written %02d" % number)[:-10] if number % 2 else read)
        fast = [ask(server.port, "GET", "/products?limit=1", token=token).status for _ in range(5)]
        # The answers that nobody reads are still being made; then nothing may hold a connection any more.
        began = time.perf_counter()
        while b"database_pool_in_use 0.0" not in ask(server.port, "GET", "/metrics").body:
            assert time.perf_counter() - began < 8
        for connection in slow[1::2]:
            connection.sendall(write[-10:])
        written = [read_reply(connection).status for connection in slow[1::2]]
        for connection in slow:
            connection.close()
    assert fast == [200] * 5
    assert written == [201] * 15


def test_limits_and_malformed_requests_over_the_socket(cluster: Cluster, issuer: Issuer) -> None:
    with app_process(cluster.url, issuer, {"GATEWAY_MAX_BODY": "1000"}, module=TOYS) as server:
        port = server.port
        head = b"GET /fine HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        assert send(port, request("GET", "/fine?" + "q" * 9000)).status == 414
        assert send(port, head + b"X-A: " + b"a" * 11_000 + b"\r\n\r\n").status == 431
        assert send(port, b"POST /fine HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n").status == 413
        chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
        chunked = b"POST /fine HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 2
        assert send(port, chunked + b"0\r\n\r\n").status == 413
        for malformed in (
            b"GARBAGE\r\n\r\n",
            b"GET /fine HTTP/9.9\r\n\r\n",
            head + b"A B: c\r\n\r\n",
            b"\x16\x03\x01\r\n\r\n",
        ):
            assert send(port, malformed).status == 400
        assert ask(port, "GET", "/fine").status == 200
