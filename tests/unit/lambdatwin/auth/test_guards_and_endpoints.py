"""Settings that do not allow a start, and the addresses that come of those that do."""

from pathlib import Path
from typing import Any

import pytest

from src.lambdatwin.auth.cognito import ClientCredentials
from src.lambdatwin.auth.config import auth_problems, client_ids, endpoints
from src.lambdatwin.devtools import token as token_command
from src.lambdatwin.devtools.issuer.app import LocalIssuer
from src.lambdatwin.settings import Settings
from src.runtimes.fastapi.project import MenuPlanning

POOL = "eu-west-1_Ab12Cd34E"
CLIENT = "3n4b5urk1ft4fl3mg5e62d9ado"
SECRET = "mT8wQz1kVb5nR7yLx2Jc9pHs4fGd6aEu"
GOOD: dict[str, Any] = {
    "environment": "production",
    "cognito_user_pool_id": POOL,
    "cognito_client_id": CLIENT,
    "cognito_domain": "menus.auth.eu-west-1.amazoncognito.com",
    "auth_redirect_uri": "https://menus.company.org/auth/callback",
    "session_secret": SECRET,
}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*GOOD, "cognito_issuer", "cognito_jwks_url", "cognito_endpoint", "port", "cognito_region"):
        monkeypatch.delenv(name.upper(), raising=False)


def _settings(**changes: Any) -> Settings:
    return Settings(**(GOOD | changes))


