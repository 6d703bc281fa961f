"""POST /auth/refresh and /auth/logout for bearer clients, and what becomes of each of Cognito's errors."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from src.lambdatwin.project import Person
from tests.integration.lambdatwin.auth.issuing import Clock, Issuer, issuer, issuer_on_socket
from tests.integration.lambdatwin.auth.sites import Site, site

pytestmark = pytest.mark.anyio

UNAUTHORIZED = {"message": "Unauthorized"}
EXPIRED = {"message": "The incoming token has expired"}


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def _refresh(here: Site, token: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    return await here.browser.post("/auth/refresh", json={"refresh_token": token, **more}, headers=headers)


async def _known(here: Site, token: str) -> bool:
    return (await here.browser.get("/who", headers=_bearer(token))).status_code == 200


async def test_refresh_gives_new_tokens_and_the_rotated_refresh_token(here: Site, clock: Clock) -> None:
    first = here.issuer.log_in()
    clock.later(4000)
    answer = await _refresh(here, first["RefreshToken"], _bearer(first["AccessToken"]))
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"access_token", "id_token", "expires_in", "token_type", "refresh_token"}
    assert body["refresh_token"] != first["RefreshToken"]
    assert answer.headers["cache-control"] == "no-store"
    assert await _known(here, body["access_token"])
    assert not await _known(here, body["id_token"])


def _without_rotation(served: Issuer) -> dict[str, Any]:
    """What Cognito gives where refresh tokens do not rotate; the tokens."""
    given = served.log_in()
    result = {name: given[name] for name in ("AccessToken", "IdToken", "ExpiresIn")}
    served.fault = (200, {"AuthenticationResult": result})
    return given


async def test_without_rotation_no_refresh_token_is_answered(here: Site) -> None:
    _without_rotation(here.issuer)
    answer = await _refresh(here, "stays")
    assert answer.status_code == 200
    assert "refresh_token" not in answer.json()


@pytest.mark.parametrize("secret", [None, "s3cr3t-of-the-client"])
async def test_the_older_flow_with_and_without_a_client_secret(
    key_folder: Path, clock: Clock, database_url: str, secret: str | None
) -> None:
    served = issuer(key_folder, clock, secret=secret)
    async with site(database_url, served, cognito_refresh_flow="initiate_auth") as here:
        first = _without_rotation(served)
        by_name = await _refresh(here, f"one-{secret}", username="administrator")
        by_token = await _refresh(here, f"two-{secret}", _bearer(first["AccessToken"]))
        assert (by_name.status_code, by_token.status_code) == (200, 200)
        assert served.calls["InitiateAuth"] == 2
        assert (await _refresh(here, f"three-{secret}")).status_code == (200 if secret is None else 401)


async def test_the_new_token_must_be_of_the_same_person(here: Site) -> None:
    mine, theirs = here.issuer.log_in("user"), here.issuer.log_in()
    answer = await _refresh(here, theirs["RefreshToken"], _bearer(mine["AccessToken"]))
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)
    assert "subject_changed" in here.audit.events()


async def test_fifty_parallel_refreshes_of_one_token_are_one(key_folder: Path, database_url: str, clock: Clock) -> None:
    async with issuer_on_socket(key_folder, clock) as served, site(database_url, served) as here:
        token = served.log_in()["RefreshToken"]
        answers = await asyncio.gather(*[_refresh(here, token) for _ in range(50)])
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        assert served.calls["GetTokensFromRefreshToken"] == 1


async def test_reuse_after_the_grace_time_ends_the_login(here: Site, clock: Clock) -> None:
    token = here.issuer.log_in()["RefreshToken"]
    newer = (await _refresh(here, token)).json()["refresh_token"]
    clock.later(11)
    reused = await _refresh(here, token)
    assert (reused.status_code, reused.json()) == (401, UNAUTHORIZED)
    assert "refresh_reuse" in here.audit.events()
    assert (await _refresh(here, newer)).status_code == 401


ERRORS = {
    "NotAuthorizedException": (400, 401),
    "UserNotFoundException": (400, 401),
    "UserNotConfirmedException": (400, 401),
    "PasswordResetRequiredException": (400, 401),
    "RefreshTokenReuseException": (400, 401),
    "TooManyRequestsException": (400, 503),
    "LimitExceededException": (400, 503),
    "ThrottlingException": (429, 503),
    "InternalErrorException": (500, 503),
    "ResourceNotFoundException": (400, 502),
    "InvalidParameterException": (400, 502),
    "InvalidUserPoolConfigurationException": (400, 502),
    "com.amazonaws.cognito#NotAuthorizedException": (400, 401),
    "SomethingNewException": (400, 502),
    "SomethingOverloaded": (502, 503),
    "SomethingThrottled": (429, 503),
}


@pytest.mark.parametrize("name", ERRORS)
async def test_each_error_of_cognito_has_its_answer(here: Site, name: str) -> None:
    status, expected = ERRORS[name]
    here.issuer.fault = (status, {"__type": name, "message": "the inner story"})
    answer = await _refresh(here, here.issuer.log_in()["RefreshToken"])
    assert answer.status_code == expected
    assert "inner story" not in answer.text
    assert name not in answer.text
    if expected == 401:
        assert answer.json() == UNAUTHORIZED
        assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')
    if expected == 503:
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"AuthenticationResult": None},
        {"AuthenticationResult": {}},
        {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "x"},
        {"AuthenticationResult": {"AccessToken": 1, "ExpiresIn": 60}},
        {"AuthenticationResult": {"AccessToken": "x", "ExpiresIn": "60"}},
        {"AuthenticationResult": {"AccessToken": "x", "ExpiresIn": 60, "IdToken": []}},
    ],
)
async def test_an_answer_without_tokens_is_a_misconfiguration(here: Site, document: dict[str, Any]) -> None:
    here.issuer.fault = (200, document)
    assert (await _refresh(here, here.issuer.log_in()["RefreshToken"])).status_code == 502


async def test_tokens_that_the_verifier_refuses_are_passed_on_to_nobody(here: Site, clock: Clock) -> None:
    mine = here.issuer.log_in()
    forged = mine["AccessToken"][:-8] + "AAAAAAAA"
    other = here.issuer.log_in("user")["IdToken"]
    for access, identity in (
        (forged, mine["IdToken"]),
        (mine["AccessToken"], other),
        (mine["IdToken"], None),
        ("é", "é"),
    ):
        result = {"AccessToken": access, "IdToken": identity, "ExpiresIn": 3600}
        here.issuer.fault = (200, {"AuthenticationResult": result})
        answer = await _refresh(here, here.issuer.log_in()["RefreshToken"])
        assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


@pytest.mark.parametrize("token", ["", "unknown", "x" * 9000, "a b", "é", None, 1, ["x"], {"a": 1}])
async def test_what_is_no_refresh_token_is_refused_alike(here: Site, token: Any) -> None:
    answer = await here.browser.post("/auth/refresh", json={"refresh_token": token})
    assert (answer.status_code, answer.json()) == (401, UNAUTHORIZED)


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b'{"refresh_token":"a","refresh_token":"b"}', b"\xff", b"[" * 3000, b"x" * 20_000]
)
async def test_a_body_that_is_no_json_object_is_a_bad_request(here: Site, body: bytes) -> None:
    assert (await here.browser.post("/auth/refresh", content=body)).status_code == 400
    assert (await here.browser.post("/auth/logout", content=body)).status_code == 400


async def test_refresh_without_anything_is_challenged(here: Site) -> None:
    answer = await here.browser.post("/auth/refresh")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert (await here.browser.post("/auth/logout")).status_code == 401
    assert (await here.browser.post("/auth/refresh", headers=_bearer("x.y.z"))).status_code == 401


async def test_an_unreachable_cognito_is_a_503(database_url: str, served: Issuer) -> None:
    async with site(database_url, served, cognito_endpoint="http://127.0.0.1:1/") as here:
        answer = await _refresh(here, served.log_in()["RefreshToken"])
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


async def test_logout_ends_the_login_with_all_its_tokens_everywhere(
    database_url: str, here: Site, clock: Clock
) -> None:
    mine, other = here.issuer.log_in(), here.issuer.log_in()
    newer = (await _refresh(here, mine["RefreshToken"])).json()
    async with site(database_url, here.issuer) as there:
        for token in (mine["AccessToken"], newer["access_token"], other["AccessToken"]):
            assert await _known(here, token)
            assert await _known(there, token)
        body = {"refresh_token": newer["refresh_token"]}
        done = await here.browser.post("/auth/logout", json=body, headers=_bearer(mine["AccessToken"]))
        assert (done.status_code, done.json()) == (200, {"message": "Logged out"})
        for token in (mine["AccessToken"], newer["access_token"]):
            assert not await _known(here, token)
        clock.later(5)
        for token in (mine["AccessToken"], newer["access_token"]):
            assert not await _known(there, token)
        assert await _known(there, other["AccessToken"])
    assert (await _refresh(here, newer["refresh_token"])).status_code == 401


async def test_an_expired_token_can_still_log_out_and_a_forged_one_cannot(here: Site, clock: Clock) -> None:
    mine = here.issuer.log_in()
    forged = await here.browser.post("/auth/logout", headers=_bearer(mine["AccessToken"][:-8] + "AAAAAAAA"))
    assert forged.status_code == 401
    assert await _known(here, mine["AccessToken"])
    clock.later(4000)
    assert (await here.browser.post("/auth/logout", headers=_bearer(mine["AccessToken"]))).status_code == 200


async def test_a_logout_that_cognito_missed_says_so_but_holds_here(here: Site) -> None:
    mine = here.issuer.log_in()
    here.issuer.fault = (503, {})
    body = {"refresh_token": mine["RefreshToken"]}
    answer = await here.browser.post("/auth/logout", json=body, headers=_bearer(mine["AccessToken"]))
    assert answer.status_code == 503
    assert not await _known(here, mine["AccessToken"])
    here.issuer.fault = None
    assert (await here.browser.post("/auth/logout", json=body)).status_code == 200
    assert (await _refresh(here, mine["RefreshToken"])).status_code == 401


async def test_logout_with_the_refresh_token_alone_ends_its_access_tokens_and_its_grace(
    here: Site, database_url: str, clock: Clock
) -> None:
    mine = here.issuer.log_in()
    refreshed = (await _refresh(here, mine["RefreshToken"])).json()
    async with site(database_url, here.issuer) as there:
        assert (
            await there.browser.post("/auth/logout", json={"refresh_token": mine["RefreshToken"]})
        ).status_code == 200
    clock.later(5)
    for token in (mine["AccessToken"], refreshed["access_token"]):
        assert not await _known(here, token)
    for token in (mine["RefreshToken"], refreshed["refresh_token"]):
        assert (await _refresh(here, token)).status_code == 401


async def test_a_logout_that_could_revoke_nothing_is_a_503(here: Site) -> None:
    mine = here.issuer.log_in()
    here.issuer.fault = (503, {})
    body = {"refresh_token": mine["RefreshToken"]}
    assert (await here.browser.post("/auth/logout", json=body)).status_code == 503
    here.issuer.fault = None
    assert (await here.browser.post("/auth/logout", json=body)).status_code == 200
    assert not await _known(here, mine["AccessToken"])


async def test_a_deleted_user_is_out_at_once_and_may_come_back_later(
    key_folder: Path, database_url: str, clock: Clock
) -> None:
    served = issuer(key_folder, clock, people=(Person("some-leaver", "leaver"),))
    async with site(database_url, served) as here, site(database_url, served) as there:
        mine = served.log_in("leaver")
        clock.later(60)
        assert await _known(here, mine["AccessToken"])
        assert await _known(there, mine["AccessToken"])
        await here.auth.end_logins("some-leaver")
        assert not await _known(here, mine["AccessToken"])
        assert (await _refresh(here, mine["RefreshToken"])).status_code == 401
        clock.later(5)
        assert not await _known(there, mine["AccessToken"])
        assert await _known(here, served.log_in("leaver")["AccessToken"])


async def test_expired_bearer_tokens_are_never_refreshed(here: Site, clock: Clock) -> None:
    token = here.issuer.log_in()["AccessToken"]
    clock.later(3600)
    answer = await here.browser.get("/who", headers=_bearer(token))
    assert (answer.status_code, answer.json()) == (401, EXPIRED)
    assert here.issuer.calls["GetTokensFromRefreshToken"] == 0


async def test_the_audit_log_holds_no_secret(here: Site, clock: Clock) -> None:
    first = here.issuer.log_in()
    await _refresh(here, first["RefreshToken"])
    clock.later(60)
    await _refresh(here, first["RefreshToken"])
    await here.log_in()
    await here.browser.post("/auth/logout", headers=here.csrf())
    await here.browser.get("/who", headers=_bearer("x.y.z"))
    written = str(here.audit.lines)
    assert {"refreshed", "refresh_reuse", "logged_in", "logged_out", "refused"} <= set(here.audit.events())
    for secret in (*first.values(), "eyJ", "local-password"):
        assert str(secret) not in written or isinstance(secret, int)


@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
async def test_a_body_that_does_not_come_is_not_waited_for_without_end(
    here: Site, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stops() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    monkeypatch.setattr("src.lambdatwin.auth.sessions.routes.SLOWEST_BODY", 0.05)
    answer = await asyncio.wait_for(here.browser.post(path, content=stops()), 10)
    assert (answer.status_code, answer.json()) == (408, {"message": "Request Timeout"})


async def test_a_client_that_leaves_before_its_body_is_complete_is_no_error(here: Site) -> None:
    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None: ...

    scope = {"type": "http", "method": "POST", "path": "/auth/refresh", "headers": [], "query_string": b""}
    await here.app(scope, receive, send)
