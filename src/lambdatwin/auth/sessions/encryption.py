"""Authenticated encryption of small texts: cookies, and refresh results that replicas share.

AES-256-GCM with a random nonce; the purpose is part of the key, so that a text encrypted for one never decrypts for
another.
"""

import secrets as random
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Cipher:
    """Encrypts under a key derived from the first secret for one purpose; decrypts what any of the secrets encrypted,
    so that a secret can be replaced. Secrets must be random: they are not stretched."""

    __slots__ = ("_keys",)

    def __init__(self, secrets: Sequence[bytes], purpose: bytes) -> None:
        self._keys = [AESGCM(HKDF(SHA256(), 32, None, purpose).derive(secret)) for secret in secrets]

    def encrypt(self, plain: bytes) -> bytes:
        """The encrypted text; another one each time."""
        nonce = random.token_bytes(_NONCE)
        return nonce + self._keys[0].encrypt(nonce, plain, None)

    def decrypt(self, encrypted: bytes) -> bytes | None:
        """The plain text, or None for what none of the secrets encrypted."""
        for key in self._keys:
            try:
                return key.decrypt(encrypted[:_NONCE], encrypted[_NONCE:], None)
            except (InvalidTag, ValueError):
                continue
        return None
