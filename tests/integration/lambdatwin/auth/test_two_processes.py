"""Two server processes on one database: what ends in one of them ends in the other."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import httpx
import pytest

from src.lambdatwin.devtools.token import make_token
from src.lambdatwin.settings import Settings
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
        settings = Settings(environment="test", port=port)
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


def _becomes[A](status: A, ask: Callable[[], A]) -> bool:
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


CONTEXTS = ("iam", "products_catalog", "recipes_catalog", "client_onboarding")


def _losing_the_last_role_or_the_account_ends_all_logins(pair: Pair) -> None:
    administrator = pair.token("administrator")
    for user in ("leaver-by-roles", "leaver-by-deletion"):
        made = httpx.post(f"{pair.first.url}/users", json={"id": user}, headers=administrator, trust_env=False)
        assert made.status_code == 201, made.text
        logins = [pair.token(user), pair.token(user)]
        for server in (pair.first, pair.second):
            assert [_status(server, "/users/me", headers) for headers in logins] == [200, 200]
        paths = [f"/users/{user}"]
        if user == "leaver-by-roles":
            paths = [f"/assign-role/{user}/{context}/user" for context in CONTEXTS]
        for path in paths:
            done = httpx.delete(f"{pair.first.url}{path}", headers=administrator, trust_env=False)
            assert done.status_code in (200, 204), done.text
        for headers in logins:
            assert _is_revoked(pair.first, headers)
            assert _becomes(True, partial(_is_revoked, pair.second, headers))


def _is_revoked(server: Server, headers: dict[str, str]) -> bool:
    """The authorizer's refusal; the middleware's, for a user whom IAM does not know, has no challenge."""
    answer = httpx.get(f"{server.url}/users/me", headers=headers, timeout=20, trust_env=False)
    return answer.status_code == 401 and "www-authenticate" in answer.headers


@pytest.mark.long
def test_what_ends_in_one_process_ends_in_the_other(pair: Pair) -> None:
    """One test, because two servers take longer to start than all of it."""
    _a_logout_in_one_process_counts_in_the_other(pair)
    _a_role_change_counts_at_once_here_and_soon_there(pair)
    _losing_the_last_role_or_the_account_ends_all_logins(pair)
