"""Verifies a token: claims, or the reason of the refusal.

The order is part of the contract: shape, header, key, signature, and only then claims, so that a client without the
issuer's key learns nothing from a response. All failures but one look alike to a client: a token that is valid apart
from its expiry is called expired, as API Gateway does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from ..observability.metrics import Metrics
from .cache import Bounded
from .claims import AUDIENCE_CHECKS, Clock, Policy, check
from .jwks import Jwks, PublicKey
from .responses import Reason, RejectedError, StoreUnavailableError
from .revocations import LocalDenyList
from .token import UnverifiedToken, open_claims, take_apart

_LONGEST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Verified:
    """Claims that hold now. `key` signed them: they hold no longer than it is trusted."""

    claims: Mapping[str, object]
    expires_at: float
    kid: str
    key: PublicKey


class Verifier:
    """Verifies against one policy; `clock` gives seconds of the epoch.

    Verdicts are cached, but revocations always count, and no refusal is cached, so that none outlives its cause. The
    key is the SHA-256 of the token's text, which is safe only because one spelling per token is accepted.
    """

    def __init__(self, keys: Jwks, policy: Policy, revocations: LocalDenyList, *, clock: Clock, meter: Metrics) -> None:
        self.policy, self._keys, self._revocations = policy, keys, revocations
        self._clock, self._meter = clock, meter
        self._cache: Bounded[bytes, Verified] = Bounded(10_000)

    async def verify(self, token: bytes) -> Verified:
        """What a compact JWS claims; raises `RejectedError`, and nothing else."""
        digest = sha256(token).digest()
        cached = self._cached(digest)
        self._meter.count("auth_verdict_cache", "miss" if cached is None else "hit")
        verified = cached or await self._verified(token)
        try:
            if await self._revocations.denies(verified.claims):
                raise RejectedError(Reason.REVOKED, "not_revoked")
        except StoreUnavailableError:
            raise RejectedError(Reason.DENY_LIST_UNAVAILABLE, "deny_list_is_known") from None
        if cached is None:  # a hit must not prolong itself
            now = self._clock()
            self._cache.put(digest, verified, now, min(verified.expires_at, now + _LONGEST_SECONDS))
        return verified

    def _cached(self, digest: bytes) -> Verified | None:
        """A cached verdict holds no longer than the key that gave it is trusted."""
        verified = self._cache.get(digest, self._clock())
        return verified if verified is not None and self._keys.trusts(verified.kid, verified.key) else None

    async def _verified(self, token: bytes) -> Verified:
        unverified = take_apart(token, any_issuer=self.policy.any_issuer)
        key = await self._keys.find(unverified.kid)
        return verdict(unverified, key, self.policy, self._clock())


def verdict(token: UnverifiedToken, key: PublicKey | None, policy: Policy, now: float) -> Verified:
    """The part without waiting; raises `RejectedError`."""
    if key is None:
        raise RejectedError(Reason.UNKNOWN_KEY, "key_is_known")
    if not key.verifies(token.signed, token.signature):
        raise RejectedError(Reason.BAD_SIGNATURE, "signature_holds")
    claims = open_claims(token)
    failed = check(claims, policy, now)
    if failed == ("not_expired",):
        raise RejectedError(Reason.EXPIRED, *failed, claims=MappingProxyType(claims))
    if failed:
        reason = Reason.WRONG_AUDIENCE if AUDIENCE_CHECKS.issuperset(failed) else Reason.BAD_CLAIMS
        # Our own keys sign for another issuer where a server of this machine listens on another port.
        stated = [f"iss is {claims.get('iss')}"] if "issuer_is_ours" in failed else []
        raise RejectedError(reason, *failed, *stated)
    expires_at = claims["exp"]
    assert isinstance(expires_at, int | float)  # noqa: S101 - tells the type checker what `expiry_is_a_date` established
    return Verified(MappingProxyType(claims), expires_at, token.kid, key)
