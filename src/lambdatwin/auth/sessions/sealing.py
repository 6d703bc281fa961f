"""Authenticated encryption of small texts: cookies, and results that replicas share.

AES-256-GCM with a random nonce; the purpose is part of the key, so that a text sealed as one thing never opens as
another.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Sealer:
    """Seals under a key derived from `secret` for one purpose. The secret must be random: it is not stretched."""

    __slots__ = ("_cipher",)

    def __init__(self, secret: bytes, purpose: bytes) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes) -> bytes:
        """The sealed text; another one each time."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes | None:
        """What was sealed, or None where anybody touched it."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except (InvalidTag, ValueError):
            return None
