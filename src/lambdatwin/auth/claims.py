"""The policy for tokens, and pure checks of verified claims: `check(claims, policy, now)`, `now` in epoch seconds.

Nothing is optional by default: a claim may be missing only where its check says so, and a claim that is present has its
type checked even where nothing reads it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeGuard

type Clock = Callable[[], float]
type TokenUse = Literal["access", "id"]
type TokenKind = TokenUse | Literal["jwt"]

# Seconds, for `nbf`, `iat` and `auth_time` only: an expired token is expired.
LARGEST_LEEWAY = 60
# Cognito lets no access or ID token live longer than a day. Revocations are kept as long as that, so a token that
# lived longer would outlive its own revocation.
LONGEST_LIFETIME = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Policy:
    """`use` is "jwt" for tokens of any OIDC issuer, whose audience is one of `client_ids`. `resource` is the audience
    of access tokens made with resource indicators, None where the pool uses none.
    """

    issuer: str
    client_ids: frozenset[str]
    use: TokenKind
    resource: str | None

    def __post_init__(self) -> None:
        if not self.issuer or not self.client_ids or not all(self.client_ids) or self.resource == "":
            raise ValueError("issuer and client id must be named")
        if self.use not in ("access", "id", "jwt"):
            raise ValueError("use is access, id or jwt")

    @property
    def any_issuer(self) -> bool:
        """Whether tokens need not have Cognito's form."""
        return self.use == "jwt"


type Claims = Mapping[str, object]
type Numbers = tuple[type, ...]

_WHOLE: Numbers = (int,)  # as Cognito writes the time
_NUMERIC_DATE: Numbers = (int, float)  # RFC 7519 §2: with a fraction, too
_LAST_SECOND = 253_402_300_799  # of the year 9999: the last that a datetime can say
# Cognito's are UUIDs, or a client id for machine clients. They go to queries, logs and events.
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@|+-]{0,127}")
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]{1,256}")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*")  # RFC 6749 §3.3
_SPACED_SCOPES = re.compile(r"[ \x21\x23-\x5b\x5d-\x7e]*")
_AUDIENCE = re.compile(r"[\x21-\x7e]{1,1024}")
# What else Cognito writes into either kind of token. A pre-token-generation trigger cannot change it there, but write
# anything under the same name into the other kind.
_OTHER_TYPES: Mapping[str, Mapping[str, type]] = {
    "access": {**dict.fromkeys(("event_id", "device_key", "nonce", "at_hash"), str), "version": int},
    "id": {**dict.fromkeys(("nonce", "at_hash"), str), **dict.fromkeys(("identities", "cognito:roles"), list)},
}
_LONGEST_SUBJECT = 255  # OpenID Connect Core §2, which has ASCII in mind; directories write names of any script


def _of_cognito(claims: Claims, policy: Policy, now: float) -> dict[str, bool]:
    exp, iat = claims.get("exp"), claims.get("iat")
    groups, scope = claims.get("cognito:groups", []), claims.get("scope", "") if policy.use == "access" else ""
    return {
        "issuer_is_ours": claims.get("iss") == policy.issuer,
        # Access and ID tokens are signed for the same client, so only this tells them apart.
        "token_use_is_ours": claims.get("token_use") == policy.use,
        "client_is_ours": _is_client_ours(claims, policy),
        "audience_is_ours": _is_audience_ours(claims, policy),
        **_times(claims, now, _WHOLE),
        # A token that outlives every revocation is not Cognito's.
        "lifetime_is_bounded": type(exp) is not int or type(iat) is not int or exp - iat <= LONGEST_LIFETIME,
        "issue_time_is_a_date": _is_date(iat, _WHOLE),
        # Revocation by user compares it.
        "login_time_is_past": _is_past(claims.get("auth_time", 1), now + LARGEST_LEEWAY, _WHOLE),
        "subject_is_an_identifier": _is_identifier(claims.get("sub")),
        # Under either token's key; a machine client has none.
        "user_name_is_a_name": all(_is_name(claims.get(name, "-")) for name in ("username", "cognito:username")),
        # A list, even of one group; Cognito leaves it out where there is none. Triggers and federation write more than
        # the hundred that a pool allows, and names in any Unicode form.
        "groups_are_names": type(groups) is list and all(map(_is_name, groups)),
        # In one text, which may be empty; the token's own size bounds it. That of an ID token is a trigger's.
        "scope_is_a_scope": type(scope) is str and _are_scopes(scope),
        # What a revocation names.
        "token_ids_are_identifiers": all(_is_identifier(claims.get(name, "0")) for name in ("origin_jti", "jti")),
        "other_claims_have_their_types": all(
            type(claims[name]) is kind for name, kind in _OTHER_TYPES[policy.use].items() if name in claims
        ),
    }


