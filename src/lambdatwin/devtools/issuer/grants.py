"""Who can log in to the local issuer, the tokens of a login as Cognito makes them, and its refresh tokens."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from pydantic import TypeAdapter

from ...auth.claims import Clock, TokenUse
from ...project import Person
from .keys import KeyRing, write_private

# Of every account. Public knowledge: the issuer refuses to run in production.
LOCAL_PASSWORD = "local-password"  # noqa: S105
DEFAULT_SCOPE = "aws.cognito.signin.user.admin"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@|+-]{0,127}")
_LIFETIME = 30 * 24 * 3600


class IssuerError(Exception):
    """An error by its name in Cognito's API, or in RFC 6749."""

    def __init__(self, name: str, message: str = "") -> None:
        super().__init__(message)
        self.name = name


def account_of(people: Sequence[Person], name: str) -> Person | None:
    """The account of a user name or an id: one of `people`, or any id without them."""
    if not people:
        return any_account(name)
    return next((person for person in people if name in (person.username, person.sub)), None)


def any_account(name: str) -> Person | None:
    """The account of any id; None for a text that is no id."""
    return Person(name, name) if _ID.fullmatch(name) else None


def login_words(people: Sequence[Person]) -> str:
    """Who can log in, and with which password."""
    names = " or ".join(f"`{person.username}`" for person in people) or "any user id"
    return f"Log in as {names}; the password is `{LOCAL_PASSWORD}`."


@dataclass(frozen=True, slots=True)
class Login:
    """One login; its tokens, refreshed or not, all carry its `origin_jti` and `auth_time`."""

    account: Person
    origin_jti: str
    auth_time: int
    scope: str = DEFAULT_SCOPE
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Mint:
    """Makes tokens for one client, signed by the local keys; `seconds` is their lifetime."""

    issuer: str
    client_id: str
    keys: KeyRing
    clock: Clock
    seconds: int = 3600

    def begin(self, account: Person, scope: str = DEFAULT_SCOPE, nonce: str | None = None) -> Login:
        return Login(account, str(uuid4()), int(self.clock()), scope, nonce)

    def access(self, login: Login) -> str:
        own = {"client_id": self.client_id, "username": login.account.username, "scope": login.scope, "version": 2}
        return self._signed("access", login, own)

    def id(self, login: Login) -> str:
        nonce = {"nonce": login.nonce} if login.nonce else {}
        return self._signed("id", login, {"aud": self.client_id, "cognito:username": login.account.username, **nonce})

    def _signed(self, use: TokenUse, login: Login, own: dict[str, object]) -> str:
        now = int(self.clock())
        groups = {"cognito:groups": list(login.account.groups)} if login.account.groups else {}
        claims: dict[str, object] = {
            "sub": login.account.sub,
            "iss": self.issuer,
            "origin_jti": login.origin_jti,
            "event_id": str(uuid4()),
            "token_use": use,
            "auth_time": login.auth_time,
            "iat": now,
            "exp": now + self.seconds,
            "jti": str(uuid4()),
        }
        return self.keys.signing(use).token(claims | own | groups)


@dataclass(frozen=True, slots=True)
class _Grant:
    login: Login
    created_at: float
    rotated_at: float | None = None


class Grants:
    """Refresh tokens by their hashes, in a file, so that logins outlive the development server's restarts; in memory
    without one.

    A refresh token is used once, and for `grace` seconds after that.
    """

    def __init__(self, file: Path | None, *, clock: Clock, grace: float) -> None:
        self._file, self._clock, self._grace = file, clock, grace
        self._stored = TypeAdapter(dict[str, _Grant])
        self._grants = self._stored.validate_json(file.read_bytes()) if file is not None and file.exists() else {}

    def issue(self, login: Login) -> str:
        token, now = secrets.token_urlsafe(48), self._clock()
        self._grants = {key: one for key, one in self._grants.items() if now < one.created_at + _LIFETIME}
        self._grants[_digest(token)] = _Grant(login, now)
        self._save()
        return token

    def use(self, token: str) -> tuple[Login, str]:
        """The login behind a token, and the token that replaces it. Raises `IssuerError`."""
        grant, now = self._grants.get(_digest(token)), self._clock()
        if grant is None or now >= grant.created_at + _LIFETIME:
            raise IssuerError("NotAuthorizedException", "Invalid Refresh Token")
        if grant.rotated_at is None:
            self._grants[_digest(token)] = replace(grant, rotated_at=now)
        elif now >= grant.rotated_at + self._grace:
            self.revoke(token)
            raise IssuerError("RefreshTokenReuseException", "Refresh token reuse detected")
        return grant.login, self.issue(grant.login)

    def revoke(self, token: str) -> None:
        """End the login behind a token: every refresh token that came of it is gone. An unknown token is ignored."""
        grant = self._grants.get(_digest(token))
        if grant is not None:
            origin = grant.login.origin_jti
            self._grants = {key: one for key, one in self._grants.items() if one.login.origin_jti != origin}
            self._save()

    def _save(self) -> None:
        if self._file is not None:
            write_private(self._file, self._stored.dump_json(self._grants))


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
