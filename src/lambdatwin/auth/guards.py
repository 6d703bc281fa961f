"""Settings of authentication that do not allow a start: all at once, each as a sentence that names a setting."""

import re
from typing import Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from .cognito.client import RefreshFlow

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, not bound
# A sidecar may stand between this process and Cognito: nobody sits on the way to this very machine. What is compared
# with `iss` stays a real address.
_MAY_BE_BESIDE_US = frozenset({"COGNITO_JWKS_URL", "COGNITO_ENDPOINT"})
_BESIDE_US = frozenset({"localhost", "127.0.0.1", "::1"})
_SHORTEST_SECRET = 32
_DEVELOPMENT_WORDS = frozenset({"local", "development", "changeme", "example", "dummy", "password", "insecure"})
_FEWEST_LETTERS = 8  # different ones: a random text of 32 has more


class AuthSettings(Protocol):
    """The settings that authentication reads; `settings.Settings` is one."""

    @property
    def production(self) -> bool: ...
    @property
    def local_issuer(self) -> bool: ...
    @property
    def port(self) -> int: ...
    @property
    def cognito_region(self) -> str | None: ...
    @property
    def cognito_user_pool_id(self) -> str | None: ...
    @property
    def cognito_client_id(self) -> str | None: ...
    @property
    def cognito_client_secret(self) -> SecretStr | None: ...
    @property
    def cognito_issuer(self) -> str | None: ...
    @property
    def cognito_jwks_url(self) -> str | None: ...
    @property
    def cognito_endpoint(self) -> str | None: ...
    @property
    def cognito_token_use(self) -> str: ...
    @property
    def cognito_refresh_flow(self) -> RefreshFlow: ...
    @property
    def cognito_resource(self) -> str | None: ...
    @property
    def cognito_domain(self) -> str | None: ...
    @property
    def auth_redirect_uri(self) -> str | None: ...
    @property
    def session_secret(self) -> SecretStr | None: ...


def auth_problems(settings: AuthSettings) -> list[str]:
    """What must be mended before a start; empty when all is well."""
    found = _session_problems(settings)
    if settings.local_issuer:
        return found
    if not (settings.cognito_issuer or settings.cognito_user_pool_id):
        found.append("COGNITO_USER_POOL_ID (or COGNITO_ISSUER) is missing: nobody could tell whose tokens to accept")
    if not settings.cognito_client_id:
        found.append("COGNITO_CLIENT_ID is missing: tokens for any client of the pool would be accepted")
    return found + (_production_problems(settings) if settings.production else [])


def _session_problems(settings: AuthSettings) -> list[str]:
    found = []
    secret, uri = settings.session_secret, settings.auth_redirect_uri
    if (secret is None) != (uri is None):
        found.append("SESSION_SECRET and AUTH_REDIRECT_URI belong together: session mode needs both, bearer mode none")
    if secret is not None and len(secret.get_secret_value()) < _SHORTEST_SECRET:
        found.append(f"SESSION_SECRET is shorter than {_SHORTEST_SECRET} characters")
    if uri is not None and not uri.endswith("/auth/callback"):
        found.append("AUTH_REDIRECT_URI must end with /auth/callback: that is where logins come back to")
    if uri is not None and not settings.local_issuer and not settings.cognito_domain:
        found.append("COGNITO_DOMAIN is missing: session mode logs in at the pool's hosted pages")
    return found


def _production_problems(settings: AuthSettings) -> list[str]:
    urls = {
        "COGNITO_ISSUER": settings.cognito_issuer,
        "COGNITO_JWKS_URL": settings.cognito_jwks_url,
        "COGNITO_ENDPOINT": settings.cognito_endpoint,
        "COGNITO_DOMAIN": _as_url(settings.cognito_domain),
        "AUTH_REDIRECT_URI": settings.auth_redirect_uri,
    }
    found = [problem for name, url in urls.items() if url for problem in _url_problems(name, url)]
    texts = {
        "COGNITO_CLIENT_ID": settings.cognito_client_id,
        "COGNITO_CLIENT_SECRET": _revealed(settings.cognito_client_secret),
        "SESSION_SECRET": _revealed(settings.session_secret),
    }
    found += [
        f"{name} is a development leftover"
        for name, value in texts.items()
        if value and not _DEVELOPMENT_WORDS.isdisjoint(re.split("[^a-z0-9]+", value.lower()))
    ]
    if texts["SESSION_SECRET"] and len(set(texts["SESSION_SECRET"])) < _FEWEST_LETTERS:
        found.append("SESSION_SECRET is not random")
    return found


def _url_problems(name: str, url: str) -> list[str]:
    parts = urlsplit(url)
    if parts.path.startswith("/auth/local"):
        return [f"{name} names the local issuer, which is for development only"]
    if name in _MAY_BE_BESIDE_US and parts.scheme in ("http", "https") and parts.hostname in _BESIDE_US:
        return []
    if parts.scheme != "https":
        return [f"{name} must be an https URL: whoever sits between could put his own keys in"]
    if (parts.hostname or "") in _LOOPBACK or (parts.hostname or "").endswith((".local", ".localhost", ".test")):
        return [f"{name} names this machine: a development leftover"]
    return []


def _as_url(domain: str | None) -> str | None:
    return f"https://{domain}" if domain and "://" not in domain else domain


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