def test_good_settings_have_no_problems() -> None:
    assert auth_problems(_settings()) == []
    assert auth_problems(_settings(session_secret=None, auth_redirect_uri=None, cognito_domain=None)) == []
    assert auth_problems(Settings(environment="development")) == []
    assert (
        auth_problems(Settings(environment="test", cognito_issuer="http://localhost:1/p", cognito_client_id="x")) == []
    )


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"cognito_user_pool_id": None}, ["COGNITO_USER_POOL_ID"]),
        ({"cognito_user_pool_id": "eu-west-1"}, ["COGNITO_USER_POOL_ID"]),
        ({"cognito_region": "eu-wset-1"}, ["COGNITO_REGION=eu-wset-1"]),
        ({"cognito_client_id": ()}, ["COGNITO_CLIENT_ID"]),
        ({"cognito_user_pool_id": None, "cognito_client_id": ()}, ["COGNITO_USER_POOL_ID", "COGNITO_CLIENT_ID"]),
        ({"cognito_issuer": "http://127.0.0.1:8000/auth/local"}, ["COGNITO_ISSUER"]),
        ({"cognito_issuer": "https://menus.company.org/auth/local"}, ["COGNITO_ISSUER"]),
        ({"cognito_issuer": "https://localhost/pool"}, ["COGNITO_ISSUER"]),
        ({"cognito_jwks_url": "http://keys.company.org/jwks.json"}, ["COGNITO_JWKS_URL"]),
        ({"cognito_jwks_url": "http://0.0.0.0/jwks.json"}, ["COGNITO_JWKS_URL"]),
        ({"cognito_jwks_url": "http://127.0.0.1.company.org/jwks.json"}, ["COGNITO_JWKS_URL"]),
        ({"cognito_jwks_url": "http://127.0.0.1@company.org/jwks.json"}, ["COGNITO_JWKS_URL"]),
        ({"cognito_jwks_url": "http://127.0.0.1:8000/auth/local/.well-known/jwks.json"}, ["COGNITO_JWKS_URL"]),
        ({"cognito_jwks_url": "ftp://localhost/jwks.json"}, ["COGNITO_JWKS_URL"]),
        ({"cognito_jwks_url": "https://[::1"}, ["COGNITO_JWKS_URL is no URL"]),
        ({"cognito_issuer": "https://x.example:port/p"}, ["COGNITO_ISSUER is no URL"]),
        ({"cognito_domain": "login.company.org:port"}, ["COGNITO_DOMAIN is no URL"]),
        ({"auth_redirect_uri": "https://[menus]/auth/callback"}, ["AUTH_REDIRECT_URI is no URL"]),
        ({"cognito_endpoint": "https://idp.company.org:99999/"}, ["COGNITO_ENDPOINT is no URL"]),
        ({"cognito_endpoint": "http://idp.company.org/"}, ["COGNITO_ENDPOINT"]),
        ({"cognito_issuer": "http://localhost:5000/pool"}, ["COGNITO_ISSUER"]),
        ({"cognito_domain": "http://menus.company.org"}, ["COGNITO_DOMAIN"]),
        ({"cognito_domain": "localhost"}, ["COGNITO_DOMAIN"]),
        ({"cognito_domain": "menus company.org"}, ["COGNITO_DOMAIN"]),
        ({"cognito_domain": None}, ["COGNITO_DOMAIN"]),
        ({"auth_redirect_uri": "http://menus.company.org/auth/callback"}, ["AUTH_REDIRECT_URI"]),
        ({"auth_redirect_uri": "https://menus.company.org/login"}, ["AUTH_REDIRECT_URI"]),
        ({"auth_redirect_uri": "https://localhost:8000/auth/callback"}, ["AUTH_REDIRECT_URI"]),
        ({"auth_redirect_uri": None}, ["SESSION_SECRET and AUTH_REDIRECT_URI"]),
        ({"session_secret": None}, ["SESSION_SECRET and AUTH_REDIRECT_URI"]),
        ({"session_secret": "wX7qP2zL9rT4"}, ["SESSION_SECRET"]),
        ({"session_secret": "development-" + SECRET}, ["SESSION_SECRET"]),
        ({"session_secret": "a" * 40}, ["SESSION_SECRET"]),
        ({"session_secret": "q7Zx" * 10}, ["SESSION_SECRET"]),
        ({"session_secret": "abcdefghijklmnopqrstuvwxyz0123456789"}, ["SESSION_SECRET"]),
        ({"session_secret": f"{SECRET},q7Zx"}, ["SESSION_SECRET"]),
        ({"session_secret": f"{SECRET},{SECRET[::-1]},{SECRET.swapcase()}"}, ["SESSION_SECRET"]),
        ({"cognito_issuer": f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}/"}, ["COGNITO_ISSUER"]),
        ({"cognito_client_id": "local"}, ["COGNITO_CLIENT_ID"]),
        ({"cognito_client_secret": "changeme"}, ["COGNITO_CLIENT_SECRET"]),
    ],
)
def test_production_names_every_setting_that_must_be_mended(changes: dict[str, Any], names: list[str]) -> None:
    problems = auth_problems(_settings(**changes))
    assert len(problems) == len(names)
    for problem, name in zip(problems, names, strict=True):
        assert problem.startswith(name)
        assert SECRET not in problem


