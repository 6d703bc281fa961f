"""Real processes: a PostgreSQL, an issuer of tokens, and servers of the product's own command."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

import pytest

from src.migrations.run import upgrade
from src.seed import seed_if_empty
from tests.bench.kit.issuer import Issuer
from tests.bench.kit.servers import Server
from tests.integration.lambdatwin.faults.cluster import Cluster
from tests.support.postgres import ROOT
from tests.support.preloaded import Inherited, Preloaded
from tests.support.server import clean_environment

ADMINISTRATOR = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with Cluster() as running:

        async def fill() -> None:
            await upgrade(running.url)
            await seed_if_empty(running.url)

        asyncio.run(fill())
        yield running


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    running = Issuer()
    yield running
    running.close()


@pytest.fixture
def token(issuer: Issuer) -> str:
    return issuer.token(ADMINISTRATOR)


@contextmanager
def app_process(
    url: str,
    issuer: Issuer,
    environment: Mapping[str, str] | None = None,
    *,
    module: str = "src.runtimes.fastapi.app",
    log: IO[bytes] | None = None,
) -> Iterator[Server]:
    """A server of the app on a database, ready to answer; killed at the end if it still runs."""
    began = time.perf_counter()
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        port: int = listener.getsockname()[1]
        ready, write = os.pipe()
        process = Preloaded(
            module,
            ["--child", Inherited(listener.fileno()), Inherited(write)],
            folder=ROOT,
            environment=clean_environment(
                **{"ENVIRONMENT": "test", "DATABASE_URL": url, "PORT": str(port)}
                | issuer.environment()
                | dict(environment or {})
            ),
            output=None if log is None else log.fileno(),
        )
    os.close(write)
    try:
        with os.fdopen(ready, "rb") as told:
            assert told.read(1) == b"1", f"{module} ended with {process.wait(10)}"
        yield Server(port, (process,), time.perf_counter() - began)
    finally:
        process.kill()
        process.wait()
