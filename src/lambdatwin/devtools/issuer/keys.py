"""The local issuer's RSA keys: made at the first start, kept in a folder that only its owner reads.

`<use>-<number>.pem`: the highest number of a use signs, all of them are published. Several processes may share the
folder; each notices a rotation by the folder's time of change.
"""

import base64
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from ...auth.claims import TokenUse
from ...auth.jwks import ALGORITHM
from ...auth.token import base64url_encode

USES: tuple[TokenUse, ...] = ("access", "id")


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key and the `kid` it is published under."""

    kid: str
    private: rsa.RSAPrivateKey

    def sign(self, signed: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256."""
        return self.private.sign(signed, padding.PKCS1v15(), hashes.SHA256())

    def jwk(self) -> dict[str, str]:
        """The public half."""
        numbers = self.private.public_key().public_numbers()
        parts = {"n": _unsigned(numbers.n), "e": _unsigned(numbers.e)}
        return {"kty": "RSA", "use": "sig", "alg": ALGORITHM, "kid": self.kid} | parts


class KeyRing:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: int | None = None
        self._keys: dict[str, SigningKey] = {}

    def signing(self, use: TokenUse) -> SigningKey:
        """The key that signs tokens of this use now; made when there is none."""
        if not self._newest(use):
            self._create(use, 1)
        name = self._newest(use)
        return self._keys[name]

    def published(self) -> dict[str, list[Mapping[str, str]]]:
        for use in USES:
            self.signing(use)
        return {"keys": [self._keys[name].jwk() for name in sorted(self._keys)]}

    def rotate(self) -> None:
        """New keys sign from now on; the old ones stay published."""
        for use in USES:
            self.signing(use)
            self._create(use, _number(self._newest(use)) + 1)

    def _newest(self, use: TokenUse) -> str:
        self._read()
        return max((name for name in self._keys if name.startswith(f"{use}-")), default="")

    def _read(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        changed = self._folder.stat().st_mtime_ns
        if changed != self._seen:
            self._keys = {path.name: _load(path) for path in self._folder.glob("*.pem")}
            self._seen = changed

    def _create(self, use: TokenUse, number: int) -> None:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        # NamedTemporaryFile makes the file with mode 0600; the link appears whole, or not at all where another process
        # was faster.
        with NamedTemporaryFile(dir=self._folder, prefix=".new-") as file:
            file.write(pem)
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, self._folder / f"{use}-{number:04}.pem")
        self._seen = None


def _load(path: Path) -> SigningKey:
    # Our own file: to prove again that its primes are primes takes longer than a signature.
    private = load_pem_private_key(path.read_bytes(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key")
    modulus = private.public_key().public_numbers().n.to_bytes(private.key_size // 8)
    return SigningKey(base64.b64encode(sha256(modulus).digest()).decode("ascii"), private)


def _number(name: str) -> int:
    return int(name.removesuffix(".pem").rpartition("-")[2])


def _unsigned(value: int) -> str:
    return base64url_encode(value.to_bytes((value.bit_length() + 7) // 8)).decode("ascii")
