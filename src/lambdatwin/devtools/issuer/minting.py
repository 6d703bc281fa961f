"""Tokens as Cognito makes them, signed by the local keys."""

import json
from dataclasses import dataclass
from uuid import uuid4

from ...auth.claims import Clock, TokenUse
from ...auth.jwks import ALGORITHM
from ...auth.token import base64url_encode
from ...project import Person
from .keys import KeyRing

DEFAULT_SCOPE = "aws.cognito.signin.user.admin"


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
    """Makes tokens for one client; `seconds` is their lifetime."""

    issuer: str
    client_id: str
    keys: KeyRing
    clock: Clock
    seconds: int = 3600

    def begin(self, account: Person, scope: str = DEFAULT_SCOPE, nonce: str | None = None) -> Login:
        """A new login, now."""
        return Login(account, str(uuid4()), int(self.clock()), scope, nonce)

    def access(self, login: Login) -> str:
        """An access token."""
        own = {"client_id": self.client_id, "username": login.account.username, "scope": login.scope, "version": 2}
        return self._signed("access", login, own)

    def id(self, login: Login) -> str:
        """An ID token."""
        nonce = {"nonce": login.nonce} if login.nonce else {}
        return self._signed("id", login, {"aud": self.client_id, "cognito:username": login.account.username, **nonce})

    def _signed(self, use: TokenUse, login: Login, own: dict[str, object]) -> str:
        now = int(self.clock())
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
        } | own
        if login.account.groups:
            claims["cognito:groups"] = list(login.account.groups)
        key = self.keys.signing(use)
        signed = _segment({"kid": key.kid, "alg": ALGORITHM}) + b"." + _segment(claims)
        return (signed + b"." + base64url_encode(key.sign(signed))).decode("ascii")


def _segment(value: dict[str, object]) -> bytes:
    return base64url_encode(json.dumps(value, separators=(",", ":")).encode())
