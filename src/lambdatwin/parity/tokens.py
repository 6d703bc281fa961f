"""Tokens for the requests: a signing key of the harness's own, and the names that a requests file may use.

The people of the project go by name or alias; any other name is taken as the user id itself (`sub`). A prefix spoils
the token: `expired:admin`, `forged:admin` (signed by another key), `malformed:admin` (cut in two), `unscoped:admin`
(without the scopes of the route).
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwk, jwt
from jose.backends.base import Key

from ..project import Person

CLIENT_ID = "parity-client"
_KEY_ID = "parity-key"
_LIFETIME_SECONDS = 86_400


def people_by_name(people: Iterable[Person]) -> dict[str, str]:
    """The ids of people by user name and by alias."""
    return {name: person.sub for person in people for name in (person.alias, person.username) if name}


@dataclass(frozen=True)
class TokenBook:
    """Signs tokens of `issuer`; `people` has the ids behind names, `groups` those of the pool by id; `jwks` is what a
    verifier needs."""

    issuer: str
    people: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _made: dict[tuple[str, str, Sequence[str]], str] = field(default_factory=dict)

    def authorization(self, user: str | None, use: str = "access", scopes: Sequence[str] = ()) -> str | None:
        """The Authorization header of a user for a kind of token (access, id) and scopes, the same for a whole run;
        None for no user."""
        if user is None:
            return None
        if (user, use, scopes) not in self._made:
            self._made[user, use, scopes] = self._authorization(user, use, scopes)
        return self._made[user, use, scopes]

    def _authorization(self, user: str, use: str, scopes: Sequence[str]) -> str:
        kind, _, name = user.rpartition(":")
        match kind:
            case "forged":
                return f"Bearer {_signed(self._claims(name, use, scopes), self._other_key)}"
            case "malformed":
                return self.signed(self._claims(name, use, scopes))[:-100]
            case "expired":
                return self.signed(self._claims(name, use, scopes, age=2 * _LIFETIME_SECONDS))
            case "unscoped":
                return self.signed(self._claims(name, use, ()))
            case _:
                return self.signed(self._claims(user, use, scopes))

    def _claims(self, name: str, use: str, scopes: Sequence[str], age: int = 0) -> dict[str, Any]:
        claims = self.claims(name, age)
        if use == "access":
            return {**claims, "scope": " ".join((claims["scope"], *scopes))}
        kept = {key: value for key, value in claims.items() if key not in ("client_id", "scope", "username")}
        return {**kept, "token_use": use, "aud": CLIENT_ID, "cognito:username": claims["username"]}

    def signed(self, claims: dict[str, Any]) -> str:
        """The Authorization header of a token with these claims."""
        return f"Bearer {_signed(claims, self._key)}"

    @cached_property
    def jwks(self) -> dict[str, Any]:
        """The public half."""
        public = self._key.public_key().to_dict()
        texts = {name: value.decode() if isinstance(value, bytes) else value for name, value in public.items()}
        return {"keys": [texts | {"kid": _KEY_ID, "use": "sig", "alg": "RS256"}]}

    def claims(self, name: str, age: int = 0) -> dict[str, Any]:
        """The claims of a user's access token that was issued `age` seconds ago."""
        issued = int(time.time()) - age
        subject = self.people.get(name, name)
        groups = list(self.groups.get(subject, ()))
        return ({"cognito:groups": groups} if groups else {}) | {
            "sub": subject,
            "iss": self.issuer,
            "client_id": CLIENT_ID,
            "token_use": "access",
            "scope": "aws.cognito.signin.user.admin",
            "username": subject,
            "origin_jti": f"origin-{subject}",
            "jti": f"jti-{subject}",
            "auth_time": issued,
            "iat": issued,
            "exp": issued + _LIFETIME_SECONDS,
        }

    @cached_property
    def _key(self) -> Key:
        return _private_key()

    @cached_property
    def _other_key(self) -> Key:
        return _private_key()


def _private_key() -> Key:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return jwk.construct(pem, "RS256")


def _signed(claims: dict[str, Any], key: Key) -> str:
    return str(jwt.encode(claims, key, algorithm="RS256", headers={"kid": _KEY_ID}))
