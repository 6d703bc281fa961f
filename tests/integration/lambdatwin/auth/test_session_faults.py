"""Session mode when something on the other side does not do its part."""

import re

import pytest

from src.lambdatwin.auth.responses import StoreUnavailableError
from src.lambdatwin.auth.sessions.cookies import cipher
from tests.integration.lambdatwin.auth.issuing import Clock
from tests.integration.lambdatwin.auth.sites import SESSION_SECRET, Site, query_of

pytestmark = pytest.mark.anyio


async def test_a_refused_refresh_ends_the_session_and_an_unavailable_one_does_not(here: Site) -> None:
    await here.log_in()
    here.issuer.fault = (503, {})
    waiting = await here.browser.post("/auth/refresh", headers=here.csrf())
    assert (waiting.status_code, "set-cookie" in waiting.headers) == (503, False)
    here.issuer.fault = (400, {"__type": "NotAuthorizedException"})
    ended = await here.browser.post("/auth/refresh", headers=here.csrf())
    assert (ended.status_code, len(ended.headers.get_list("set-cookie"))) == (401, 3)
    assert (await here.browser.get("/who")).status_code == 401


async def test_a_logout_that_cognito_missed_can_be_tried_again(here: Site) -> None:
    await here.log_in()
    here.issuer.fault = (503, {})
    failed = await here.browser.post("/auth/logout", headers=here.csrf())
    assert (failed.status_code, "set-cookie" in failed.headers) == (503, False)
    assert (await here.browser.get("/who")).status_code == 401
    here.issuer.fault = None
    assert (await here.browser.post("/auth/logout", headers=here.csrf())).status_code == 200


async def test_a_logout_that_cannot_be_written_down_is_none(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailableError

    token = here.issuer.log_in()["AccessToken"]
    monkeypatch.setattr(here.auth._deny_list._store, "add", away)
    answer = await here.browser.post("/auth/logout", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


async def test_a_session_is_not_logged_out_while_revocations_cannot_be_read(
    here: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailableError

    await here.log_in()
    with monkeypatch.context() as cut:
        for name in ("stamp", "about", "add"):
            cut.setattr(here.auth._deny_list._store, name, away)
        clock.later(6)
        answer = await here.browser.post("/auth/logout", headers=here.csrf())
        assert (answer.status_code, "set-cookie" in answer.headers) == (503, False)
    assert (await here.browser.get("/who")).status_code == 200


async def test_a_login_is_not_called_incomplete_while_revocations_cannot_be_read(
    here: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailableError

    back = await here.pass_login_page((await here.browser.get("/auth/login")).headers["location"])
    for name in ("stamp", "about"):
        monkeypatch.setattr(here.auth._deny_list._store, name, away)
    clock.later(6)
    answer = await here.browser.get(back)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert "callback_refused" not in here.audit.events()


async def test_tokens_of_another_login_do_not_finish_this_one(here: Site) -> None:
    begun = await here.browser.get("/auth/login")
    other = re.sub(r"nonce=[^&]+", "nonce=another", begun.headers["location"])
    answer = await here.browser.get(await here.pass_login_page(other))
    assert (answer.status_code, "Log in again" in answer.text) == (401, True)
    assert ("callback_refused", {"client": "127.0.0.1", "why": "nonce"}) in here.audit.lines


async def test_an_error_from_the_login_page_opens_nothing(here: Site) -> None:
    state = await _state_of_a_login(here)
    failed = await here.browser.get("/auth/callback", params={"error": "server_error", "state": state})
    assert (failed.status_code, "Log in again" in failed.text) == (401, True)
    assert (await here.browser.get("/who")).status_code == 401


async def test_a_cancelled_login_comes_back_to_where_it_began(here: Site) -> None:
    state = await _state_of_a_login(here)
    query = {"error": "access_denied", "state": state}
    back = await here.browser.get("/auth/callback", params=query)
    assert (back.status_code, back.headers["location"]) == (302, "/who?x=1")
    assert (await here.browser.get("/auth/callback", params=query)).status_code == 401
    assert (await here.browser.get("/who")).status_code == 401


async def _state_of_a_login(here: Site) -> str:
    begun = await here.browser.get("/auth/login", params={"return_to": "/who?x=1"})
    return query_of(begun.headers["location"])["state"]


async def test_a_throttled_exchange_is_a_503(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = await here.browser.get("/auth/login")
    target = await here.pass_login_page(begun.headers["location"])
    monkeypatch.setattr(here.issuer.local, "_throttled", lambda: True)
    answer = await here.browser.get(target)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


async def test_a_session_without_a_refresh_token_ends_with_its_token(here: Site, clock: Clock) -> None:
    await here.log_in()
    cookie = {"cookie": f"auth-session={here.browser.cookies['auth-session']}"}
    async with here.another_browser() as browser:
        assert (await browser.get("/who", headers=cookie)).status_code == 200
        clock.later(3600)
        over = await browser.get("/who", headers=cookie)
    assert (over.status_code, over.json()) == (401, {"message": "The incoming token has expired"})


@pytest.mark.parametrize("kind", ["session", "refresh"])
async def test_a_cookie_that_another_release_sealed_is_no_session(here: Site, kind: str, clock: Clock) -> None:
    sealing = cipher((SESSION_SECRET.encode(),), b"cookie:" + kind.encode())
    for content in (b'{"sid":"x","other":1}', b"{}", b"[]", b"x"):
        sealed = sealing.encrypt_at_time(content, int(clock.now))
        cookie = {"cookie": f"auth-{kind}={sealed.decode()}"}
        async with here.another_browser() as browser:
            assert (await browser.get("/who", headers=cookie)).status_code == 401
