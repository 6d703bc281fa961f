"""Verdicts on tokens that were let in; refusals are never kept, so that none outlives its cause.

The key is the SHA-256 of the token's text. That is safe only because the verifier takes one spelling per token.
"""

from hashlib import sha256

from ..verifier import Verified
from .bounded import Bounded

LONGEST_SECONDS = 300.0


def digest_of(token: bytes) -> bytes:
    """The key of a token."""
    return sha256(token).digest()


class VerdictCache:
    """At most `most` verdicts, each for at most 300 s and never past its token's expiry."""

    def __init__(self, most: int = 10_000, seconds: float = LONGEST_SECONDS) -> None:
        self._kept: Bounded[bytes, Verified] = Bounded(most)
        self._seconds = min(seconds, LONGEST_SECONDS)

    def get(self, digest: bytes, now: float) -> Verified | None:
        """The verdict, while it holds."""
        return self._kept.get(digest, now)

    def put(self, digest: bytes, verdict: Verified, now: float) -> None:
        """Keep a verdict that was reached just now."""
        self._kept.put(digest, verdict, now, min(verdict.expires_at, now + self._seconds))

    def __len__(self) -> int:
        return len(self._kept)
