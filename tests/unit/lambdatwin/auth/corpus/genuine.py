"""Forms of genuine Cognito tokens that a strict verifier may refuse by mistake."""

import json
from functools import partial
from typing import Any

from tests.unit.lambdatwin.auth.corpus.world import (
    CLIENT,
    ID_KID,
    MOBILE_CLIENT,
    NOW,
    Item,
    access_claims,
    header,
    id_claims,
    seal,
    sent,
    to_json,
    token,
)

LARGEST_TOKEN = 10_240 - len("Bearer ")


def _written(claim: str, text: str) -> bytes:
    """A number exactly as a trigger in JavaScript writes it, which Python would write otherwise."""
    payload = to_json(access_claims(**{claim: "HERE"})).replace(b'"HERE"', text.encode())
    return seal(to_json(header()), payload)


def _as_large_as_the_limit() -> bytes:
    """Groups that fill the token to the last byte that fits."""
    groups: list[str] = []
    while len(token(access_claims(cognito_groups=[*groups, "group-" + "x" * 20]))) <= LARGEST_TOKEN:
        groups.append("group-" + "x" * 20)
    return token(access_claims(cognito_groups=groups))


def _machine(**changes: Any) -> dict[str, Any]:
    """Claims of the client credentials grant: the client is the subject, and there is no user and no login."""
    gone = dict.fromkeys(("username", "origin_jti", "event_id"), ...)
    return access_claims(**({"sub": CLIENT, "scope": "menus/read menus/write", "version": 2} | gone | changes))


def _unescaped(**changes: Any) -> bytes:
    payload = json.dumps(access_claims(**changes), ensure_ascii=False, separators=(",", ":")).encode()
    return seal(to_json(header()), payload)


_TENANT = {"id": 1, "plan": {"limits": {"seats": [{"kind": "chef", "most": 3, "until": None}]}}, "beta": False}


def _claims() -> dict[str, dict[str, Any]]:
    many = [f"team-{number:04}" for number in range(101)]
    more = [f"arn:aws:iam::123456789012:role/menus-{number}" for number in range(150)]
    return {
        "101 groups": access_claims(cognito_groups=many),
        "150 groups with long names": access_claims(cognito_groups=more),
        "one group of a federation": access_claims(cognito_groups=["eu-west-1_Example01_Google"]),
        "a group with a space": access_claims(cognito_groups=["Kitchen staff"]),
        "a group in NFD": access_claims(cognito_groups=["Ko\u0308che"]),
        "a group in Devanagari": access_claims(cognito_groups=["\u0930\u0938\u094b\u0907\u092f\u093e"]),
        "a group in Thai": access_claims(cognito_groups=["\u0e1c\u0e39\u0e49\u0e14\u0e39\u0e41\u0e25"]),
        "a group in Hangul jamo": access_claims(cognito_groups=["\u1100\u1161\u11a8"]),
        "a group with an emoji": access_claims(cognito_groups=["chefs 👩🏽"]),
        "a name in NFD": access_claims(username="Zoe\u0308"),
        "a name with stacked marks": access_claims(username="Nguye\u0302\u0303n"),
        "a name that is an e-mail address": access_claims(username="zoe+menus@example.org"),
        "a name that is a telephone number": access_claims(username="+441632960961"),
        "a name of SAML": access_claims(username="AzureAD_zoe@example.org"),
        "an empty scope": access_claims(scope=""),
        "a long scope": access_claims(scope=" ".join(f"https://api.example.org/menus/scope-{n}" for n in range(120))),
        "one custom scope": access_claims(scope="menus.read"),
        "without scopes, which a trigger took away, and with scp": access_claims(
            scope=..., scp=[{"name": "menus:read"}]
        ),
        "of SAML, with a name of a directory": access_claims(username="ADFS_CN=Doe\\, Zoë,OU=Sales & Ops"),
        "of Apple": access_claims(username="SignInWithApple_001234.5e6f7a8b9c.0123"),
        "of a machine without a scope": _machine(scope=...),
        "refreshed a month after the login": access_claims(auth_time=NOW - 30 * 86_400, amr=["pwd", "mfa"]),
        "a scope with an asterisk": access_claims(scope="https://api.example.org/*.read"),
        "for a resource server": access_claims(aud="https://menus.example.org/api"),
        "for a resource server by a name": access_claims(aud="menus-api"),
        "for a resource server by a URN": access_claims(aud="urn:example:menus"),
        "with its own client as audience, by a trigger": access_claims(aud=CLIENT),
        "of the mobile client": access_claims(client_id=MOBILE_CLIENT),
        "of a machine": _machine(),
        "of a machine without a login time": _machine(auth_time=...),
        "of a machine with the mobile client": _machine(sub=MOBILE_CLIENT, client_id=MOBILE_CLIENT),
        "of a machine for a resource server": _machine(aud="https://menus.example.org/api"),
        "with a device": access_claims(device_key="eu-west-1_5b9f50a3-05da-454a-8b99-b79c2349de77"),
        "with claims of a trigger": access_claims(tenant="t-1", plan={"name": "gold", "seats": [1, 2]}, beta=True),
        "with a null of a trigger": access_claims(tenant=None),
        "with nested claims of a trigger": access_claims(**{"https://menus.example.org/tenant": _TENANT}),
        "with identities that a trigger copies from its event": access_claims(identities='[{"userId":"1"}]'),
        "with roles of a trigger, in one text": access_claims(cognito_roles="arn:aws:iam::123456789012:role/x"),
        "five minutes long": access_claims(iat=NOW - 1, auth_time=NOW - 1, exp=NOW + 299),
        "issued a minute ahead by another clock": access_claims(iat=NOW + 60, auth_time=NOW + 60),
    }


