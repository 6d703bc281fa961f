"""Signed tokens whose claims are not acceptable, one fault each."""

from functools import partial
from typing import Any

from tests.unit.lambdatwin.auth.corpus.world import (
    CLIENT,
    ISSUER,
    MOBILE_CLIENT,
    NOW,
    OTHER_CLIENT,
    SUBJECT,
    Item,
    access_claims,
    id_claims,
    sent,
    token,
)

_NO_NUMBERS: tuple[Any, ...] = (..., None, "", "x", True, False, [], [NOW + 60], {}, NOW + 60.5, float(NOW + 60), -1, 0)
_ODD_NUMBERS: tuple[Any, ...] = (
    10**12,
    10**15,
    2**63,
    -(2**63),
    str(NOW + 60),
    f" {NOW + 60}",
    "1_790_000_060",
    "١٧٩٠٠٠٠٠٦٠",
)
_NO_TEXTS: tuple[Any, ...] = (None, 1, True, ["x"], {"x": 1}, [], 1.5)
_BAD_SUBJECTS: dict[str, Any] = {
    "missing": ...,
    "empty": "",
    "blank": " ",
    "too long": "a" * 300,
    "NUL": SUBJECT + "\x00",
    "line feed": SUBJECT + "\n",
    "tab": "\t" + SUBJECT,
    "trailing blank": SUBJECT + " ",
    "leading blank": " " + SUBJECT,
    "not NFC": "e\u0301",
    "full-width digits": "\uff11\uff11\uff11",
    "Cyrillic lookalike": "\u0430dmin",
    "zero-width": "ad\u200bmin",
    "right-to-left override": "\u202enimda",
    "path": "../admin",
    "SQL": "' OR '1'='1",
    "LDAP": "*)(uid=*",
    "HTML": "<script>",
    "emoji": "😀",
}
_ISSUERS: dict[str, Any] = {
    "missing": ...,
    "empty": "",
    "another pool of the region": ISSUER[:-1] + "2",
    "another region": ISSUER.replace("eu-west-1", "us-east-1"),
    "trailing slash": ISSUER + "/",
    "trailing blank": ISSUER + " ",
    "upper case": ISSUER.upper(),
    "http": ISSUER.replace("https", "http"),
    "no scheme": ISSUER.removeprefix("https://"),
    "port": ISSUER.replace(".com/", ".com:443/"),
    "the other issuer form": ISSUER.replace("cognito-idp", "issuer-cognito-idp"),
    "prefix of ours": ISSUER[:-1],
    "ours and more": ISSUER + "x",
    "user info": ISSUER.replace("https://", "https://x@"),
    "lookalike": ISSUER.replace("amazonaws.com", "amazonaws.com.attacker.example"),
    "query": ISSUER + "?x=1",
    "pool id alone": ISSUER.rpartition("/")[2],
    "list": [ISSUER],
}
_CLIENTS: dict[str, Any] = {
    "missing": ...,
    "empty": "",
    "another": OTHER_CLIENT,
    "list": [CLIENT],
    "list with another": [OTHER_CLIENT, CLIENT],
    "object": {CLIENT: True},
    "upper case": CLIENT.upper(),
    "trailing blank": CLIENT + " ",
    "prefix": CLIENT[:-1],
    "null": None,
    "number": 3,
}
_TOKEN_USES: dict[str, Any] = {
    "missing": ...,
    "id": "id",
    "refresh": "refresh",
    "empty": "",
    "upper case": "ACCESS",
    "trailing blank": "access ",
    "list": ["access"],
    "both": "access id",
    "null": None,
}
_GROUPS: dict[str, Any] = {
    "text": "admin",
    "null": None,
    "object": {"admin": True},
    "number in the list": [1],
    "list in the list": [["admin"]],
    "empty name": [""],
    "control character": ["admin\x01"],
    "too long a name": ["g" * 300],
    "true": True,
    "zero-width name": ["ad\u200bmin"],
}


def _claim(claim: str, value: Any) -> Any:
    return lambda: token(access_claims(**{claim: value}))


def _each(claim: str, values: dict[str, Any]) -> list[Item]:
    return [sent(f"claims: {claim} {name}", _claim(claim, value)) for name, value in values.items()]


def _by_repr(claim: str, values: tuple[Any, ...]) -> list[Item]:
    return [sent(f"claims: {claim} {value!r}", _claim(claim, value)) for value in values]


def _times() -> list[Item]:
    made = _by_repr("exp", (*_NO_NUMBERS, *_ODD_NUMBERS)) + _by_repr("iat", (*_NO_NUMBERS, *_ODD_NUMBERS))
    made += _by_repr("nbf", (*_NO_NUMBERS[1:], *_ODD_NUMBERS)) + _by_repr(
        "auth_time", (*_NO_NUMBERS[1:], *_ODD_NUMBERS)
    )
    soon = {"61 s ahead": NOW + 61, "an hour ahead": NOW + 3600, "tomorrow": NOW + 86_400, "year 9999": 253_402_300_799}
    for claim in ("iat", "nbf", "auth_time"):
        made += _each(claim, soon)
    made += _each("exp", {"a week ahead": NOW + 7 * 86_400, "year 2100": 4_102_444_800, "year 9999": 253_402_300_799})
    made += [
        sent("claims: issued after its end", lambda: token(access_claims(iat=NOW + 50, exp=NOW + 10))),
        sent("claims: issued at its end", lambda: token(access_claims(iat=NOW + 10, exp=NOW + 10))),
        sent("claims: usable after its end", lambda: token(access_claims(nbf=NOW + 50, exp=NOW + 10))),
    ]
    expired = {"just now": NOW, "a second ago": NOW - 1, "a minute ago": NOW - 60, "an hour ago": NOW - 3600}
    made += [sent(f"claims: expired {name}", _claim("exp", exp), expired=True) for name, exp in expired.items()]
    return made


