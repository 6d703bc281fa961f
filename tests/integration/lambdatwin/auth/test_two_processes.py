"""Two server processes on one database: what ends in one of them ends in the other."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import asyncpg
import httpx
import pytest

from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Environment, Settings
from src.runtimes.fastapi.project import MenuPlanning
from tests.support import postgres
from tests.support.server import Server, running_server

PLAIN_USER = "22222222-2222-4222-8222-222222222222"
# The copy of the deny-list may be five seconds old, users are cached for one second here.
WITHIN_SECONDS = 8.0


@dataclass
class Pair:
    """The first process is the issuer of both."""

    first: Server
    second: Server
    database: str

    def token(self, user: str) -> dict[str, str]:
        port = int(self.first.url.rpartition(":")[2])
        settings = Settings(environment=Environment.TEST, port=port)
        return {"authorization": f"Bearer {make_token(settings, user, seconds=600, people=MenuPlanning.people)}"}


@pytest.fixture(scope="module")
def pair(postgres_server: str, seeded_template: str) -> Iterator[Pair]:
    with (
        postgres.clone(postgres_server, seeded_template) as url,
        running_server(url, USER_CACHE_SECONDS="1") as first,
        running_server(
            url,
            USER_CACHE_SECONDS="1",
            COGNITO_ISSUER=f"{first.url}/auth/local",
            COGNITO_CLIENT_ID="local",
        ) as second,
    ):
        yield Pair(first, second, url)


def _status(server: Server, path: str, headers: dict[str, str]) -> int:
    return httpx.get(f"{server.url}{path}", headers=headers, timeout=20, trust_env=False).status_code


def _becomes(status: int, ask: Callable[[], int]) -> bool:
    """Ask again until the answer is this, or the time is over."""
    until = time.monotonic() + WITHIN_SECONDS
    while ask() != status:
        if time.monotonic() > until:
            return False
    return True


def _a_logout_in_one_process_counts_in_the_other(pair: Pair) -> None:
    mine, other = pair.token("administrator"), pair.token("administrator")
    for server in (pair.first, pair.second):
        assert [_status(server, "/users/me", headers) for headers in (mine, other)] == [200, 200]
    done = httpx.post(f"{pair.first.url}/auth/logout", headers=mine, trust_env=False)
    assert done.status_code == 200
    assert _status(pair.first, "/users/me", mine) == 401
    assert _becomes(401, lambda: _status(pair.second, "/users/me", mine))
    assert [_status(server, "/users/me", other) for server in (pair.first, pair.second)] == [200, 200]


def _a_role_change_counts_at_once_here_and_soon_there(pair: Pair) -> None:
    administrator, plain = pair.token("administrator"), pair.token("user")
    for server in (pair.first, pair.second):
        assert _status(server, "/users", plain) == 403
    role = {"context": "iam", "name": "user_manager"}
    path = f"{pair.first.url}/assign-role/{PLAIN_USER}"
    assert httpx.post(path, json=role, headers=administrator, trust_env=False).status_code == 200
    assert _status(pair.first, "/users", plain) == 200
    assert _becomes(200, lambda: _status(pair.second, "/users", plain))
    assert httpx.delete(f"{path}/iam/user_manager", headers=administrator, trust_env=False).status_code == 200
    assert _status(pair.first, "/users", plain) == 403
    assert _becomes(403, lambda: _status(pair.second, "/users", plain))


def _a_deleted_user_is_nobody_in_either(pair: Pair) -> None:
    plain = pair.token("user")
    for server in (pair.first, pair.second):
        assert _status(server, "/users/me", plain) == 200
    asyncio.run(_discard(pair.database, PLAIN_USER))
    for server in (pair.first, pair.second):
        assert _becomes(401, partial(_status, server, "/users/me", plain))


def test_what_ends_in_one_process_ends_in_the_other(pair: Pair) -> None:
    """One test, because two servers take longer to start than all of it."""
    _a_logout_in_one_process_counts_in_the_other(pair)
    _a_role_change_counts_at_once_here_and_soon_there(pair)
    _a_deleted_user_is_nobody_in_either(pair)


async def _discard(url: str, user_id: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE iam.users SET discarded = true WHERE id = $1", user_id)
    await connection.close()
