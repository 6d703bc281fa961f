"""The local issuer: keys on disk, Cognito's operations, and the login page with PKCE."""

import base64
import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from src.lambdatwin.auth.claims import Policy
from src.lambdatwin.auth.cognito import ClientCredentials, challenge
from src.lambdatwin.auth.jwks import Jwks
from src.lambdatwin.auth.responses import RejectedError
from src.lambdatwin.auth.verifier import Verifier
from src.lambdatwin.devtools.issuer.app import LocalIssuer
from src.lambdatwin.devtools.issuer.keys import KeyRing
from src.lambdatwin.devtools.token import print_token
from src.lambdatwin.project import Project
from src.runtimes.fastapi.project import MenuPlanning
from tests.support.counts import Counts
from tests.unit.lambdatwin.auth.corpus.doors import verifier

pytestmark = pytest.mark.anyio

URL = "http://issuer.test:8000"
REDIRECT = "http://127.0.0.1:8000/auth/callback"
VERIFIER = "v" * 43
ASKED = {
    "response_type": "code",
    "client_id": "local",
    "redirect_uri": REDIRECT,
    "state": "s1",
    "scope": "openid",
    "nonce": "n1",
    "code_challenge": challenge(VERIFIER),
    "code_challenge_method": "S256",
}


class Clock:
    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _issuer(folder: Path, clock: Clock, grants_file: Path | None = None, **options: Any) -> LocalIssuer:
    credentials = ClientCredentials("local", None)
    given = {"people": MenuPlanning.people, "clock": clock, "production": False, **options}
    return LocalIssuer(URL, credentials, frozenset({REDIRECT}), folder / "keys", grants_file, **given)


@pytest.fixture
async def issuer(folder: Path, clock: Clock) -> LocalIssuer:
    return _issuer(folder, clock)


@pytest.fixture
async def client(issuer: LocalIssuer) -> AsyncIterator[httpx.AsyncClient]:
    async with _client(issuer) as made:
        yield made


def _client(issuer: LocalIssuer) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(issuer.app), base_url=URL)


async def _call(client: httpx.AsyncClient, operation: str, **parameters: Any) -> httpx.Response:
    target = {"x-amz-target": f"AWSCognitoIdentityProviderService.{operation}"}
    return await client.post("/", json={"ClientId": "local", **parameters}, headers=target)


async def _log_in(client: httpx.AsyncClient, name: str = "user", password: str = "local-password") -> httpx.Response:
    values = {"USERNAME": name, "PASSWORD": password}
    return await _call(client, "InitiateAuth", AuthFlow="USER_PASSWORD_AUTH", AuthParameters=values)


def _verifier(client: httpx.AsyncClient, clock: Clock, use: Any = "access", issuer: str = URL) -> Verifier:
    keys = Jwks(client, f"{URL}/.well-known/jwks.json", clock=clock, meter=Counts())
    return verifier(Policy(issuer, frozenset({"local"}), use, None), keys=keys, clock=clock)


