"""Session mode from the login page to the logout, against the local issuer on a socket."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from src.lambdatwin.project import Person
from tests.integration.lambdatwin.auth.issuing import Clock, Issuer, issuer, issuer_on_socket
from tests.integration.lambdatwin.auth.sites import HOME, SESSION_SECRET, Site, query_of, site

pytestmark = pytest.mark.anyio

ADMINISTRATOR = "11111111-1111-4111-8111-111111111111"
REFRESH = "GetTokensFromRefreshToken"


async def _who(here: Site, method: str = "GET", headers: dict[str, str] | None = None) -> httpx.Response:
    return await here.browser.request(method, "/who", headers=headers)


async def test_a_login_through_the_issuers_page_opens_a_session(here: Site) -> None:
    assert (await _who(here)).status_code == 401
    back = await here.log_in(return_to="/who?x=1")
    assert (back.status_code, back.headers["location"]) == (302, "/who?x=1")
    known = await _who(here)
    assert (known.status_code, known.json()["sub"]) == (200, ADMINISTRATOR)
    assert "logged_in" in here.audit.events()


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(here: Site) -> None:
    lines = {line.partition("=")[0]: line for line in (await here.log_in()).headers.get_list("set-cookie")}
    attempt = next(name for name in lines if name.startswith("auth-login-"))
    assert set(lines) == {"auth-session", "auth-refresh", "auth-csrf", attempt}
    for name, line in lines.items():
        assert "; Path=/; " in line
        assert "SameSite=Lax" in line
        assert ("HttpOnly" in line) == (name != "auth-csrf")
    header = here.issuer.log_in()["AccessToken"].partition(".")[0]  # the same in every token of the key
    assert not any(header in line for line in lines.values())


async def test_over_https_cookies_are_bound_to_the_host(database_url: str, served: Issuer) -> None:
    async with site(database_url, served, auth_redirect_uri="https://menus.example.org/auth/callback") as here:
        begun = await here.browser.get("/auth/login")
    line = begun.headers["set-cookie"]
    assert line.startswith("__Host-login-")
    assert "; Secure" in line
    assert "Domain" not in line


async def test_unsafe_requests_need_the_csrf_token_of_their_session(here: Site) -> None:
    await here.log_in()
    csrf = here.csrf()
    assert (await _who(here, "POST")).status_code == 403
    assert (await _who(here, "POST", {"x-csrf-token": "x" * 43})).status_code == 403
    assert (await _who(here, "POST", csrf | {"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await _who(here, "POST", csrf | {"sec-fetch-site": "same-origin"})).status_code == 200
    assert (await _who(here, "POST", csrf)).status_code == 200
    await here.log_in()
    assert (await _who(here, "POST", csrf)).status_code == 403
    assert here.audit.events().count("csrf_refused") == 4


async def test_an_expired_session_is_renewed_once_and_gets_new_cookies(here: Site, clock: Clock) -> None:
    await here.log_in()
    before = dict(here.browser.cookies)
    clock.later(3600)
    renewed = await _who(here)
    assert renewed.status_code == 200
    assert renewed.json()["exp"] == clock.now + 3600
    assert here.issuer.calls[REFRESH] == 1
    after = dict(here.browser.cookies)
    assert before["auth-session"] != after["auth-session"]
    assert before["auth-refresh"] != after["auth-refresh"]
    assert before["auth-csrf"] == after["auth-csrf"]
    assert (await _who(here)).headers.get("set-cookie") is None
    assert here.issuer.calls[REFRESH] == 1


@pytest.mark.parametrize(("left", "refreshes"), [(60, 0), (59, 1)])
async def test_less_than_a_minute_left_counts_as_over(here: Site, clock: Clock, left: int, refreshes: int) -> None:
    await here.log_in()
    assert (await _who(here)).status_code == 200
    clock.later(3600 - left)
    assert (await _who(here)).status_code == 200
    assert here.issuer.calls[REFRESH] == refreshes


@pytest.fixture
async def far(database_url: str, key_folder: Path, clock: Clock) -> AsyncIterator[Site]:
    """A site whose issuer is behind a socket."""
    async with issuer_on_socket(key_folder, clock) as served, site(database_url, served) as made:
        yield made


async def test_fifty_parallel_requests_cause_one_refresh(far: Site, clock: Clock) -> None:
    here = far
    await here.log_in()
    clock.later(4000)
    cookies = dict(here.browser.cookies)
    async with here.another_browser() as browser:
        asked = [browser.get("/who", headers={"cookie": _line(cookies)}) for _ in range(50)]
        answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["exp"] for answer in answers}) == 1
    assert here.issuer.calls[REFRESH] == 1


async def test_replicas_cause_one_refresh_together(database_url: str, far: Site, clock: Clock) -> None:
    here = far
    await here.log_in()
    clock.later(4000)
    line = {"cookie": _line(dict(here.browser.cookies))}
    async with site(database_url, here.issuer) as there:
        browsers = [here.another_browser(), there.another_browser()]
        asked = [browser.get("/who", headers=line) for browser in browsers * 20]
        answers = await asyncio.gather(*asked)
        for browser in browsers:
            await browser.aclose()
        assert {answer.status_code for answer in answers} == {200}
        assert here.issuer.calls[REFRESH] == 1
        assert here.meter.of("auth_refreshes", "shared") + there.meter.of("auth_refreshes", "shared") == 1


async def test_the_result_is_shared_during_the_grace_time_and_reuse_after_it_ends_the_login(
    here: Site, clock: Clock
) -> None:
    await here.log_in()
    old = {"cookie": _line(dict(here.browser.cookies))}
    clock.later(4000)
    assert (await _who(here)).status_code == 200
    async with here.another_browser() as thief:
        clock.later(9)
        assert (await thief.get("/who", headers=old)).status_code == 200
        assert here.issuer.calls[REFRESH] == 1
        clock.later(2)
        refused = await thief.get("/who", headers=old)
    assert refused.status_code == 401
    assert all("Max-Age=0" in line for line in refused.headers.get_list("set-cookie"))
    assert len(refused.headers.get_list("set-cookie")) == 3
    assert "refresh_reuse" in here.audit.events()
    clock.later(4000)
    assert (await _who(here)).status_code == 401


async def test_a_header_is_never_outweighed_by_cookies(here: Site, clock: Clock) -> None:
    token = here.issuer.log_in()["AccessToken"]
    await here.log_in()
    assert (await _who(here, headers={"authorization": "Bearer x.y.z"})).status_code == 401
    clock.later(4000)
    expired = await _who(here, headers={"authorization": f"Bearer {token}"})
    assert (expired.status_code, expired.json()) == (401, {"message": "The incoming token has expired"})
    assert 'error="invalid_token"' in expired.headers["www-authenticate"]
    assert here.issuer.calls[REFRESH] == 0


async def test_an_issuer_that_is_down_ends_no_session(here: Site, clock: Clock) -> None:
    await here.log_in()
    here.issuer.fault = (503, {})
    clock.later(3600 - 30)
    assert (await _who(here)).status_code == 200
    clock.later(30)
    waiting = await _who(here)
    assert (waiting.status_code, "retry-after" in waiting.headers) == (503, True)
    assert "set-cookie" not in waiting.headers
    here.issuer.fault = None
    assert (await _who(here)).status_code == 200


async def test_logout_ends_the_session_here_and_in_other_replicas(database_url: str, here: Site, clock: Clock) -> None:
    await here.log_in()
    cookies = dict(here.browser.cookies)
    line = {"cookie": _line(cookies)}
    async with site(database_url, here.issuer) as there, there.another_browser() as elsewhere:
        assert (await elsewhere.get("/who", headers=line)).status_code == 200
        assert (await here.browser.post("/auth/logout")).status_code == 403
        done = await here.browser.post("/auth/logout", headers=here.csrf())
        assert done.status_code == 200
        assert done.json()["logout_url"].startswith(here.issuer.url)
        assert here.issuer.calls["RevokeToken"] == 1
        assert not any(name.startswith("auth-") for name in here.browser.cookies)
        async with here.another_browser() as thief:
            assert (await thief.get("/who", headers=line)).status_code == 401
        clock.later(5)
        assert (await elsewhere.get("/who", headers=line)).status_code == 401
        clock.later(4000)
        assert (await elsewhere.get("/who", headers=line)).status_code == 401


@pytest.mark.parametrize("name", ["auth-session", "auth-refresh"])
async def test_a_touched_cookie_is_worth_nothing(here: Site, name: str) -> None:
    await here.log_in()
    cookies = dict(here.browser.cookies)
    del cookies["auth-refresh" if name == "auth-session" else "auth-session"]
    value = cookies[name]
    async with here.another_browser() as thief:
        for where in range(0, len(value), 97):
            changed = value[:where] + ("A" if value[where] != "A" else "B") + value[where + 1 :]
            answer = await thief.get("/who", headers={"cookie": _line(cookies | {name: changed})})
            assert answer.status_code == 401


async def test_cookies_of_two_sessions_or_two_of_a_kind_are_refused(here: Site) -> None:
    await here.log_in()
    first = dict(here.browser.cookies)
    await here.log_in()
    second = dict(here.browser.cookies)
    mixed = {"auth-session": first["auth-session"], "auth-refresh": second["auth-refresh"]}
    swapped = {"auth-session": first["auth-refresh"]}
    async with here.another_browser() as thief:
        for line in (
            _line(mixed),
            _line(swapped),
            f"auth-session={first['auth-session']}; auth-session={second['auth-session']}",
            "auth-session=x",
            "auth-session=; auth-refresh=",
        ):
            assert (await thief.get("/who", headers={"cookie": line})).status_code == 401


async def test_a_callback_must_belong_to_a_login_of_this_browser(here: Site, clock: Clock) -> None:
    begun = await here.browser.get("/auth/login")
    target = await here.pass_login_page(begun.headers["location"])
    async with here.another_browser() as victim:
        planted = await victim.get(target)
    assert planted.status_code == 401
    wrong = target.replace("state=", "state=x")
    assert (await here.browser.get(wrong)).status_code == 401
    begun = await here.browser.get("/auth/login")
    target = await here.pass_login_page(begun.headers["location"])
    clock.later(601)
    assert (await here.browser.get(target)).status_code == 401
    assert here.audit.events().count("callback_refused") == 3


async def test_a_code_counts_once_and_only_with_its_verifier(here: Site) -> None:
    first = await here.browser.get("/auth/login")
    target = await here.pass_login_page(first.headers["location"])
    code = query_of(target)["code"]
    other = await here.browser.get("/auth/login")
    state = query_of(other.headers["location"])["state"]
    assert (await here.browser.get("/auth/callback", params={"code": code, "state": state})).status_code == 401
    again = await here.log_in()
    assert again.status_code == 302
    assert (await here.browser.get(str(again.request.url))).status_code == 401


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/\t/evil.example",
    ],
)
async def test_a_login_never_ends_on_another_site(here: Site, target: str) -> None:
    back = await here.log_in(return_to=target)
    assert back.headers["location"] == "/"
    assert urlsplit(HOME + back.headers["location"]).hostname == "127.0.0.1"


async def test_a_session_refreshes_on_request_without_showing_tokens(here: Site) -> None:
    await here.log_in()
    assert (await here.browser.post("/auth/refresh")).status_code == 403
    before = here.browser.cookies["auth-session"]
    done = await here.browser.post("/auth/refresh", headers=here.csrf())
    assert (done.status_code, done.json()) == (200, {"expires_in": 3600})
    assert here.browser.cookies["auth-session"] != before


def _line(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


async def test_two_tabs_log_in_at_once(here: Site) -> None:
    first = await here.browser.get("/auth/login", params={"return_to": "/who?tab=1"})
    second = await here.browser.get("/auth/login", params={"return_to": "/who?tab=2"})
    for begun, tab in ((first, 1), (second, 2)):
        back = await here.browser.get(await here.pass_login_page(begun.headers["location"]))
        assert (back.status_code, back.headers["location"]) == (302, f"/who?tab={tab}")
    assert (await _who(here)).status_code == 200


async def test_login_attempts_do_not_pile_up_in_the_browser(here: Site, clock: Clock) -> None:
    locations = []
    for _ in range(12):
        locations.append((await here.browser.get("/auth/login")).headers["location"])
        clock.later(1)
        assert sum(name.startswith("auth-login-") for name in here.browser.cookies) <= 5
    for begun in locations[-5:]:
        back = await here.browser.get(await here.pass_login_page(begun))
        assert back.status_code == 302


@pytest.mark.parametrize("groups", [["kitchen-staff-" + str(number) for number in range(100)]])
async def test_a_hundred_groups_fit_into_the_cookies(
    database_url: str, key_folder: Path, clock: Clock, groups: list[str]
) -> None:
    person = Person(ADMINISTRATOR, "administrator", tuple(groups))
    async with site(database_url, issuer(key_folder, clock, people=(person,))) as here:
        lines = (await here.log_in()).headers.get_list("set-cookie")
        assert max(map(len, lines)) <= 4096
        assert (await _who(here)).status_code == 200


async def test_a_login_that_no_cookie_can_hold_says_so(database_url: str, key_folder: Path, clock: Clock) -> None:
    person = Person(ADMINISTRATOR, "administrator", tuple(secrets.token_hex(20) for _ in range(150)))
    async with site(database_url, issuer(key_folder, clock, people=(person,))) as here:
        answer = await here.log_in()
        assert (answer.status_code, "too many groups" in answer.text) == (403, True)
        [why] = [fields["why"] for event, fields in here.audit.lines if event == "callback_refused"]
        assert why.startswith("the session cookie has ")


async def test_a_session_survives_a_new_secret(database_url: str, served: Issuer) -> None:
    old, new = SESSION_SECRET, "9b1f2c7d4e8a6053bd17c2f49ae08d36"
    async with site(database_url, served) as before:
        await before.log_in()
        cookies = dict(before.browser.cookies)
    headers = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    csrf = headers | {"x-csrf-token": cookies["auth-csrf"]}
    async with site(database_url, served, session_secret=f"{new},{old}") as after:
        assert (await after.browser.get("/who", headers=headers)).status_code == 200
        assert (await after.browser.post("/who", headers=csrf)).status_code == 200
        await after.log_in()
        own = {"cookie": f"auth-session={after.browser.cookies['auth-session']}"}
    async with site(database_url, served, session_secret=new) as later:
        assert (await later.browser.get("/who", headers=headers)).status_code == 401
        assert (await later.browser.get("/who", headers=own)).status_code == 200
