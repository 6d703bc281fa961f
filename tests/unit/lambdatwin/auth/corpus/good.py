"""What must be let in: everything that Cognito really sends, up to the edges of what is allowed."""

import json

from tests.unit.lambdatwin.auth.corpus.world import (
    CLIENT,
    ID_KID,
    NOW,
    Item,
    access_claims,
    b64,
    bearer,
    header,
    id_claims,
    seal,
    sent,
    sign,
    to_json,
    token,
)


def _pretty() -> bytes:
    return seal(json.dumps(header(), indent=1).encode(), json.dumps(access_claims(), indent=1).encode())


def _reordered() -> bytes:
    return seal(to_json(dict(reversed(header().items()))), to_json(dict(reversed(access_claims().items()))))


def _raw_unicode() -> bytes:
    claims = json.dumps(access_claims(username="Zoë 😀"), ensure_ascii=False).encode()
    signed = b64(to_json(header())) + b"." + b64(claims)
    return signed + b"." + b64(sign(signed))


def items() -> list[Item]:
    """Each is let in, cold and warm."""
    groups = [f"group-{number}" for number in range(100)]
    brackets = {"custom:form": "[" * 40}
    nested = {"address": {"lines": [{"text": ["a", {"deep": [1]}]}]}}
    tokens = {
        "as Cognito makes it": lambda: token(),
        "typ JWT": lambda: token(typ="JWT"),
        "an unknown header parameter": lambda: token(x="1"),
        "by the other key of the pool": lambda: token(key="id", kid=ID_KID),
        "last second": lambda: token(access_claims(exp=NOW + 1)),
        "a whole day": lambda: token(access_claims(iat=NOW, auth_time=NOW, exp=NOW + 86_400)),
        "iat at the leeway": lambda: token(access_claims(iat=NOW + 60)),
        "nbf at the leeway": lambda: token(access_claims(nbf=NOW + 60)),
        "nbf in the past": lambda: token(access_claims(nbf=NOW - 60)),
        "logged in long ago": lambda: token(access_claims(auth_time=NOW - 30 * 86_400)),
        "without what may be missing": lambda: token(
            access_claims(**dict.fromkeys(("username", "scope", "jti", "origin_jti", "auth_time", "event_id"), ...))
        ),
        "no groups": lambda: token(access_claims(cognito_groups=[])),
        "a hundred groups": lambda: token(access_claims(cognito_groups=groups)),
        "groups in other scripts": lambda: token(access_claims(cognito_groups=["Köche", "料理人"])),
        "username escaped": lambda: token(access_claims(username="Zoë 😀")),
        "username as raw UTF-8": _raw_unicode,
        "username of a federation": lambda: token(access_claims(username="Google_1234567890")),
        "custom scopes": lambda: token(access_claims(scope="openid https://api.example/read api/write")),
        "version and device": lambda: token(access_claims(version=2, device_key="eu-west-1_5b9f50a3")),
        "a claim that is an object": lambda: token(access_claims(**nested)),
        "brackets in a text": lambda: token(access_claims(**brackets)),
        "an empty text elsewhere": lambda: token(access_claims(**{"custom:note": ""})),
        "a fraction elsewhere": lambda: token(access_claims(**{"custom:score": 1.5})),
        "spread over lines": _pretty,
        "in another order": _reordered,
        "large": lambda: token(access_claims(**{"custom:note": "x" * 3500})),
    }
    identities = {
        "as Cognito makes it": lambda: token(id_claims(), key="id", kid=ID_KID),
        "with custom attributes": lambda: token(id_claims(**{"custom:plan": "gold", "email_verified": True})),
        "with a nonce and at_hash": lambda: token(id_claims(nonce="abc", at_hash="zzzz")),
        "with our client_id": lambda: token(id_claims(client_id=CLIENT)),
        "with our azp": lambda: token(id_claims(azp=CLIENT)),
        "with groups": lambda: token(id_claims(cognito_groups=["admin"])),
    }
    schemes = {
        "scheme in lower case": lambda: [(b"authorization", b"bearer " + token())],
        "scheme in upper case": lambda: [(b"authorization", b"BEARER " + token())],
        "among other headers": lambda: [(b"cookie", b"a=b"), (b"proxy-authorization", b"Basic eDp5"), *bearer(token())],
    }
    made = [sent(f"good: {name}", make) for name, make in tokens.items()]
    made += [sent(f"good id: {name}", make, use="id") for name, make in identities.items()]
    return made + [Item(f"good: {name}", make) for name, make in schemes.items()]
