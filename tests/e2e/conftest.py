"""A server process for a whole module: the tests in it only read, or own what they write."""

from collections.abc import Iterator

import pytest

from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support import postgres
from tests.support.server import Server, running_server


@pytest.fixture(scope="module")
def server(postgres_server: str, seeded_template: str) -> Iterator[Server]:
    with postgres.clone(postgres_server, seeded_template) as url, running_server(url) as running:
        yield running


@pytest.fixture(scope="module")
def token_of(server: Server) -> "TokenMaker":
    return TokenMaker(server)


class TokenMaker:
    """Tokens of the server's own issuer."""

    def __init__(self, server: Server) -> None:
        port = int(server.url.rpartition(":")[2])
        self._settings = Settings(environment="test", port=port)

    def __call__(self, user: str = "administrator") -> dict[str, str]:
        """The Authorization header of a user."""
        return {"Authorization": f"Bearer {make_token(self._settings, user, seconds=600, people=MenuPlanning.people)}"}
