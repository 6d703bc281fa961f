"""The local issuer's RSA keys: made at the first start, kept in a folder that only its owner reads.

`<use>-<time>.pem`: the latest of a use signs, all of them are published. Several processes may share the folder; each
notices a rotation by the folder's time of change.
"""

import base64
import json
import time
from collections.abc import Mapping
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
    """A private key, and its public half as it is published."""

    private: rsa.RSAPrivateKey
    public: Mapping[str, str]

    @property
    def kid(self) -> str:
        return self.public["kid"]

    def token(self, claims: Mapping[str, object]) -> str:
        signed = b".".join(
            base64url_encode(json.dumps(part).encode()) for part in ({"kid": self.kid, "alg": ALGORITHM}, claims)
        )
        signature = self.private.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return (signed + b"." + base64url_encode(signature)).decode("ascii")


class KeyRing:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: int | None = None
        self._keys: dict[str, SigningKey] = {}

    def signing(self, use: TokenUse) -> SigningKey:
        """The key that signs tokens of this use now; made when there is none."""
        self._read()
        if not any(name.startswith(use) for name in self._keys):
            self._create(use)
            self._read()
        return self._keys[max(name for name in self._keys if name.startswith(use))]

    def published(self) -> dict[str, list[Mapping[str, str]]]:
        for use in USES:
            self.signing(use)
        return {"keys": [self._keys[name].public for name in sorted(self._keys)]}

    def rotate(self) -> None:
        """New keys sign from now on; the old ones stay published."""
        for use in USES:
            self._create(use)

    def _read(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        changed = self._folder.stat().st_mtime_ns
        if changed != self._seen:
            self._keys = {path.name: _load(path) for path in self._folder.glob("*.pem")}
            self._seen = changed

    def _create(self, use: TokenUse) -> None:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_private(self._folder / f"{use}-{time.time_ns()}.pem", pem)
        self._seen = None


def write_private(path: Path, content: bytes) -> None:
    """A file that is whole at any time, for its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def _load(path: Path) -> SigningKey:
    # Our own file: to prove again that its primes are primes takes longer than a signature.
    private = load_pem_private_key(path.read_bytes(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError(f"{path} holds no RSA key")
    numbers = private.public_key().public_numbers()
    modulus, exponent = (base64url_encode(one.to_bytes((one.bit_length() + 7) // 8)) for one in (numbers.n, numbers.e))
    kid = base64.b64encode(sha256(modulus).digest()).decode("ascii")
    parts = {"n": modulus.decode("ascii"), "e": exponent.decode("ascii")}
    return SigningKey(private, {"kty": "RSA", "use": "sig", "alg": ALGORITHM, "kid": kid} | parts)