def _of_any_issuer(claims: Claims, policy: Policy, now: float) -> dict[str, bool]:
    """A JWT authorizer of an HTTP API: tokens which know neither `token_use` nor the bounds of Cognito's."""
    # One text or a list; only a token without it is taken by its `client_id`, one text (RFC 8693 §4.3).
    audience = claims.get("aud", [claims.get("client_id")])
    return {
        "issuer_is_ours": claims.get("iss") == policy.issuer,
        "jwt_audience_is_ours": any(
            _is_one_of(one, policy.client_ids) for one in (audience if type(audience) is list else [audience])
        ),
        **_times(claims, now, _NUMERIC_DATE, earliest=0),
        "jwt_issue_time_is_a_date": _is_date(claims.get("iat", 1), _NUMERIC_DATE),
        # Tokens of machines may have none.
        "jwt_subject_is_text": "sub" not in claims or _is_subject(claims["sub"]),
        "jwt_scopes_are_text": all(_are_any_scopes(claims.get(name)) for name in ("scope", "scp")),
    }


def _times(claims: Claims, now: float, numbers: Numbers, *, earliest: int = 1) -> dict[str, bool]:
    """`exp` must stand there, as one of these numbers; on its last second a token is over (RFC 7519 §4.1.4). Allowed
    clock skew reaches no further than the token: none begins at its end or after it. `earliest` is the least `nbf`: an
    issuer may write 0 where it sets none."""
    exp, iat, nbf, latest = claims.get("exp"), claims.get("iat"), claims.get("nbf", 1), now + LARGEST_LEEWAY
    if _is_number(exp, numbers):
        latest = min(latest, max(now, exp - 1))
    return {
        "expiry_is_a_date": _is_date(exp, numbers),
        "not_expired": _is_number(exp, numbers) and now < exp,
        "not_issued_in_the_future": not _is_number(iat, numbers) or iat <= latest,
        "usable_already": _is_past(nbf, latest, numbers, earliest),
    }


# What an HTTP API calls an invalid audience, where nothing else is wrong.
AUDIENCE_CHECKS = frozenset({"client_is_ours", "audience_is_ours", "jwt_audience_is_ours"})


def check(claims: Claims, policy: Policy, now: float) -> tuple[str, ...]:
    """Names of the failed checks; empty when the claims are accepted."""
    checks = (_of_any_issuer if policy.any_issuer else _of_cognito)(claims, policy, now)
    return tuple(name for name, holds in checks.items() if not holds)


def scopes_of(claims: Claims, *, any_issuer: bool = True) -> list[str]:
    """The scopes of verified claims, in `scope` and in `scp`. Cognito's stand in `scope` alone: `scp` beside them is a
    claim of a trigger."""
    words: list[object] = []
    for name in ("scope", "scp") if any_issuer else ("scope",):
        value = claims.get(name)
        words += value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    return [word for word in words if isinstance(word, str)]


def _is_number(value: object, numbers: Numbers) -> TypeGuard[int | float]:
    """A boolean is none, though it is an instance of `int`."""
    return type(value) in numbers


def _is_date(value: object, numbers: Numbers) -> bool:
    return _is_number(value, numbers) and 0 < value <= _LAST_SECOND


def _is_past(value: object, latest: float, numbers: Numbers, earliest: int = 1) -> bool:
    return _is_number(value, numbers) and earliest <= value <= min(latest, _LAST_SECOND)


def _is_one_of(value: object, texts: frozenset[str]) -> bool:
    return type(value) is str and value in texts


def _is_client_ours(claims: Claims, policy: Policy) -> bool:
    """An access token must name the client; an ID token does so in `aud`, and may not name another one elsewhere."""
    if policy.use == "id":
        return all(_is_one_of(claims[name], policy.client_ids) for name in ("client_id", "azp") if name in claims)
    return _is_one_of(claims.get("client_id"), policy.client_ids)


def _is_audience_ours(claims: Claims, policy: Policy) -> bool:
    """One text, never a list. The audience of an access token names a resource server of the pool, and must be
    `policy.resource` where the setting says so."""
    if policy.use == "id":
        return _is_one_of(claims.get("aud"), policy.client_ids)
    if policy.resource is not None:
        return claims.get("aud") == policy.resource
    return "aud" not in claims or _is_resource(claims["aud"], claims, policy)


def _is_resource(value: object, claims: Claims, policy: Policy) -> bool:
    """A client is no resource server: an ID token is for one. But a pre-token-generation trigger may add the token's
    own client, and no other, as the audience of an access token."""
    if type(value) is not str or _AUDIENCE.fullmatch(value) is None:
        return False
    return value not in policy.client_ids or (value == claims.get("client_id") and "cognito:username" not in claims)


def _are_scopes(value: object) -> bool:
    """A list of words, or words with single spaces between, which may be none."""
    words = value if type(value) is list else [value]
    return all(type(word) is str and (not word or _SCOPE.fullmatch(word) is not None) for word in words)


def _are_any_scopes(value: object) -> bool:
    """As above, or null; spaces may stand at either end, and several between two words."""
    return value is None or _are_scopes(value) or (type(value) is str and _SPACED_SCOPES.fullmatch(value) is not None)


def _is_subject(value: object) -> bool:
    """Text of any script, with spaces between words but none around them."""
    return _is_name(value) and value == value.strip() and len(value) <= _LONGEST_SUBJECT


def _is_identifier(value: object) -> bool:
    return type(value) is str and _IDENTIFIER.fullmatch(value) is not None


def _is_name(value: object) -> TypeGuard[str]:
    return type(value) is str and _NAME.fullmatch(value) is not None