def _expired_and_more() -> list[Item]:
    """Expired is said only of a token that is flawless otherwise."""
    past = {"exp": NOW - 10}
    return [
        sent("claims: expired, bad signature", lambda: token(access_claims(**past), key="attacker")),
        sent("claims: expired, unknown kid", lambda: token(access_claims(**past), kid="unknown")),
        sent("claims: expired, another issuer", lambda: token(access_claims(**past, iss=ISSUER + "x"))),
        sent("claims: expired, another client", lambda: token(access_claims(**past, client_id=OTHER_CLIENT))),
        sent("claims: expired, ID token", lambda: token(id_claims(**past))),
        sent("claims: expired, no sub", lambda: token(access_claims(**past, sub=...))),
        sent("claims: expired, issued tomorrow", lambda: token(access_claims(**past, iat=NOW + 86_400))),
        sent("claims: expired as text", lambda: token(access_claims(exp=str(NOW - 10)))),
        sent("claims: expired as a fraction", lambda: token(access_claims(exp=NOW - 10.5))),
        sent("claims: expired before time began", lambda: token(access_claims(exp=-5))),
        sent("claims: expired, alg none", lambda: token(access_claims(**past), alg="none")),
    ]


def _identities() -> list[Item]:
    made = (
        _each("sub", _BAD_SUBJECTS) + _by_repr("sub", _NO_TEXTS) + _each("iss", _ISSUERS) + _by_repr("iss", _NO_TEXTS)
    )
    made += _each("client_id", _CLIENTS) + _each("token_use", _TOKEN_USES) + _each("cognito_groups", _GROUPS)
    audiences = {
        "another client of ours": MOBILE_CLIENT,
        "list": [CLIENT],
        "resource list": ["menus"],
        "null": None,
        "empty": "",
        "blank": "a b",
    }
    made += _each("aud", audiences)
    for claim in ("username", "scope", "jti", "origin_jti"):
        made += _by_repr(claim, _NO_TEXTS if claim == "scope" else (*_NO_TEXTS, ""))
    names = {"too long": "u" * 300, "control": "a\x07", "override": "\u202ex", "line": "a\u2028b"}
    made += _each("username", names) + _each("cognito_username", {"list": ["x"], "empty": ""})
    made += _each("scope", {"two spaces": "a  b", "leading blank": " a", "quote": 'a"b', "é": "é"})
    made += _each("origin_jti", {"too long": "j" * 300, "control": "a\x00", "blank": "a b", "SQL": "'; --"})
    made += _each("jti", {"too long": "j" * 300, "line feed": "a\n"})
    for claim in ("event_id", "device_key", "nonce", "at_hash"):
        made += _by_repr(claim, _NO_TEXTS)
    made += _by_repr("version", (None, "2", 2.5, True, [2]))
    return made


def _id_tokens() -> list[Item]:
    """Sent where ID tokens are wanted: access tokens, and ID tokens for others."""
    cases: dict[str, dict[str, Any]] = {
        "an access token": access_claims(),
        "an access token with aud": access_claims(aud=CLIENT),
        "aud missing": id_claims(aud=...),
        "aud list": id_claims(aud=[CLIENT]),
        "aud list of two": id_claims(aud=[CLIENT, OTHER_CLIENT]),
        "aud another": id_claims(aud=OTHER_CLIENT),
        "aud empty": id_claims(aud=""),
        "aud null": id_claims(aud=None),
        "another client_id beside aud": id_claims(client_id=OTHER_CLIENT),
        "another azp beside aud": id_claims(azp=OTHER_CLIENT),
        "client_id instead of aud": id_claims(aud=..., client_id=CLIENT),
        "token_use access": id_claims(token_use="access"),
        "token_use missing": id_claims(token_use=...),
        "token_use list": id_claims(token_use=["id"]),
        "cognito:username list": id_claims(cognito_username=["administrator"]),
    }
    values: tuple[object, ...] = (None, "Google", 1, True, {})
    for claim in ("identities", "cognito_roles"):
        for value in values:
            cases[f"{claim} {value!r}"] = id_claims(**{claim: value})
    for claim in ("nonce", "at_hash"):
        cases[f"{claim} list"] = id_claims(**{claim: ["x"]})
    return [sent(f"id claims: {name}", partial(token, claims), use="id") for name, claims in cases.items()]


def _mixed() -> list[Item]:
    """Sent where access tokens are wanted."""
    return [
        sent("claims: an ID token", lambda: token(id_claims())),
        sent("claims: an ID token by the ID key", lambda: token(id_claims(), key="id", kid="zX9")),
        sent("claims: an ID token that says access", lambda: token(id_claims(token_use="access"))),
        sent("claims: an ID token with client_id", lambda: token(id_claims(client_id=CLIENT))),
        sent(
            "claims: an ID token with client_id and access",
            lambda: token(id_claims(client_id=CLIENT, token_use="access")),
        ),
        sent("claims: none", lambda: token({})),
        sent("claims: admin alone", lambda: token({"sub": SUBJECT, "admin": True, "exp": NOW + 60})),
    ]


def items() -> list[Item]:
    """All bear a valid signature, but those that say otherwise."""
    return _times() + _expired_and_more() + _identities() + _id_tokens() + _mixed()