_NUMBERS = {
    "a large one": "1e+21",
    "the largest": "1.7976931348623157e+308",
    "the smallest": "5e-324",
    "a sum of tenths": "0.30000000000000004",
    "a third": "0.3333333333333333",
    "as long as can be": "-0.0000012345678901234567",
    "21 digits": "123456789012345680000",
    "the largest safe integer": "9007199254740991",
    "a negative power": "-2.2250738585072014e-308",
}
_IDENTITIES: dict[str, dict[str, Any]] = {
    "of the mobile client": {"aud": MOBILE_CLIENT},
    "with 101 groups": {"cognito_groups": [f"team-{number}" for number in range(101)]},
    "with roles": {
        "cognito:roles": ["arn:aws:iam::123456789012:role/x"],
        "cognito:preferred_role": "arn:aws:iam::1:role/x",
    },
    "with an address": {"address": {"formatted": "1 High Street"}},
    "with a federated identity": {
        "identities": [{"userId": "1", "providerName": "Google", "primary": "true", "dateCreated": "1700000000000"}]
    },
    "with a name in NFD": {"cognito:username": "Zoe\u0308", "name": "Zoe\u0308"},
    "with an empty attribute": {"custom:note": ""},
    "with scopes of a trigger": {"scope": ["menus:read", {"name": "menus:write"}]},
    "with claims of a trigger that access tokens have": {"version": "v2", "device_key": {"id": "x"}, "event_id": 7},
}


def items() -> list[Item]:
    """Each must be accepted."""
    by_id_key = {"key": "id", "kid": ID_KID}
    made = [sent(f"genuine: {name}", partial(token, claims)) for name, claims in _claims().items()]
    made += [sent(f"genuine number: {name}", partial(_written, "custom:score", n)) for name, n in _NUMBERS.items()]
    made += [
        sent(f"genuine id: {name}", partial(token, id_claims(**changes), **by_id_key), use="id")
        for name, changes in _IDENTITIES.items()
    ]
    made.append(sent("genuine: groups up to the limit of a header", _as_large_as_the_limit))
    made.append(sent("genuine: groups unescaped", lambda: _unescaped(cognito_groups=["Ko\u0308che", "料理人"])))
    return made
