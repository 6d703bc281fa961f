"""Fixtures for every test: an event loop backend and databases."""

import gc
from collections.abc import Generator, Iterator

import pytest

from src.contexts.shared_kernel.logging import configure_logging
from src.runtimes.fastapi.project import forward_library_log
from tests.support import foreign, postgres
from tests.support.environment import isolate


def pytest_configure() -> None:
    isolate()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    # What is imported and collected here lives to the end: the garbage collector would visit it again and again.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def _logging() -> None:
    configure_logging(json_lines=True)
    forward_library_log()


@pytest.fixture(scope="session")
def postgres_server() -> str:
    return postgres.start_server()


@pytest.fixture(scope="session")
def migrated_template(postgres_server: str) -> str:
    from src.migrations.run import upgrade

    async def migrate(url: str) -> None:
        await upgrade(url)

    return postgres.ensure_template(postgres_server, "migrated", migrate)


@pytest.fixture(scope="session")
def seeded_template(postgres_server: str) -> str:
    from src.migrations.run import upgrade
    from src.seed import seed_if_empty

    async def migrate_and_seed(url: str) -> None:
        await upgrade(url)
        await seed_if_empty(url)

    return postgres.ensure_template(postgres_server, "seeded", migrate_and_seed)


@pytest.fixture(scope="session")
def clinic_database(postgres_server: str) -> str:
    """The database of the foreign backend that has one, to be copied."""
    return foreign.clinic_template(postgres_server)


@pytest.fixture
def database_url(postgres_server: str, migrated_template: str) -> Iterator[str]:
    with postgres.clone(postgres_server, migrated_template) as url:
        yield url


@pytest.fixture
def seeded_database_url(postgres_server: str, seeded_template: str) -> Iterator[str]:
    with postgres.clone(postgres_server, seeded_template) as url:
        yield url
