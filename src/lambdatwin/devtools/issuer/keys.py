"""The local issuer's RSA keys: made at the first start, kept in a folder that only its owner reads.

`<use>-<time>.pem`: the latest of a use signs, all of them are published. Several processes may share the folder; each
notices a rotation by the folder's time of change.
"""

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from jose import jwk, jwt

from ...auth.claims import TokenUse
from ...auth.jwks import ALGORITHM

USES: tuple[TokenUse, ...] = ("access", "id")


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key, and its public half as it is published."""

    private: Any
    public: Mapping[str, str]

    @property
    def kid(self) -> str:
        return self.public["kid"]

    def token(self, claims: dict[str, object]) -> str:
        return jwt.encode(claims, self.private, ALGORITHM, headers={"kid": self.kid})


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
    private: Any = load_pem_private_key(path.read_bytes(), password=None, unsafe_skip_rsa_key_validation=True)
    key = jwk.construct(private, ALGORITHM)
    public = key.public_key().to_dict()
    kid = base64.b64encode(sha256(public["n"].encode()).digest()).decode("ascii")
    return SigningKey(key, public | {"use": "sig", "kid": kid})
