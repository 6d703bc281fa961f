"""Headers that choose their own key or algorithm, and signatures that others made."""

import hashlib
import hmac
from collections.abc import Callable
from functools import partial
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.unit.lambdatwin.auth.corpus.world import (
    ACCESS_KID,
    ID_KID,
    STRANGER_KID,
    Item,
    access_claims,
    b64,
    header,
    jwk,
    private_key,
    sent,
    sign,
    to_json,
    token,
)


def _signed_part(claims: dict[str, Any] | None = None, **parameters: Any) -> bytes:
    return b64(to_json(header(**parameters))) + b"." + b64(to_json(access_claims() if claims is None else claims))


def _with(signature: Callable[[bytes], bytes], **parameters: Any) -> Callable[[], bytes]:
    def make() -> bytes:
        signed = _signed_part(**parameters)
        return signed + b"." + b64(signature(signed))

    return make


def _public(encoding: Encoding, form: PublicFormat) -> bytes:
    return private_key("access").public_key().public_bytes(encoding, form)


def _hmac(secret: Callable[[], bytes], digest: str = "sha256") -> Callable[[bytes], bytes]:
    return lambda signed: hmac.new(secret(), signed, digest).digest()


def _pem() -> bytes:
    return _public(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _der() -> bytes:
    return _public(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _pkcs1() -> bytes:
    return _public(Encoding.DER, PublicFormat.PKCS1)


def _pss(signed: bytes) -> bytes:
    salted = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    return private_key("access").sign(signed, salted, hashes.SHA256())


def _ecdsa(signed: bytes) -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).sign(signed, ec.ECDSA(hashes.SHA256()))


def _raw_rsa(signed: bytes, block: Callable[[bytes], bytes]) -> bytes:
    """A signature over a padding of one's own making: m^d mod n."""
    numbers = private_key("access").private_numbers()
    value = int.from_bytes(block(hashlib.sha256(signed).digest()))
    return pow(value, numbers.d, numbers.public_numbers.n).to_bytes(256)


_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def _short_padding(digest: bytes) -> bytes:
    """Bleichenbacher 2006: too little padding, and room behind the digest."""
    start = b"\x00\x01" + b"\xff" * 8 + b"\x00" + _DIGEST_INFO + digest
    return start + bytes(256 - len(start))


def _no_digest_info(digest: bytes) -> bytes:
    return b"\x00\x01" + b"\xff" * (256 - 3 - len(digest)) + b"\x00" + digest


def _plus_modulus(signed: bytes) -> bytes:
    value = int.from_bytes(sign(signed)) + private_key("access").public_key().public_numbers().n
    return value.to_bytes(257)


_ALGORITHMS = (
    "none", "None", "NONE", "nOnE", "", "rs256", "Rs256", "RS256 ", " RS256", "RS-256", "RS384", "RS512", "RS1",
    "PS256", "ES256", "HS256", "HS384", "HS512", "EdDSA", "RSA", "RSA-OAEP", "dir", "SHA256withRSA", "RS256\u0000",
)  # fmt: skip
_NO_TEXT: tuple[Any, ...] = (None, True, 0, 256, ["RS256"], {"alg": "RS256"}, ["none", "RS256"], 1.5)
_KEY_IDS: dict[str, Any] = {
    "unknown": STRANGER_KID,
    "empty": "",
    "missing": ...,
    "null": None,
    "number": 1,
    "list": [ACCESS_KID],
    "object": {"kid": ACCESS_KID},
    "true": True,
    "path traversal": "../../../../dev/null",
    "absolute path": "/etc/passwd",
    "SQL": "x' UNION SELECT 'secret",
    "command": "| id",
    "URL": "https://attacker.example/jwks.json",
    "NUL": ACCESS_KID + "\x00",
    "line feed": ACCESS_KID + "\n",
    "leading blank": " " + ACCESS_KID,
    "other case": ACCESS_KID.swapcase(),
    "very long": "k" * 4000,
    "non-ASCII": "ключ",
    "full-width": "\uff41ccess",
    "__proto__": "__proto__",
    "the EC key": "ec",
    "an encryption key": "encryption-key",
    "a key of 1024 bits": "small-key",
    "the other token's key": ID_KID,
}
_FOREIGN: dict[str, Any] = {
    "crit": ["exp"],
    "crit empty": [],
    "crit unknown": ["x-policy"],
    "b64": False,
    "b64 true": True,
    "jku": "https://attacker.example/jwks.json",
    "x5u": "https://attacker.example/cert.pem",
    "x5c": ["MIIB"],
    "x5t": "AAAA",
    "x5t#S256": "AAAA",
    "zip": "DEF",
    "zip gzip": "GZIP",
    "cty": "JWT",
    "cty json": "json",
    "enc": "A256GCM",
    "p2c": 2147483647,
    "epk": {"kty": "EC"},
    "iv": "AAAA",
    "tag": "AAAA",
    "apu": "AAAA",
    "url": "https://attacker.example/",
    "nonce": "AAAA",
    "typ JWE": "JWE",
    "typ JOSE": "JOSE",
    "typ lower case": "jwt",
    "typ dpop+jwt": "dpop+jwt",
    "typ logout+jwt": "logout+jwt",
    "typ at+jwt with blanks": " JWT",
    "typ list": ["JWT"],
    "typ number": 1,
    "typ null": None,
    "typ empty": "",
}


def _named(name: str, make: Callable[[], bytes]) -> Item:
    return sent(f"signing: {name}", make)


def _headers() -> list[Item]:
    """Signed by the right key: nothing but the header is wrong."""
    made = [_named(f"alg {alg!r}", partial(token, alg=alg)) for alg in (*_ALGORITHMS, *_NO_TEXT)]
    made.append(_named("alg missing", lambda: token(alg=...)))
    made.append(_named("Alg in upper case", lambda: token(alg=..., ALG="RS256")))
    made += [_named(f"kid {name}", partial(token, kid=kid)) for name, kid in _KEY_IDS.items()]
    made += [_named(name, partial(token, **{name.split()[0]: value})) for name, value in _FOREIGN.items()]
    made.append(_named("embedded jwk", lambda: token(key="attacker", jwk=jwk("attacker", ACCESS_KID))))
    made.append(_named("embedded jwk of our own key", lambda: token(jwk={"kty": "RSA"})))
    return made


def _signatures() -> list[Item]:
    made = {
        "key of another pool under our kid": lambda: token(key="attacker"),
        "key of another pool under its kid": lambda: token(key="attacker", kid=STRANGER_KID),
        "access token by the ID key": lambda: token(key="id"),
        "small key": lambda: token(key="small", kid="small-key"),
        "encryption key": lambda: token(key="encryption", kid="encryption-key"),
        "none without a signature": lambda: _signed_part(alg="none") + b".",
        "none with a signature": lambda: _signed_part(alg="none") + b".AAAA",
        "RS256 without a signature": lambda: _signed_part() + b".",
        "SHA-512 under RS256": _with(lambda signed: sign(signed, algorithm=hashes.SHA512())),
        "SHA-512 under RS512": _with(lambda signed: sign(signed, algorithm=hashes.SHA512()), alg="RS512"),
        "SHA-384 under RS384": _with(lambda signed: sign(signed, algorithm=hashes.SHA384()), alg="RS384"),
        "SHA-1 under RS256": _with(lambda signed: sign(signed, algorithm=hashes.SHA1())),
        "PSS under RS256": _with(_pss),
        "PSS under PS256": _with(_pss, alg="PS256"),
        "ECDSA under ES256": _with(_ecdsa, alg="ES256"),
        "ECDSA under RS256": _with(_ecdsa),
        "Ed25519": _with(lambda signed: Ed25519PrivateKey.generate().sign(signed), alg="EdDSA"),
        "padding too short": _with(lambda signed: _raw_rsa(signed, _short_padding)),
        "no digest info": _with(lambda signed: _raw_rsa(signed, _no_digest_info)),
        "signature plus the modulus": _with(_plus_modulus),
        "signature with a leading zero": _with(lambda signed: b"\x00" + sign(signed)),
        "signature zero": _with(lambda signed: bytes(256)),
        "signature one": _with(lambda signed: (1).to_bytes(256)),
        "signature of ones": _with(lambda signed: b"\xff" * 256),
        "signature the digest": _with(lambda signed: hashlib.sha256(signed).digest()),
        "signature of another token": lambda: _signed_part() + b"." + token(access_claims(sub="x")).split(b".")[2],
        "payload changed": lambda: (
            token().split(b".")[0]
            + b"."
            + b".".join(token(access_claims(sub="x")).split(b".")[1:2])
            + b"."
            + token().split(b".")[2]
        ),
        "header changed": lambda: b64(to_json(header(x=1))) + b"." + b".".join(token().split(b".")[1:]),
        "signature over the payload alone": lambda: _signed_part() + b"." + b64(sign(_signed_part().split(b".")[1])),
        "signature of a longer key": _with(
            lambda signed: private_key("longer").sign(signed, padding.PKCS1v15(), hashes.SHA256())
        ),
    }
    secrets: dict[str, Callable[[], bytes]] = {
        "PEM": _pem,
        "PEM without the last line feed": lambda: _pem().strip(),
        "DER": _der,
        "PKCS1 DER": _pkcs1,
        "modulus": lambda: jwk("access", ACCESS_KID)["n"].encode(),
        "JWK": lambda: to_json(jwk("access", ACCESS_KID)),
        "nothing": lambda: b"",
        "kid": ACCESS_KID.encode,
    }
    for name, secret in secrets.items():
        made[f"HS256 keyed by {name}"] = _with(_hmac(secret), alg="HS256")
        made[f"HMAC keyed by {name} under RS256"] = _with(_hmac(secret))
    made["HS512 keyed by PEM"] = _with(_hmac(_pem, "sha512"), alg="HS512")
    return [_named(name, make) for name, make in made.items()]


def items() -> list[Item]:
    """Headers first, then signatures."""
    return _headers() + _signatures()
