"""Tokens of other issuers than Cognito, for the JWT authorizer of an HTTP API: one fault each, and genuine ones."""

from functools import partial
from typing import Any

from tests.unit.lambdatwin.auth.corpus.world import CLIENT, ISSUER, NOW, OTHER_CLIENT, Item, sent, token


def claims(**changes: Any) -> dict[str, Any]:
    """No `token_use`, a subject of its own kind, a long life; a change to `...` removes the claim."""
    made = {"iss": ISSUER, "sub": "auth0|5f7c8ec7c33c6c004bbafe82", "aud": [CLIENT, f"{ISSUER}/userinfo"]}
    made |= {"iat": NOW - 10, "exp": NOW + 30 * 86_400, "azp": CLIENT, "scope": "openid profile"} | changes
    return {name: value for name, value in made.items() if value is not ...}


_GOOD: dict[str, dict[str, Any]] = {
    "as Auth0 writes it": {},
    "for one audience": {"aud": CLIENT},
    "without an audience, of our client": {"aud": ..., "client_id": CLIENT},
    "with a pairwise subject": {"sub": "-Xy_z0pairwise/sub=="},
    "of a machine": {"sub": f"{CLIENT}@clients", "gty": "client-credentials"},
    "without a time of issue": {"iat": ...},
    "with scp as a list": {"scope": ..., "scp": ["menus:read", "menus:write"]},
    "with scp as text": {"scope": ..., "scp": "User.Read Menus.Read"},
    "with no scope": {"scope": ...},
    "with roles in objects": {"realm_access": {"roles": ["a"]}, "resource_access": {"menus": {"roles": ["b"]}}},
}
_BAD: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://elsewhere.example/"},
    "no issuer": {"iss": ...},
    "issuer with a slash": {"iss": f"{ISSUER}/"},
    "another audience": {"aud": OTHER_CLIENT},
    "other audiences": {"aud": [OTHER_CLIENT, f"{CLIENT} "]},
    "no audience": {"aud": ...},
    "an audience of null": {"aud": None},
    "no audiences": {"aud": []},
    "an audience in a list in a list": {"aud": [[CLIENT]]},
    "another audience beside our client": {"aud": OTHER_CLIENT, "client_id": CLIENT},
    "another client without an audience": {"aud": ..., "client_id": OTHER_CLIENT},
    "no end": {"exp": ...},
    "an end as text": {"exp": str(NOW + 60)},
    "an end beyond all dates": {"exp": 10**15},
    "issued as text": {"iat": str(NOW)},
    "issued tomorrow": {"iat": NOW + 86_400},
    "not yet": {"nbf": NOW + 61},
    "no subject": {"sub": ...},
    "an empty subject": {"sub": ""},
    "a subject with a blank": {"sub": "a b"},
    "a subject that is a number": {"sub": 1},
    "a subject too long": {"sub": "a" * 256},
    "a scope that is a number": {"scope": 1},
    "scopes with a number": {"scp": ["a", 1]},
    "a scope with a quote": {"scope": 'a"b'},
}
_HEADERS: dict[str, dict[str, Any]] = {
    "no algorithm": {"alg": "none"},
    "a critical extension": {"crit": ["exp"]},
    "a key's address": {"jku": "https://elsewhere.example/keys"},
    "certificates": {"x5c": ["MII"]},
    "an unencoded payload": {"b64": False},
    "a logout token": {"typ": "logout+jwt"},
    "no key id": {"kid": ...},
    "a blank in the key id": {"kid": "a b"},
}
_GOOD_HEADERS: dict[str, dict[str, Any]] = {
    "of RFC 9068": {"typ": "at+jwt"},
    "of RFC 9068 in full": {"typ": "application/AT+JWT"},
    "with a thumbprint": {"typ": "JWT", "x5t": "dGh1bWJwcmludA"},
}


def items() -> list[Item]:
    """Each must be refused."""
    made = [sent(f"jwt: {name}", partial(token, claims(**changes)), use="jwt") for name, changes in _BAD.items()]
    made += [sent(f"jwt: {name}", partial(token, claims(), **header), use="jwt") for name, header in _HEADERS.items()]
    made.append(sent("jwt: expired", partial(token, claims(exp=NOW)), expired=True, use="jwt"))
    made.append(sent("jwt: by another key", partial(token, claims(), key="attacker"), use="jwt"))
    return made


def genuine() -> list[Item]:
    """Each must be accepted."""
    made = [
        sent(f"genuine jwt: {name}", partial(token, claims(**changes)), use="jwt") for name, changes in _GOOD.items()
    ]
    made += [
        sent(f"genuine jwt: {name}", partial(token, claims(), **header), use="jwt")
        for name, header in _GOOD_HEADERS.items()
    ]
    return [*made, Item("genuine jwt: without a scheme", lambda: [(b"authorization", token(claims()))], use="jwt")]
