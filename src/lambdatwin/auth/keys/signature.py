"""RSA signatures: the only module that knows python-jose, and only its `jwk` part.

`jose.jwt` and `jose.jws` take decisions that are not theirs here (a missing `exp` is fine, `crit` is ignored), and
cost twice as much. Of `jose.jwk` the traps are closed before it is called: it reads a missing `e` as 256, builds a
private key where a `d` stands, and takes its class from an `alg` that it is given (CVE-2024-33663: a public key as
HMAC secret; CVE-2026-85394: the same in DER), so the algorithm here is a constant.
"""

from collections.abc import Mapping
from typing import Final

from jose import jwk
from jose.exceptions import JOSEError

from ..tokens import base64url

ALGORITHM: Final = "RS256"
_SMALLEST_BITS = 2048
_LARGEST_BITS = 8192  # a larger modulus only makes every verification slow
_EXPONENT = b"\x01\x00\x01"  # 65537, which is what every issuer uses; small ones have a history of forgeries


class PublicKey:
    """An RSA key of the issuer, parsed once."""

    __slots__ = ("_key", "identity")

    def __init__(self, modulus: str, exponent: str) -> None:
        self.identity = (modulus, exponent)
        self._key = jwk.construct({"kty": "RSA", "n": modulus, "e": exponent}, algorithm=ALGORITHM)

    def verifies(self, signed: bytes, signature: bytes) -> bool:
        """Whether this key signed those bytes with RSASSA-PKCS1-v1_5 and SHA-256."""
        return bool(self._key.verify(signed, signature))


def public_key(material: Mapping[str, object]) -> PublicKey | None:
    """The key of a JWK, or None where it is no RSA key that may verify RS256 (RFC 7517 §4, RFC 7518 §6.3.1)."""
    modulus, exponent = material.get("n"), material.get("e")
    if not (type(modulus) is str and type(exponent) is str and _may_verify(material)):
        return None
    try:
        if not _strong(base64url.decode(modulus.encode("ascii")), base64url.decode(exponent.encode("ascii"))):
            return None
        return PublicKey(modulus, exponent)
    except (ValueError, JOSEError):
        # UnicodeEncodeError and cryptography's refusal of an impossible modulus are ValueErrors.
        return None


def _may_verify(material: Mapping[str, object]) -> bool:
    operations = material.get("key_ops", ["verify"])
    return (
        material.get("kty") == "RSA"
        and material.get("use", "sig") == "sig"
        and material.get("alg", ALGORITHM) == ALGORITHM
        and isinstance(operations, list)
        and "verify" in operations
        and "d" not in material  # a private half in public: whoever reads it can sign
    )


def _strong(modulus: bytes, exponent: bytes) -> bool:
    bits = int.from_bytes(modulus).bit_length()
    return _SMALLEST_BITS <= bits <= _LARGEST_BITS and modulus[-1] & 1 == 1 and exponent == _EXPONENT
