"""The issuer of the tests: its keys, its tokens, and tokens that it never made. Signs with `cryptography` alone."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

NOW = 1_790_000_000
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01"
CLIENT = "3n4b5urk1ft4fl3mg5e62d9ado"
MOBILE_CLIENT = "5k2m9q1c3v7b8n4x6z0l2j5h7g"
OTHER_CLIENT = "7aaaaaaaaaaaaaaaaaaaaaaaaa"
SUBJECT = "11111111-1111-4111-8111-111111111111"
ACCESS_KID = "qW3+access/key0000000000000000000000000000A="
ID_KID = "zX9+id/key000000000000000000000000000000000B="
STRANGER_KID = "pool2+access/key00000000000000000000000000C="

type Headers = list[tuple[bytes, bytes]]

_SIZES = {"small": 1024, "longer": 3072}  # bits; those of other names have 2048


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """A key of this name, the same for the whole run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=_SIZES.get(name, 2048))


def b64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def to_json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8)).decode()


def jwk(name: str, kid: str, **changes: Any) -> dict[str, Any]:
    """The public half as a JWK; a change to None removes the member."""
    numbers = private_key(name).public_key().public_numbers()
    members = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": number(numbers.n), "e": number(numbers.e)}
    return {key: value for key, value in (members | changes).items() if value is not None}


def key_set(*keys: Mapping[str, Any]) -> bytes:
    return to_json({"keys": list(keys)})


def published() -> bytes:
    """What the issuer's JWKS endpoint serves: an EC key stands first."""
    ec = {"kty": "EC", "crv": "P-256", "kid": "ec", "use": "sig", "alg": "ES256", "x": "A" * 43, "y": "A" * 43}
    encryption = jwk("encryption", "encryption-key", use="enc")
    return key_set(ec, jwk("access", ACCESS_KID), jwk("id", ID_KID), encryption, jwk("small", "small-key"))


def access_claims(**changes: Any) -> dict[str, Any]:
    """Claims as Cognito puts them into an access token; a change to `...` removes the claim."""
    claims = {
        "sub": SUBJECT,
        "iss": ISSUER,
        "client_id": CLIENT,
        "origin_jti": "5b9f50a3-05da-454a-8b99-b79c2349de77",
        "event_id": "64f513be-32db-42b0-b78e-b02127b4f463",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin openid",
        "auth_time": NOW - 60,
        "iat": NOW - 60,
        "exp": NOW + 3540,
        "jti": "73c73bbd-4151-4ae6-ba3d-17ffe24ed64b",
        "username": "administrator",
    } | {key.replace("cognito_", "cognito:"): value for key, value in changes.items()}
    return {key: value for key, value in claims.items() if value is not ...}


def id_claims(**changes: Any) -> dict[str, Any]:
    """Claims as Cognito puts them into an ID token."""
    identity = {"aud": CLIENT, "token_use": "id", "cognito:username": "administrator", "email": "a@example.com"}
    gone = {"client_id": ..., "scope": ..., "username": ...}
    return access_claims(**(gone | identity | changes))


def sign(signed: bytes, key: str = "access", algorithm: hashes.HashAlgorithm | None = None) -> bytes:
    return private_key(key).sign(signed, padding.PKCS1v15(), algorithm or hashes.SHA256())


def seal(header: bytes, payload: bytes, key: str = "access") -> bytes:
    """A compact JWS over two segments that may hold anything."""
    signed = b64(header) + b"." + b64(payload)
    return signed + b"." + b64(sign(signed, key))


def header(**changes: Any) -> dict[str, Any]:
    """The JOSE header as Cognito writes it; a change to `...` removes the parameter."""
    parameters = {"kid": ACCESS_KID, "alg": "RS256"} | changes
    return {key: value for key, value in parameters.items() if value is not ...}


def token(claims: Mapping[str, Any] | None = None, *, key: str = "access", **parameters: Any) -> bytes:
    """A token signed by the issuer's access key unless said otherwise."""
    return seal(to_json(header(**parameters)), to_json(access_claims() if claims is None else claims), key)


def bearer(value: bytes) -> Headers:
    return [(b"host", b"localhost"), (b"authorization", b"Bearer " + value)]


@dataclass(frozen=True, slots=True)
class Item:
    """A request's headers under a name. `expired`: flawless but for its time; `use` is the policy it is sent to."""

    name: str
    headers: Callable[[], Headers]
    expired: bool = False
    use: str = "access"


def sent(name: str, make: Callable[[], bytes], *, expired: bool = False, use: str = "access") -> Item:
    """A token as a bearer token."""
    return Item(name, lambda: bearer(make()), expired, use)
