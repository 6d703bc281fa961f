"""Tokens of other issuers than Cognito, for the JWT authorizer of an HTTP API: one fault each, and genuine ones."""

from functools import partial
from typing import Any

from tests.unit.lambdatwin.auth.corpus.world import (
    ACCESS_KID,
    CLIENT,
    ISSUER,
    NOW,
    OTHER_CLIENT,
    Item,
    header,
    jwk,
    seal,
    sent,
    to_json,
    token,
)


def claims(**changes: Any) -> dict[str, Any]:
    """No `token_use`, a subject of its own kind, a long life; a change to `...` removes the claim."""
    made: dict[str, Any] = {
        "iss": ISSUER,
        "sub": "auth0|5f7c8ec7c33c6c004bbafe82",
        "aud": [CLIENT, f"{ISSUER}/userinfo"],
    }
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
    "with scope of null": {"scope": None, "scp": ["a"]},
    "with scp of null": {"scp": None},
    "with blanks in scope": {"scope": "openid  profile "},
    "of a machine without a subject": {"sub": ...},
    "with the name of a directory": {"sub": "CN=John Doe,OU=Staff"},
    "with a subject in another script": {"sub": "jösé 料理人"},
    "with fractions of seconds": {"exp": NOW + 60.5, "iat": NOW - 5.25, "nbf": NOW - 5.25},
    "with whole seconds as fractions": {"exp": float(NOW + 60), "iat": float(NOW), "nbf": float(NOW)},
    "of Entra ID for an application": {
        "aud": CLIENT,
        "nbf": NOW - 60,
        "scope": ...,
        "roles": ["Read.All"],
        "idtyp": "app",
    },
    "of Firebase": {"scope": ..., "firebase": {"identities": {"google.com": ["1"]}, "sign_in_provider": "google.com"}},
    "of Keycloak, with permissions": {"authorization": {"permissions": [{"scopes": ["view"], "rsid": "r"}]}},
    "of Supabase": {"aud": CLIENT, "amr": [{"method": "password", "timestamp": NOW - 60}], "user_metadata": {}},
    "of Zitadel": {"sub": "123456789012345678", "urn:zitadel:iam:org:project:roles": {"admin": {"1": "a.example"}}},
    "of PingFederate, without a user or a time of issue": {"sub": ..., "iat": ..., "scope": ["a", "b"]},
    "usable since time began, as Keycloak wrote it": {"nbf": 0},
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
    "an audience that is an object": {"aud": {CLIENT: True}},
    "audiences in one text": {"aud": f"{OTHER_CLIENT} {CLIENT}"},
    "an authorized party alone": {"aud": ..., "azp": CLIENT},
    "an audience in a list in a list": {"aud": [[CLIENT]]},
    "another audience beside our client": {"aud": OTHER_CLIENT, "client_id": CLIENT},
    "another client without an audience": {"aud": ..., "client_id": OTHER_CLIENT},
    "a list of clients without an audience": {"aud": ..., "client_id": [CLIENT]},
    "no end": {"exp": ...},
    "an end as text": {"exp": str(NOW + 60)},
    "an end beyond all dates": {"exp": 10**15},
    "issued as text": {"iat": str(NOW)},
    "issued tomorrow": {"iat": NOW + 86_400},
    "not yet": {"nbf": NOW + 61},
    "an end that is true": {"exp": True},
    "an end beyond all dates, with a fraction": {"exp": 1e300},
    "an end before time began": {"exp": -0.5},
    "issued at true": {"iat": True},
    "issued beyond all dates": {"iat": 1e20},
    "usable at true": {"nbf": True},
    "usable at false": {"nbf": False},
    "usable before time began": {"nbf": -1},
    "not yet, with a fraction": {"nbf": NOW + 60.5},
    "an empty subject": {"sub": ""},
    "a subject of null": {"sub": None},
    "a subject with a blank in front": {"sub": " a"},
    "a subject with a blank behind": {"sub": "a\u00a0"},
    "a subject with a line feed": {"sub": "a\nb"},
    "a subject with an override": {"sub": "\u202enimda"},
    "a subject with a zero-width space": {"sub": "ad\u200bmin"},
    "a subject that is a number": {"sub": 1},
    "a subject too long": {"sub": "a" * 256},
    "a scope that is a number": {"scope": 1},
    "scopes with a number": {"scp": ["a", 1]},
    "a scope with a quote": {"scope": 'a"b'},
    "a scope with a tab": {"scope": "a\tb"},
    "a scope outside ASCII": {"scope": "menüs"},
    "scopes that are objects": {"scp": [{"name": "a"}]},
    "an object of scopes": {"scope": {"a": True}},
    "scopes with null": {"scp": ["a", None]},
}
_HEADERS: dict[str, dict[str, Any]] = {
    "no algorithm": {"alg": "none"},
    "a critical extension": {"crit": ["exp"]},
    "a key": {"jwk": jwk("access", ACCESS_KID)},
    "a certificate's address": {"x5u": "https://elsewhere.example/certificate"},
    "certificates": {"x5c": ["MII"]},
    "an unencoded payload": {"b64": False},
    "a compressed payload": {"zip": "DEF"},
    "compression of a list": {"zip": ["NONE"]},
    "another media type": {"typ": "application/jose"},
    "a logout token": {"typ": "logout+jwt"},
    "no key id": {"kid": ...},
    "a blank in the key id": {"kid": "a b"},
}
_GOOD_HEADERS: dict[str, dict[str, Any]] = {
    "of RFC 9068": {"typ": "at+jwt"},
    "of RFC 9068 in full": {"typ": "application/AT+JWT"},
    "of RFC 7515, the media type in full": {"typ": "application/jwt"},
    "of Okta, without a type": {},
    "of Clerk, with a category": {"typ": "JWT", "cat": "cl_B7d4PD111AAA"},
    "of PingFederate, with a token manager": {"pi.atm": "atm1"},
    "of Salesforce": {"typ": "JWT", "tnk": "core/prod/00D", "ver": "1.0", "tty": "sfdc-core-token"},
    "of ADFS, with a thumbprint of SHA-256": {"typ": "JWT", "x5t#S256": "dGh1bWJwcmludA"},
    "with no compression, as ForgeRock says": {"typ": "JWT", "zip": "NONE"},
    "with the keys' address": {"jku": "https://uaa.example/token_keys", "typ": "JWT"},
    "with a thumbprint": {"typ": "JWT", "x5t": "dGh1bWJwcmludA"},
}


def _ends_at(number: str) -> bytes:
    """The number may be none that JSON knows."""
    return seal(to_json(header()), to_json(claims(exp=0)).replace(b'"exp":0', f'"exp":{number}'.encode()))


def items() -> list[Item]:
    """Each must be refused."""
    made = [sent(f"jwt: {name}", partial(token, claims(**changes)), use="jwt") for name, changes in _BAD.items()]
    made += [sent(f"jwt: {name}", partial(token, claims(), **header), use="jwt") for name, header in _HEADERS.items()]
    made.append(sent("jwt: expired", partial(token, claims(exp=NOW)), expired=True, use="jwt"))
    made.append(sent("jwt: expired within the second", partial(token, claims(exp=NOW - 0.5)), expired=True, use="jwt"))
    address, certificate = {"jku": "https://attacker.example/keys"}, {"x5c": ["MIID"]}
    made.append(sent("jwt: another key's address", partial(token, claims(), key="attacker", **address), use="jwt"))
    made.append(sent("jwt: another certificate", partial(token, claims(), key="attacker", **certificate), use="jwt"))
    for number in ("NaN", "Infinity", "1e400", "9" * 40):
        made.append(sent(f"jwt: ends at {number}", partial(_ends_at, number), use="jwt"))
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
