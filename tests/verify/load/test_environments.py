"""Environments under load over sockets: identities, kills, and what is held after many requests."""

import asyncio
import contextlib
import logging
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from src.lambdatwin.lambda_runtime.executors.functions import Function
from src.lambdatwin.lambda_runtime.executors.pool import Environments
from tests.support import foreign_sync, sync_words
from tests.support.development import development
from tests.support.environment_faults import identities, recovery, usage, workers, writes_under_kills
from tests.support.rest import rest_event

pytestmark = [pytest.mark.anyio, pytest.mark.alone]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return foreign_sync.generate(tmp_path_factory.mktemp("environments"))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Captured records would be the memory that grows: pytest adds its handlers when the test itself begins."""
    logger = logging.getLogger("lambdatwin")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logger, "propagate", False)
        patch.setattr(logger, "handlers", [logging.NullHandler()])
        patch.setattr(logger, "level", logging.INFO)
        yield


@contextlib.asynccontextmanager
async def served(backend: Path, **settings: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client with 100 connections to the app on a socket of its own."""
    server = uvicorn.Server(
        uvicorn.Config(foreign_sync.foreign_app(backend, **settings), port=0, log_config=None, timeout_keep_alive=75)
    )
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=60) as client:
            with _quiet():
                yield client
    finally:
        server.should_exit = True
        await running


async def test_no_request_meets_another_and_nothing_grows(backend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(backend)
    async with served(backend, lambda_environments=4) as client:
        await identities(client, 1000, 100)
        before = usage()
        found = await identities(client, 10_000, 100)
        await identities(client, 10_000, 100)
        after = usage()
    print(f"\n10 000 requests over 100 connections: {found}\n20 000 requests: {before} -> {after}")
    assert (found.answers, found.mixed_answers, found.mixed_headers, found.mixed_lines) == (10_000, 0, 0, 0)
    assert found.lines == 20_000
    assert after.descriptors <= before.descriptors + 5
    # Of the process of the tests, whose size before says nothing.
    assert after.megabytes < before.megabytes + 35
    assert after.largest_worker < before.largest_worker * 1.1 + 5


async def test_killed_environments_lose_no_write(backend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = backend / "ledger.txt"
    ledger.write_text("")
    monkeypatch.chdir(backend)
    monkeypatch.setenv("LEDGER", str(ledger))
    async with served(backend, lambda_environments=4) as client:
        before = usage()
        found = await writes_under_kills(client, ledger, 2000, 0.1, seed=7)
        seconds = [await recovery(client) for _ in range(5)]
        after = usage()
    print(
        f"\n2 000 writes, {found.kills} kills: {dict(found.statuses)}, "
        f"recovery {sorted(seconds)[2]:.2f} s (1 is wanted)"
    )
    assert found.lost == set()
    assert set(found.statuses) <= {201, 502, 504}
    assert max(found.written.values()) == 1
    assert after.descriptors <= before.descriptors + 20


HEAVY = """
import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

app, logger = APIGatewayRestResolver(), Logger(service="eleven")
table = boto3.resource("dynamodb", region_name="us-east-1").Table("things")


@app.get("/things")
def things():
    logger.info("asked")
    return {"table": table.name}


def handler(event, context):
    return app.resolve(event, context)
"""


async def test_eleven_functions_cost_little_beside_the_server(tmp_path: Path) -> None:
    functions = []
    for number in range(11):
        (tmp_path / f"handler_{number}.py").write_text(HEAVY, encoding="utf-8")
        functions.append(Function(f"f{number}", (str(tmp_path),), f"handler_{number}.py", "handler"))
    pool = Environments(functions, lambda *_: None)
    event = rest_event(path="/things")
    try:
        for function in functions * 3:
            assert b"200" in await pool.invoke(function, event, "r1", 20)
        held = [one.memory_info().rss / 1e6 for one in workers()]
    finally:
        await pool.close()
    print(f"\n11 functions with boto3 and Powertools: {len(held)} environment, RSS {sum(held):.0f} MB")
    assert len(held) == 1
    assert sum(held) < 120


def test_a_save_replaces_the_environments_in_time(tmp_path: Path) -> None:
    seconds, word = [], "before"
    with development(sync_words.write(tmp_path), command=sync_words.COMMAND, **sync_words.SETTINGS) as running:
        running.await_line("started: ")
        assert running.get("/words").json() == word
        for number in range(4):
            begun, before, word = time.monotonic(), word, f"w{number}"
            running.edit(sync_words.HANDLER, f'"{before}"', f'"{word}"')
            running.await_line("reloaded in")
            assert running.get("/words").json() == word
            seconds.append(time.monotonic() - begun)
        running.interrupt()
    print(f"\nsaved sync handler {statistics.median(seconds):.2f} s (1.2 are wanted on an idle machine)")
