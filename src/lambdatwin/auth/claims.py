"""The policy for tokens, and pure checks of verified claims: `check(claims, policy, now)`, `now` in epoch seconds.

One check, one function, one line in `CHECKS`. Nothing is optional by default: a claim may be missing only where its
check says so, and a claim that is present has its type checked even where nothing reads it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

type Clock = Callable[[], float]
type TokenUse = Literal["access", "id"]
type TokenKind = TokenUse | Literal["jwt"]

LARGEST_LEEWAY = 60
# Cognito lets no access or ID token live longer than a day. Revocations are kept as long as that, so a token that
# lived longer would outlive its own revocation.
LONGEST_LIFETIME = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Policy:
    """`leeway` (seconds, at most 60) is for `nbf` and `iat` only: an expired token is expired.

    `use` is "jwt" for tokens of any OIDC issuer, whose audience is one of `client_ids`. `resource` is the audience of
    access tokens made with resource indicators, None where the pool uses none.
    """

    issuer: str
    client_ids: frozenset[str]
    use: TokenKind
    resource: str | None
    leeway: int
    longest_lifetime: int

    def __post_init__(self) -> None:
        if not self.issuer or not self.client_ids or not all(self.client_ids) or self.resource == "":
            raise ValueError("issuer and client id must be named")
        if self.use not in ("access", "id", "jwt"):
            raise ValueError("use is access, id or jwt")
        if not 0 <= self.leeway <= LARGEST_LEEWAY:
            raise ValueError(f"leeway is at most {LARGEST_LEEWAY} seconds")
        if self.longest_lifetime <= 0:
            raise ValueError("tokens live longer than nothing")


type Claims = Mapping[str, object]
type Check = Callable[[Claims, Policy, float], bool]

_LAST_SECOND = 253_402_300_799  # of the year 9999: the last that a datetime can say
# Cognito's are UUIDs, or a client id for machine clients. They go to queries, logs and events.
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@|+-]{0,127}")
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]{1,256}")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*")  # RFC 6749 §3.3
_AUDIENCE = re.compile(r"[\x21-\x7e]{1,1024}")
_OTHER_TYPES = {
    **dict.fromkeys(("event_id", "device_key", "nonce", "at_hash"), str),
    **dict.fromkeys(("identities", "cognito:roles"), list),
    "version": int,
}
_SUBJECT = re.compile(r"[\x21-\x7e]{1,255}")  # OpenID Connect Core §2: at most 255 ASCII characters


def issuer_is_ours(claims: Claims, policy: Policy, now: float) -> bool:
    """Compared whole: no prefix, no case folding, no trailing slash."""
    return claims.get("iss") == policy.issuer


def token_use_is_ours(claims: Claims, policy: Policy, now: float) -> bool:
    """Access and ID tokens are signed for the same client, so only this tells them apart."""
    return claims.get("token_use") == policy.use


def client_is_ours(claims: Claims, policy: Policy, now: float) -> bool:
    """An access token must name the client; an ID token does so in `aud`, and may not name another one elsewhere."""
    if policy.use == "id":
        return all(_is_one_of(claims[name], policy.client_ids) for name in ("client_id", "azp") if name in claims)
    return _is_one_of(claims.get("client_id"), policy.client_ids)


def audience_is_ours(claims: Claims, policy: Policy, now: float) -> bool:
    """One text, never a list. The audience of an access token names a resource server of the pool, and must be
    `policy.resource` where the setting says so."""
    if policy.use == "id":
        return _is_one_of(claims.get("aud"), policy.client_ids)
    if policy.resource is not None:
        return claims.get("aud") == policy.resource
    return "aud" not in claims or _is_resource(claims["aud"], claims, policy)


def expiry_is_a_date(claims: Claims, policy: Policy, now: float) -> bool:
    """`exp` must stand there: a whole number, not a text that looks like one."""
    return _is_date(claims.get("exp"))


def not_expired(claims: Claims, policy: Policy, now: float) -> bool:
    """No leeway: on its last second a token is over (RFC 7519 §4.1.4)."""
    exp = claims.get("exp")
    return type(exp) is int and now < exp


def lifetime_is_bounded(claims: Claims, policy: Policy, now: float) -> bool:
    """A token that outlives every revocation is not Cognito's."""
    exp, iat = claims.get("exp"), claims.get("iat")
    return type(exp) is not int or type(iat) is not int or exp - iat <= policy.longest_lifetime


def issue_time_is_a_date(claims: Claims, policy: Policy, now: float) -> bool:
    """`iat` must stand there, and be a whole number."""
    return _is_date(claims.get("iat"))


def not_issued_in_the_future(claims: Claims, policy: Policy, now: float) -> bool:
    """`iat` lies in the future by at most the allowed clock skew."""
    return _not_later(claims.get("iat"), _latest_start(claims, policy, now))


def usable_already(claims: Claims, policy: Policy, now: float) -> bool:
    """`nbf` may be missing, not wrong."""
    nbf = claims.get("nbf", 1)
    return _is_date(nbf) and _not_later(nbf, _latest_start(claims, policy, now))


def login_time_is_past(claims: Claims, policy: Policy, now: float) -> bool:
    """`auth_time` may be missing, not wrong: revocation by user compares it."""
    time = claims.get("auth_time", 1)
    return _is_date(time) and _not_later(time, now + policy.leeway)


