"""Stand-ins for the gateway's authorizers of bearer tokens: Cognito on REST APIs, JWT on HTTP APIs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from jose import jwt
from jose.exceptions import ExpiredSignatureError, JOSEError

from ..api import Api
from ..wire import Answer, Sent, Undecided
from .own_answers import EXPIRED, HTTP_FORBIDDEN, UNAUTHORIZED, http_unauthorized
from .router import Route

_LAST_SECOND = 253_402_300_799  # of the year 9999


@dataclass(frozen=True, slots=True)
class Verified:
    """The claims of a token as the event has them, all text; `scopes` as the event of an HTTP API has them.
    `context` is what a Lambda authorizer says in their place."""

    texts: dict[str, str]
    scopes: list[str] | None = None
    context: Mapping[str, Any] | None = None


class _Refused(Exception):
    """The token is not good; the text is what a challenge says of it, empty where no source tells."""


@dataclass(frozen=True, slots=True)
class TokenAuthorizer:
    """Knows one user pool, which stands for all pools and issuers that tables name."""

    api: Api
    jwks: Mapping[str, Any]
    issuer: str
    client_id: str

    def verdict(self, sent: Sent, route: Route) -> Verified | Answer:
        """What a good token says, else what the gateway answers in the function's place."""
        return self._cognito(sent, route) if self.api.is_rest else self._jwt(sent, route)

    def _cognito(self, sent: Sent, route: Route) -> Verified | Answer:
        values = _tokens(sent, route)
        # A user pool's authorizer takes a token alone, too; this backend's routes, which declare none, do not.
        if len(values) != 1 or not (route.declared or values[0].startswith("Bearer ")):
            return UNAUTHORIZED
        try:
            claims = self._claims(values[0])
        except ExpiredSignatureError:
            return EXPIRED
        except (JOSEError, ValueError, TypeError):
            return UNAUTHORIZED
        client = "aud" if route.takes_id_tokens else "client_id"
        mine = claims.get(client) == self.client_id and claims.get("token_use") == route.token_use
        entitled = not route.scopes or not set(route.scopes).isdisjoint(str(claims.get("scope")).split())
        return Verified(cognito_texts(claims)) if mine and entitled else UNAUTHORIZED

    def _jwt(self, sent: Sent, route: Route) -> Verified | Answer:
        values = _tokens(sent, route)
        if not values or not values[-1].strip():
            return http_unauthorized("Bearer")
        try:
            claims = self._jwt_claims(values[-1])
        except _Refused as refused:
            unknown = () if str(refused) else (Undecided("www-authenticate", "no source has this error's description"),)
            words = f'error="invalid_token" error_description="{refused}"'
            return http_unauthorized(f'Bearer scope="{" ".join(route.scopes)}" {words}', *unknown)
        held = [*_words(claims.get("scope")), *_words(claims.get("scp"))]
        if route.scopes and not set(held) & set(route.scopes):
            return HTTP_FORBIDDEN
        return Verified(jwt_texts(claims), held if route.scopes else None)

    def _jwt_claims(self, value: str) -> Mapping[str, Any]:
        if value.removeprefix("Bearer ").count(".") != 2:
            raise _Refused("token contains an invalid number of segments")
        try:
            claims = self._claims(value)
        except ExpiredSignatureError:
            raise _Refused("the token has expired") from None
        except (JOSEError, ValueError, TypeError):
            raise _Refused from None
        audience = claims.get("aud", claims.get("client_id"))
        if self.client_id not in (audience if isinstance(audience, list) else [audience]):
            raise _Refused("the token does not have a valid audience")
        return claims

    def _claims(self, value: str) -> dict[str, Any]:
        """Of a token with a good signature and issuer, in its time. Raises what python-jose raises."""
        return dict(
            jwt.decode(
                value.removeprefix("Bearer "),
                dict(self.jwks),
                algorithms=["RS256"],
                issuer=self.issuer,
                options={"verify_aud": False, "require_exp": True, "require_sub": self.api.is_rest},
            )
        )


def _tokens(sent: Sent, route: Route) -> list[str]:
    """What stands where the route's authorizer looks for a token."""
    source = route.declared.token_at if route.declared else ""
    if "request.querystring." in source:
        wanted = source.rpartition("querystring.")[2]
        return [value for name, value in parse_qsl(sent.query, keep_blank_values=True) if name == wanted]
    return sent.values(source.rpartition("header.")[2].lower() or "authorization")


def cognito_texts(claims: Mapping[str, Any]) -> dict[str, str]:
    """Claims as a REST API's event has them."""
    return {name: _cognito_text(name, value) for name, value in claims.items()}


def jwt_texts(claims: Mapping[str, Any]) -> dict[str, str]:
    """Claims as an HTTP API's event has them."""
    return {name: _jwt_text(value) for name, value in claims.items() if value is not None}


def _cognito_text(name: str, value: Any) -> str:
    if name in ("exp", "iat") and type(value) is int and 0 <= value <= _LAST_SECOND:
        return datetime.fromtimestamp(value, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    parts = value if isinstance(value, list) else [value]
    compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return ",".join(compact(one) if isinstance(one, dict | list) else _text(one) for one in parts)


def _jwt_text(value: Any) -> str:
    """As Go's `fmt` writes a value that was JSON."""
    if isinstance(value, dict):
        pairs = sorted(value.items())
        return "map[" + " ".join(f"{key}:{_jwt_text(inner)}" for key, inner in pairs) + "]"
    if isinstance(value, list):
        return "[" + " ".join(_jwt_text(inner) for inner in value) + "]"
    return "<nil>" if value is None else _text(value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(scopes: Any) -> list[str]:
    return scopes.split() if isinstance(scopes, str) else list(scopes or ())