@pytest.mark.parametrize("host", ["localhost:5000", "127.0.0.1:5000", "[::1]:5000"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_sidecar_on_this_machine_may_serve_keys_and_calls(host: str, scheme: str) -> None:
    beside = {"cognito_jwks_url": f"{scheme}://{host}/jwks.json", "cognito_endpoint": f"{scheme}://{host}/"}
    assert auth_problems(_settings(**beside)) == []


def test_production_never_has_a_local_issuer(tmp_path: Path) -> None:
    settings = Settings(environment="production")
    assert not settings.local_issuer
    with pytest.raises(ValueError, match="COGNITO"):
        endpoints(settings)
    credentials = ClientCredentials("local", None)
    keys = tmp_path / "keys"
    with pytest.raises(RuntimeError, match="ENVIRONMENT"):
        LocalIssuer("http://x", credentials, frozenset(), keys, None, clock=lambda: 0.0, production=True)
    assert not keys.exists()


def test_addresses_derive_from_the_pool() -> None:
    found = endpoints(_settings())
    service = "https://cognito-idp.eu-west-1.amazonaws.com"
    assert found.issuer == f"{service}/{POOL}"
    assert found.jwks_url == f"{service}/{POOL}/.well-known/jwks.json"
    assert found.cognito == f"{service}/"
    assert found.hosted_ui == "https://menus.auth.eu-west-1.amazoncognito.com"
    assert endpoints(_settings(cognito_region="us-east-2")).issuer.startswith("https://cognito-idp.us-east-2.")


def test_each_address_is_a_setting_of_its_own() -> None:
    other_form = f"https://issuer-cognito-idp.eu-west-1.amazonaws.com/{POOL}"
    found = endpoints(_settings(cognito_issuer=other_form))
    assert (found.issuer, found.jwks_url) == (other_form, f"{other_form}/.well-known/jwks.json")
    assert found.cognito == "https://cognito-idp.eu-west-1.amazonaws.com/"
    given = {"cognito_jwks_url": "https://keys.company.org/j", "cognito_endpoint": "https://idp.company.org/"}
    found = endpoints(_settings(**given))
    assert (found.jwks_url, found.cognito) == tuple(given.values())


def test_the_local_issuer_lives_below_the_server() -> None:
    settings = Settings(environment="development", port=8123)
    found = endpoints(settings)
    assert found.issuer == "http://127.0.0.1:8123/auth/local"
    assert found.jwks_url == f"{found.issuer}/.well-known/jwks.json"
    assert client_ids(settings)[0] == "local"


@pytest.mark.parametrize("changes", [GOOD, {"environment": "development", "cognito_issuer": "https://a.example/p"}])
def test_no_token_is_printed_for_another_issuer_or_in_production(
    changes: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in changes.items():
        monkeypatch.setenv(name.upper(), value)
    assert token_command.print_token(["--user", "administrator"], MenuPlanning()) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "COGNITO" in printed.err or "ENVIRONMENT" in printed.err


@pytest.mark.parametrize("arguments", [["--user", "no such\nid"], ["--seconds", "0"], ["--seconds", "90000"]])
def test_wrong_usage_of_the_token_command(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "test")
    monkeypatch.chdir(tmp_path)
    assert token_command.print_token(arguments, MenuPlanning()) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("issuer", "service"),
    [
        (f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}", "https://cognito-idp.eu-west-1.amazonaws.com/"),
        (f"https://issuer-cognito-idp.us-east-2.amazonaws.com/{POOL}", "https://cognito-idp.us-east-2.amazonaws.com/"),
        (f"https://cognito-idp.cn-north-1.amazonaws.com.cn/{POOL}", "https://cognito-idp.cn-north-1.amazonaws.com.cn/"),
    ],
)
def test_an_issuer_of_either_form_is_enough(issuer: str, service: str) -> None:
    found = endpoints(Settings(environment="production", cognito_issuer=issuer, cognito_client_id=CLIENT))
    assert (found.issuer, found.jwks_url, found.cognito) == (issuer, f"{issuer}/.well-known/jwks.json", service)


def test_clients_are_a_list_and_the_first_logs_in() -> None:
    settings = _settings(cognito_client_id=f"{CLIENT}, 7machine, 8mobile")
    assert client_ids(settings) == (CLIENT, "7machine", "8mobile")
    assert client_ids(settings)[0] == CLIENT


@pytest.mark.parametrize(
    ("environment", "host", "refused"),
    [
        ("test", "0.0.0.0", True),
        ("test", "10.1.2.3", True),
        ("test", "127.0.0.1", False),
        ("development", "0.0.0.0", False),
    ],
)
def test_only_development_shows_the_local_issuer_to_a_network(environment: str, host: str, refused: bool) -> None:
    problems = auth_problems(Settings(environment=environment, host=host))
    assert [problem.startswith("HOST=") for problem in problems] == [True] * refused
