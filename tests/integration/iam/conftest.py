from collections.abc import Iterator

import pytest

from tests.support import postgres


@pytest.fixture
def database(seeded_database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A seeded database that the handlers find in their environment."""
    monkeypatch.setenv("DATABASE_URL", seeded_database_url)
    return seeded_database_url


@pytest.fixture(scope="module")
def shared_database(postgres_server: str, seeded_template: str) -> Iterator[str]:
    """A seeded database for the tests of a module that change nothing."""
    with postgres.clone(postgres_server, seeded_template) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        yield url
