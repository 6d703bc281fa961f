"""Real processes: a PostgreSQL, an issuer of tokens, and servers of the product's own command."""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO

import pytest

from src.migrations.run import upgrade
from src.seed import seed_if_empty
from tests.bench.kit.issuer import Issuer
from tests.bench.kit.servers import Server, start
from tests.integration.lambdatwin.faults.cluster import Cluster

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
    log: int | IO[bytes] = -3,
) -> Iterator[Server]:
    """A server of the app on a database; killed at the end if it still runs."""
    server = start(
        [sys.executable, "-m", module],
        {"ENVIRONMENT": "test", "DATABASE_URL": url, **issuer.environment(), **(environment or {})},
        log=log,
    )
    try:
        yield server
    finally:
        for process in server.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
