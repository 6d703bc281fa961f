"""A handler that blocks the event loop is named in the log while it does, in development and in production."""

import json
import os
import re
import select
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from tests.bench.kit.issuer import Issuer
from tests.bench.kit.load import request
from tests.bench.kit.servers import Server
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.probe import ask

TOYS = "tests.integration.lambdatwin.faults.toys"
PRODUCTION = {"ENVIRONMENT": "production", "COGNITO_ISSUER": ""}


class Lines:
    """What a server writes, line by line, as it comes."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._read = descriptor, b""

    def await_line(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """The first new line that matches."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            line, feed, rest = self._read.partition(b"\n")
            if feed:
                self._read = rest
                if found := re.search(pattern, line.decode()):
                    return found
            elif select.select([self._descriptor], [], [], end - time.monotonic())[0]:
                self._read += os.read(self._descriptor, 65_536)
        raise AssertionError(f"no {pattern!r} within {seconds} s")


@contextmanager
def toys(cluster: Cluster, issuer: Issuer, environment: Mapping[str, str]) -> Iterator[tuple[Server, Lines]]:
    read, write = os.pipe()
    with (
        os.fdopen(read, "rb"),
        os.fdopen(write, "wb") as pipe,
        app_process(cluster.url, issuer, environment, module=TOYS, log=pipe) as server,
    ):
        pipe.close()
        yield server, Lines(read)


def send_only(server: Server, path: str) -> socket.socket:
    """Ask, and wait for no answer."""
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(request("GET", path))
    return connection


@pytest.mark.long
def test_production_names_an_endless_loop_while_it_runs(cluster: Cluster, issuer: Issuer) -> None:
    with toys(cluster, issuer, PRODUCTION) as (server, lines):
        known = re.search(r"x-request-id: (\S+)", ask(server.port, "GET", "/fine").head)
        with send_only(server, "/loops"):
            told = json.loads(lines.await_line("event_loop_blocked").string)
    assert (told["event"], told["level"]) == ("event_loop_blocked", "warn")
    assert told["handler"] == "__main__:loops"
    assert told["function"] in ("loops.<locals>.never_ends", "count_on")
    assert re.fullmatch(r"/.*/toys\.py:\d+", told["at"])
    assert re.fullmatch(r"[0-9a-f-]{36}", told["request_id"])
    assert told["request_id"] == told["correlation_id"]
    assert known is not None
    assert told["request_id"] != known.group(1)


def test_development_names_a_short_block_too_and_says_when_it_is_over(cluster: Cluster, issuer: Issuer) -> None:
    with toys(cluster, issuer, {"ENVIRONMENT": "development"}) as (server, lines):
        with send_only(server, "/blocks"):
            told = lines.await_line("event_loop_blocked.*").group()
            lines.await_line("event_loop_runs_again")
        with send_only(server, "/loops"):
            endless = lines.await_line("event_loop_blocked.*").group()
    assert "handler=__main__:blocks" in told
    assert "handler=__main__:loops" in endless
    assert all(re.search(r"toys\.py:\d+ .*request_id=[0-9a-f-]{36}", line) for line in (told, endless))


@pytest.mark.long
def test_what_blocks_every_thread_leaves_a_traceback(cluster: Cluster, issuer: Issuer) -> None:
    settings = {**PRODUCTION, "TOYS_FROZEN_SECONDS": "1"}
    with toys(cluster, issuer, settings) as (server, lines), send_only(server, "/backtracks"):
        assert "toys.py" in lines.await_line(r"File .* in backtracks").string