def _kid(token: str) -> str:
    head = token.partition(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = KeyRing(folder)
    kids = {first.signing("access").kid, first.signing("id").kid}
    assert len(kids) == 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    second = KeyRing(folder)
    assert {second.signing("access").kid, second.signing("id").kid} == kids
    assert {key["kid"] for key in first.published()["keys"]} == kids
    assert all("d" not in key for key in first.published()["keys"])


def test_a_rotation_in_one_process_is_seen_in_another(tmp_path: Path) -> None:
    one, other = KeyRing(tmp_path), KeyRing(tmp_path)
    old = other.signing("access").kid
    one.rotate()
    assert other.signing("access").kid != old
    assert old in {key["kid"] for key in other.published()["keys"]}


async def test_tokens_pass_the_verifier_each_for_its_own_use(client: httpx.AsyncClient, clock: Clock) -> None:
    result = (await _log_in(client)).json()["AuthenticationResult"]
    access, identity = result["AccessToken"].encode(), result["IdToken"].encode()
    assert await _verifier(client, clock).verify(access)
    assert await _verifier(client, clock, "id").verify(identity)
    for use, token in (("access", identity), ("id", access)):
        with pytest.raises(RejectedError):
            await _verifier(client, clock, use).verify(token)
    assert _kid(result["AccessToken"]) != _kid(result["IdToken"])


async def test_the_refusal_of_a_token_of_another_port_names_the_port(client: httpx.AsyncClient, clock: Clock) -> None:
    token = (await _log_in(client)).json()["AuthenticationResult"]["AccessToken"].encode()
    with pytest.raises(RejectedError, match=r"^issuer_is_ours,iss is http://issuer\.test:8000$"):
        await _verifier(client, clock, issuer="http://issuer.test:8001").verify(token)


@pytest.mark.parametrize(("name", "password"), [("user", "wrong"), ("nobody", "local-password"), ("", "")])
async def test_wrong_names_and_passwords_look_alike(client: httpx.AsyncClient, name: str, password: str) -> None:
    answer = await _log_in(client, name, password)
    assert answer.status_code == 400
    assert answer.json() == {"__type": "NotAuthorizedException", "message": "Incorrect username or password."}


async def test_refresh_tokens_rotate_with_grace_and_reuse_ends_the_login(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    first = (await _log_in(client)).json()["AuthenticationResult"]["RefreshToken"]
    second = (await _call(client, "GetTokensFromRefreshToken", RefreshToken=first)).json()["AuthenticationResult"]
    clock.now += 9
    again = await _call(client, "GetTokensFromRefreshToken", RefreshToken=first)
    assert again.status_code == 200
    clock.now += 2
    reused = await _call(client, "GetTokensFromRefreshToken", RefreshToken=first)
    assert reused.json()["__type"] == "RefreshTokenReuseException"
    dead = await _call(client, "GetTokensFromRefreshToken", RefreshToken=second["RefreshToken"])
    assert dead.json()["__type"] == "NotAuthorizedException"


async def test_revocation_ends_a_login_and_no_other(client: httpx.AsyncClient) -> None:
    mine, other = [(await _log_in(client)).json()["AuthenticationResult"]["RefreshToken"] for _ in range(2)]
    assert (await _call(client, "RevokeToken", Token=mine)).status_code == 200
    assert (await _call(client, "GetTokensFromRefreshToken", RefreshToken=mine)).status_code == 400
    assert (await _call(client, "GetTokensFromRefreshToken", RefreshToken=other)).status_code == 200


async def test_logins_outlive_a_restart(folder: Path, tmp_path: Path, clock: Clock) -> None:
    stored = tmp_path / "state" / "grants.json"
    async with _client(_issuer(folder, clock, stored)) as before:
        token = (await _log_in(before)).json()["AuthenticationResult"]["RefreshToken"]
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert token not in stored.read_text()
    async with _client(_issuer(folder, clock, stored)) as after:
        assert (await _call(after, "GetTokensFromRefreshToken", RefreshToken=token)).status_code == 200


async def test_too_many_requests_are_throttled_and_then_no_more(folder: Path, clock: Clock) -> None:
    issuer = _issuer(folder, clock, requests_per_second=3)
    async with _client(issuer) as client:
        answers = [(await _log_in(client)).json().get("__type") for _ in range(4)]
        assert answers == [None, None, None, "TooManyRequestsException"]
        clock.now += 1
        assert (await _log_in(client)).status_code == 200


@pytest.mark.parametrize(
    ("operation", "parameters", "name"),
    [
        ("InitiateAuth", {"AuthFlow": "CUSTOM_AUTH"}, "InvalidParameterException"),
        ("InitiateAuth", {"AuthFlow": "REFRESH_TOKEN_AUTH"}, "InvalidParameterException"),
        ("InitiateAuth", {"ClientId": "other"}, "ResourceNotFoundException"),
        ("GetTokensFromRefreshToken", {"RefreshToken": "x"}, "NotAuthorizedException"),
        ("GetTokensFromRefreshToken", {"RefreshToken": "x", "ClientSecret": "y"}, "NotAuthorizedException"),
        ("RevokeToken", {"ClientId": None}, "ResourceNotFoundException"),
        ("ListUsers", {}, "UnknownOperationException"),
    ],
)
async def test_refusals_have_cognitos_names(
    client: httpx.AsyncClient, operation: str, parameters: dict[str, Any], name: str
) -> None:
    answer = await _call(client, operation, **parameters)
    assert (answer.status_code, answer.json()["__type"]) == (400, name)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"x" * 20_000, b'{"ClientId":"local","ClientId":"x"}'])
async def test_a_body_that_is_no_object_is_refused(client: httpx.AsyncClient, body: bytes) -> None:
    target = {"x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth"}
    answer = await client.post("/", content=body, headers=target)
    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")


async def _code(client: httpx.AsyncClient, **changes: str) -> str:
    form = {"username": "user", "password": "local-password"}
    done = await client.post("/oauth2/authorize", params=ASKED | changes, data=form)
    assert done.status_code == 302
    found = parse_qs(urlsplit(done.headers["location"]).query)
    assert done.headers["location"].startswith(REDIRECT)
    assert found["state"] == ["s1"]
    return found["code"][0]


