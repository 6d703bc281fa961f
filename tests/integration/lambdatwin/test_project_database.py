"""The members of `Project` about a database, the log and the parity proof, on a backend of another owner."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from src.lambdatwin import ports
from src.lambdatwin.devtools.local import local_app
from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.parity.sources import deterministic
from src.lambdatwin.postgres.tables import migrate
from src.lambdatwin.settings import Settings
from tests.support.foreign_backend import Parcels
from tests.support.postgres import clone, with_database
from tests.support.toy_gateway import client_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def empty_url(postgres_server: str) -> Any:
    with clone(postgres_server, with_database(postgres_server, "template0")) as url:
        yield url


@asynccontextmanager
async def started(project: Parcels, folder: Path, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    loaded = Settings(environment="test", **settings)
    app = local_app(project, loaded, folder=folder)
    async with app.router.lifespan_context(app), client_of(app) as client:
        token = make_token(loaded, "root", seconds=60, people=project.people, folder=folder)
        client.headers["authorization"] = f"Bearer {token}"
        yield client


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


class Migrated(Parcels):
    """Its migrations are Alembic's; a newer source's are named after a later day."""

    async def migrate(self, url: str) -> str | None:
        await execute(
            url, "CREATE TABLE alembic_version (version_num text)", "INSERT INTO alembic_version VALUES ('m2')"
        )
        return "migrated"

    def schema_head(self) -> str | None:
        return "m2"

    def serves_schema(self, revision: str | None) -> bool:
        return revision is not None and revision >= "m2"


async def readiness(client: httpx.AsyncClient) -> tuple[int, str]:
    answer = await client.get("/health/ready")
    return answer.status_code, answer.json()["checks"]["migrations"]


async def test_readiness_waits_for_the_project_and_for_the_library(empty_url: str, tmp_path: Path) -> None:
    async with started(Migrated(), tmp_path, database_url=empty_url) as client:
        assert await readiness(client) == (503, "at None, expected m2")
        assert (await client.post("/parcels")).status_code == 503  # no deny-list can be read
        await Migrated().migrate(empty_url)
        assert await readiness(client) == (503, "lambdatwin at None, expected 1")
        await execute(empty_url, "DROP TABLE alembic_version")
        assert await migrate(Migrated(), empty_url) == "migrated"
        assert await readiness(client) == (200, "ok")
        for revision, status in (("m3", 200), ("m1", 503)):
            await execute(empty_url, f"UPDATE alembic_version SET version_num = '{revision}'")
            assert (await readiness(client))[0] == status


async def test_a_project_may_bring_another_engine(empty_url: str, tmp_path: Path) -> None:
    asked: list[tuple[int, float]] = []

    class Own(Parcels):
        def engine(self, url: str, *, size: int, wait: float) -> Any:
            asked.append((size, wait))
            return super().engine(url, size=size, wait=wait)

    async with started(Own(), tmp_path, database_url=empty_url, database_pool_size=7, database_pool_wait=2.5):
        pass
    assert asked == [(7, 2.5), *[(2, 2.5)] * 3]


@pytest.mark.parametrize("stored", ["in memory", "in PostgreSQL"])
async def test_a_lost_access_ends_the_logins(stored: str, empty_url: str, tmp_path: Path) -> None:
    class Telling(Parcels):
        end_logins: Callable[[str], Awaitable[None]] | None = None

        def on_access_lost(self, end_logins: Callable[[str], Awaitable[None]]) -> Callable[[], None]:
            self.end_logins = end_logins
            return lambda: setattr(self, "end_logins", None)

    project, settings = Telling(), {}
    if stored == "in PostgreSQL":
        settings = {"database_url": empty_url}
        await migrate(project, empty_url)
    async with started(project, tmp_path, **settings) as client:
        assert (await client.delete("/roles/ana")).status_code == 204
        assert project.end_logins is not None
        await project.end_logins("root")
        assert (await client.delete("/roles/ana")).status_code == 401
    assert project.end_logins is None


@pytest.mark.parametrize("own", [False, True])
async def test_a_request_has_one_line_in_the_log(own: bool, tmp_path: Path) -> None:
    class Logging(Parcels):
        def logs_requests(self, operation: ports.LambdaOperation) -> bool:
            return own and operation.function == "track"

    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    handler = Lines()
    async with started(Logging(), tmp_path) as client:
        logging.getLogger("lambdatwin.gateway").addHandler(handler)
        await client.get("/parcels/p1")
        await client.delete("/roles/ana")
        logging.getLogger("lambdatwin.gateway").removeHandler(handler)
    assert lines == ["request_completed"] * (1 if own else 2)


def test_the_proof_gives_the_backend_a_known_clock_and_known_ids() -> None:
    request: ContextVar[str] = ContextVar("request", default="")

    class Proven(Parcels):
        now: Callable[[], datetime] | None = None
        new_id: Callable[[], str] | None = None

        def correlation_id(self) -> str:
            return request.get()

        def sources(self, clock: Callable[[], datetime], ids: Callable[[], str]) -> AbstractContextManager[object]:
            @contextmanager
            def put() -> Any:
                self.now, self.new_id = clock, ids
                yield
                self.now = self.new_id = None

            return put()

    project, drawn = Proven(), []
    for _ in range(2):
        with deterministic(datetime(2026, 1, 1, tzinfo=UTC), project):
            assert project.now is not None
            assert project.new_id is not None
            request.set("request-000007")
            drawn.append((project.now(), project.new_id(), project.new_id()))
    assert drawn[0] == drawn[1]
    assert drawn[0][0] == datetime(2026, 1, 1, 0, 0, 7, tzinfo=UTC)
    assert project.now is None


def test_a_silenced_log_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("parcels")
    try:
        Parcels().silence()
        assert not logger.isEnabledFor(logging.ERROR)
    finally:
        logging.disable(logging.NOTSET)
