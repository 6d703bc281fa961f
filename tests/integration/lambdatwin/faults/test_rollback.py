"""An older build on the schema of a newer one is ready; on the schema of an older one it is not."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from tests.bench.kit.issuer import Issuer
from tests.integration.lambdatwin.faults.conftest import app_process
from tests.integration.lambdatwin.faults.probe import ask
from tests.integration.shared_kernel.test_migrating_command import add, copied, migrate, sources

__all__ = ["copied", "sources"]


def ready(port: int) -> tuple[int, list[str]]:
    reply = ask(port, "GET", "/health/ready")
    return reply.status, reply.json["failed"]


def test_a_rollback_becomes_ready_and_what_runs_stays_so(
    seeded_database_url: str, issuer: Issuer, token: str, sources: Path
) -> None:
    url = seeded_database_url
    with app_process(url, issuer) as running:
        assert ready(running.port) == (200, [])
        add(sources, statements=("ALTER TABLE products_catalog.products ADD COLUMN aisle text",))
        assert migrate(url, sources) == (0, "")
        assert ready(running.port) == (200, [])
        assert ask(running.port, "GET", "/products?limit=1", token=token).status == 200
    assert migrate(url)[0] == 0
    with app_process(url, issuer) as rolled_back:
        assert ready(rolled_back.port) == (200, [])
        assert ask(rolled_back.port, "GET", "/products?limit=1", token=token).status == 200


@pytest.mark.parametrize(
    "state",
    [
        "UPDATE alembic_version SET version_num = '0001_iam'",
        "DELETE FROM alembic_version",
        "DROP TABLE alembic_version",
        "UPDATE lambdatwin.schema_version SET version = 0",
        "DROP TABLE lambdatwin.schema_version",
    ],
)
def test_a_database_that_lacks_a_migration_is_not_ready(database_url: str, issuer: Issuer, state: str) -> None:
    async def go_back() -> None:
        connection = await asyncpg.connect(database_url)
        await connection.execute(state)
        await connection.close()

    asyncio.run(go_back())
    with app_process(database_url, issuer) as server:
        assert ready(server.port) == (503, ["migrations"])