def _redeeming(code: str, **changes: str) -> dict[str, str]:
    form = {"grant_type": "authorization_code", "client_id": "local", "code": code}
    return form | {"redirect_uri": REDIRECT, "code_verifier": VERIFIER} | changes


async def test_the_code_flow_gives_tokens_with_the_nonce(client: httpx.AsyncClient, clock: Clock) -> None:
    page = await client.get("/oauth2/authorize", params=ASKED)
    assert (page.status_code, "<form method=post>" in page.text) == (200, True)
    assert page.headers["x-frame-options"] == "DENY"
    answer = await client.post("/oauth2/token", data=_redeeming(await _code(client)))
    tokens = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    identity = await _verifier(client, clock, "id").verify(tokens["id_token"].encode())
    assert identity.claims["nonce"] == "n1"
    renewed = {"grant_type": "refresh_token", "client_id": "local", "refresh_token": tokens["refresh_token"]}
    assert (await client.post("/oauth2/token", data=renewed)).status_code == 200
    refused = await client.post("/oauth2/token", data={**renewed, "refresh_token": "another"})
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_grant"})


async def test_the_configuration_names_the_endpoints(client: httpx.AsyncClient) -> None:
    document = (await client.get("/.well-known/openid-configuration")).json()
    assert document["issuer"] == URL
    assert (await client.get(document["jwks_uri"])).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"code_verifier": "v" * 42},
        {"redirect_uri": REDIRECT + "/"},
        {"client_id": "other"},
        {"grant_type": "password"},
    ],
)
async def test_a_code_is_lost_to_whoever_does_not_show_all_of_it(
    client: httpx.AsyncClient, changes: dict[str, str]
) -> None:
    code = await _code(client)
    assert (await client.post("/oauth2/token", data=_redeeming(code, **changes))).status_code == 400


async def test_a_code_counts_once_and_not_for_long(client: httpx.AsyncClient, clock: Clock) -> None:
    code = await _code(client)
    assert (await client.post("/oauth2/token", data=_redeeming(code))).status_code == 200
    assert (await client.post("/oauth2/token", data=_redeeming(code))).status_code == 400
    code = await _code(client)
    clock.now += 300
    assert (await client.post("/oauth2/token", data=_redeeming(code))).status_code == 400


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"client_id": "other"}, False),
        ({"redirect_uri": "https://evil.example/"}, False),
        ({"redirect_uri": REDIRECT + "?x=1"}, False),
        ({"response_type": "token"}, True),
        ({"code_challenge_method": "plain"}, True),
        ({"code_challenge": "short"}, True),
    ],
)
async def test_a_bad_authorization_request_shows_no_form(
    client: httpx.AsyncClient, changes: dict[str, str], told: bool
) -> None:
    answer = await client.get("/oauth2/authorize", params=ASKED | changes)
    assert answer.status_code == (302 if told else 400)
    assert answer.headers.get("location", "").startswith(REDIRECT) == told
    form = {"username": "user", "password": "local-password"}
    posted = await client.post("/oauth2/authorize", params=ASKED | changes, data=form)
    assert "code=" not in posted.headers.get("location", "")


async def test_a_wrong_password_shows_the_form_again(client: httpx.AsyncClient) -> None:
    answer = await client.post("/oauth2/authorize", params=ASKED, data={"username": "user", "password": "x"})
    assert (answer.status_code, "location" in answer.headers) == (401, False)


async def test_logout_leads_only_home(client: httpx.AsyncClient) -> None:
    home = await client.get("/logout", params={"logout_uri": "http://127.0.0.1:8000/"})
    assert (home.status_code, home.headers["location"]) == (302, "http://127.0.0.1:8000/")
    for target in ("https://evil.example/", "http://", "", "http://127.0.0.1:8000.evil.example/"):
        assert (await client.get("/logout", params={"logout_uri": target})).status_code == 200


async def test_a_login_that_fails_keeps_the_name_as_text_and_says_who_can_log_in(client: httpx.AsyncClient) -> None:
    form = {"username": 'a"><script>b', "password": "x"}
    page = (await client.post("/oauth2/authorize", params=ASKED, data=form)).text
    assert 'value="a&quot;&gt;&lt;script&gt;b"' in page
    assert "<script" not in page
    assert "the password is local-password" in page


def test_the_command_says_where_it_cannot_keep_keys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir("/proc")
    assert print_token([], Project()) == 1
    assert capsys.readouterr().err.startswith("The keys of the local issuer cannot be kept in .local/issuer: ")