def subject_is_an_identifier(claims: Claims, policy: Policy, now: float) -> bool:
    """Never empty, only ASCII: it goes to queries, logs and events."""
    return _is_identifier(claims.get("sub"))


def user_name_is_a_name(claims: Claims, policy: Policy, now: float) -> bool:
    """Under either token's key; a machine client has none."""
    return _is_absent_or_name(claims, "username") and _is_absent_or_name(claims, "cognito:username")


def groups_are_names(claims: Claims, policy: Policy, now: float) -> bool:
    """A list, even of one group; Cognito leaves it out where there is none. Triggers and federation write more than the
    hundred that a pool allows, and names in any Unicode form."""
    groups = claims.get("cognito:groups", [])
    return type(groups) is list and all(map(_is_name, groups))


def scope_is_a_scope(claims: Claims, policy: Policy, now: float) -> bool:
    """Words with single spaces between, in one text, which may be empty. The token's own size bounds it."""
    scope = claims.get("scope", "")
    return type(scope) is str and _are_scopes(scope)


def token_ids_are_identifiers(claims: Claims, policy: Policy, now: float) -> bool:
    """`origin_jti` and `jti` are what a revocation names."""
    return _is_identifier(claims.get("origin_jti", "0")) and _is_identifier(claims.get("jti", "0"))


def other_claims_have_their_types(claims: Claims, policy: Policy, now: float) -> bool:
    """What else Cognito itself writes, and no trigger changes."""
    return all(type(claims[name]) is kind for name, kind in _OTHER_TYPES.items() if name in claims)


CHECKS: tuple[Check, ...] = (
    issuer_is_ours,
    token_use_is_ours,
    client_is_ours,
    audience_is_ours,
    expiry_is_a_date,
    not_expired,
    lifetime_is_bounded,
    issue_time_is_a_date,
    not_issued_in_the_future,
    usable_already,
    login_time_is_past,
    subject_is_an_identifier,
    user_name_is_a_name,
    groups_are_names,
    scope_is_a_scope,
    token_ids_are_identifiers,
    other_claims_have_their_types,
)


def jwt_audience_is_ours(claims: Claims, policy: Policy, now: float) -> bool:
    """`aud`, one text or a list, names one of ours; only a token without it is taken by its `client_id`."""
    audience = claims["aud"] if "aud" in claims else claims.get("client_id")
    return any(_is_one_of(one, policy.client_ids) for one in (audience if type(audience) is list else [audience]))


def jwt_issue_time_is_a_date(claims: Claims, policy: Policy, now: float) -> bool:
    """`iat` may be missing, not wrong."""
    return "iat" not in claims or _is_date(claims["iat"])


def jwt_subject_is_text(claims: Claims, policy: Policy, now: float) -> bool:
    """Printable ASCII without blanks: it goes to queries, logs and events."""
    sub = claims.get("sub")
    return type(sub) is str and _SUBJECT.fullmatch(sub) is not None


def jwt_scopes_are_text(claims: Claims, policy: Policy, now: float) -> bool:
    """`scope` or `scp`: words in one text, or a list of words."""
    return all(_are_scopes(claims[name]) for name in ("scope", "scp") if name in claims)


# A JWT authorizer of an HTTP API: any OIDC issuer's tokens, which know neither `token_use` nor the bounds of Cognito's.
JWT_CHECKS: tuple[Check, ...] = (
    issuer_is_ours,
    jwt_audience_is_ours,
    expiry_is_a_date,
    not_expired,
    jwt_issue_time_is_a_date,
    not_issued_in_the_future,
    usable_already,
    jwt_subject_is_text,
    jwt_scopes_are_text,
)
# What an HTTP API calls an invalid audience, where nothing else is wrong.
AUDIENCE_CHECKS = frozenset({"client_is_ours", "audience_is_ours", "jwt_audience_is_ours"})


def check(claims: Claims, policy: Policy, now: float) -> tuple[str, ...]:
    """Names of the failed checks; empty when the claims are accepted."""
    table = JWT_CHECKS if policy.use == "jwt" else CHECKS
    return tuple([one.__name__ for one in table if not one(claims, policy, now)])


def scopes_of(claims: Claims) -> list[str]:
    """The scopes of verified claims: those of `scope`, else of `scp`."""
    scopes = claims.get("scope", claims.get("scp", ""))
    return scopes.split() if isinstance(scopes, str) else list(scopes) if isinstance(scopes, list) else []


def _is_date(value: object) -> bool:
    return type(value) is int and 0 < value <= _LAST_SECOND


def _not_later(value: object, latest: float) -> bool:
    """True for non-integers; the `*_is_a_date` checks reject those."""
    return type(value) is not int or value <= latest


def _latest_start(claims: Claims, policy: Policy, now: float) -> float:
    """The clock skew reaches no further than the token: none begins at its end or after it."""
    exp, latest = claims.get("exp"), now + policy.leeway
    return min(latest, max(now, exp - 1)) if type(exp) is int else latest


def _is_one_of(value: object, texts: frozenset[str]) -> bool:
    return type(value) is str and value in texts


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


def _is_identifier(value: object) -> bool:
    return type(value) is str and _IDENTIFIER.fullmatch(value) is not None


def _is_absent_or_name(claims: Claims, claim: str) -> bool:
    return claim not in claims or _is_name(claims[claim])


def _is_name(value: object) -> bool:
    return type(value) is str and _NAME.fullmatch(value) is not None
