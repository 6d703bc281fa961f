"""Verifies a token: claims, or the reason of the refusal. No exception leaves this module.

The order is part of the contract: shape, header, key, signature, and only then claims, so that a client without the
issuer's key learns nothing from a response. All failures but one look alike to a client: a token that is valid apart
from its expiry is called expired, as API Gateway does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from .claims import AUDIENCE_CHECKS, Clock, Policy, check
from .jwks import Jwks, KeysUnavailableError, PublicKey
from .responses import Reason, UnacceptableError
from .token import UnverifiedToken, open_claims, take_apart


@dataclass(frozen=True, slots=True)
class Verified:
    """Claims that hold now. `key` signed them: they hold no longer than it is trusted."""

    claims: Mapping[str, object]
    expires_at: float
    kid: str
    key: PublicKey


@dataclass(frozen=True, slots=True)
class Rejected:
    """`checks` names what failed. `claims` are kept only for a flawless token whose time is over."""

    reason: Reason
    checks: tuple[str, ...]
    claims: Mapping[str, object] | None = None


type Verdict = Verified | Rejected


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies against one policy; `clock` gives seconds of the epoch."""

    keys: Jwks
    policy: Policy
    clock: Clock

    async def verify(self, token: bytes) -> Verdict:
        """The verdict on a compact JWS."""
        try:
            unverified = take_apart(token, any_issuer=self.policy.any_issuer)
            key = await self.keys.find(unverified.kid)
            return verdict(unverified, key, self.policy, self.clock())
        except UnacceptableError as refusal:
            return Rejected(refusal.reason, (refusal.check,))
        except KeysUnavailableError:
            return Rejected(Reason.KEYS_UNAVAILABLE, ("keys_are_available",))


def verdict(token: UnverifiedToken, key: PublicKey | None, policy: Policy, now: float) -> Verdict:
    """The part without waiting; raises `UnacceptableError`."""
    if key is None:
        raise UnacceptableError(Reason.UNKNOWN_KEY, "key_is_known")
    if not key.verifies(token.signed, token.signature):
        raise UnacceptableError(Reason.BAD_SIGNATURE, "signature_holds")
    claims = open_claims(token)
    failed = check(claims, policy, now)
    if failed == ("not_expired",):
        return Rejected(Reason.EXPIRED, failed, MappingProxyType(claims))
    if failed:
        reason = Reason.WRONG_AUDIENCE if AUDIENCE_CHECKS.issuperset(failed) else Reason.BAD_CLAIMS
        return Rejected(reason, failed)
    expires_at = claims["exp"]
    assert isinstance(expires_at, int | float)  # noqa: S101 - tells the type checker what `expiry_is_a_date` established
    return Verified(MappingProxyType(claims), expires_at, token.kid, key)
