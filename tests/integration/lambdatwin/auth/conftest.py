"""The issuer and one site of a test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from src.lambdatwin.devtools.issuer.keys import KeyRing
from tests.integration.lambdatwin.auth.issuing import Clock, Issuer, issuer
from tests.integration.lambdatwin.auth.sites import Site, site
from tests.support import postgres


@pytest.fixture(scope="module")
def database_url(postgres_server: str, migrated_template: str) -> Iterator[str]:
    """One database for the tests of a module: all that they leave behind are revocations of logins of their own."""
    with postgres.clone(postgres_server, migrated_template) as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys for all tests that do not change them: they take longer to make than a test takes.

    Made here, and not by the first request for them: beside other work that would take longer than a fetch may, and a
    clock that stands still would let no second one follow.
    """
    folder = tmp_path_factory.mktemp("issuer")
    KeyRing(folder / "keys").published()
    return folder


@pytest.fixture
def served(key_folder: Path, clock: Clock) -> Issuer:
    return issuer(key_folder, clock)


@pytest.fixture
async def here(database_url: str, served: Issuer) -> AsyncIterator[Site]:
    async with site(database_url, served) as made:
        yield made
