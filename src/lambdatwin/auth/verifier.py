"""From a token's text to its claims, or to the reason why not. No exception leaves this module.

The order is part of the contract: shape, header, key, signature, and only then claims, so that nobody without the
issuer's key learns anything from an answer. All failures but one look alike to a client: an expired token that is
flawless otherwise is told so, as API Gateway does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from .claims.checks import check
from .claims.policy import Policy
from .keys.signature import PublicKey
from .reasons import Reason, UnacceptableError
from .tokens.compact import UnverifiedToken, open_claims, take_apart

type Clock = Callable[[], float]

_ONLY_EXPIRED = ("not_expired",)


@dataclass(frozen=True, slots=True)
class Verified:
    """Claims that hold now. `key` signed them: they hold no longer than it is trusted."""

    claims: Mapping[str, object]
    expires_at: int
    kid: str
    key: PublicKey


@dataclass(frozen=True, slots=True)
class Rejected:
    """`checks` names what failed. `claims` are kept only for a flawless token whose time is over."""

    reason: Reason
    checks: tuple[str, ...]
    claims: Mapping[str, object] | None = None


type Verdict = Verified | Rejected


class KeysUnavailableError(Exception):
    """No key of the issuer is known at all, and its endpoint does not answer."""


class KeySource(Protocol):
    """Where the issuer's keys come from."""

    def known(self, kid: str) -> PublicKey | None:
        """The key if it is trusted right now, without waiting."""

    async def find(self, kid: str) -> PublicKey | None:
        """The key, perhaps after a fetch; raises `KeysUnavailableError` when nothing can be said about any key."""

    def trusts(self, kid: str, key: PublicKey) -> bool:
        """Whether a verdict that this key gave still holds."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies against one policy; `clock` gives seconds of the epoch."""

    keys: KeySource
    policy: Policy
    clock: Clock

    async def verify(self, token: bytes) -> Verdict:
        """The verdict on a compact JWS."""
        try:
            unverified = take_apart(token)
            key = self.keys.known(unverified.kid) or await self.keys.find(unverified.kid)
            return judge(unverified, key, self.policy, self.clock())
        except UnacceptableError as refusal:
            return Rejected(refusal.reason, (refusal.check,))
        except KeysUnavailableError:
            return Rejected(Reason.KEYS_UNAVAILABLE, ("keys_are_available",))


def judge(token: UnverifiedToken, key: PublicKey | None, policy: Policy, now: float) -> Verdict:
    """The part without waiting; raises `UnacceptableError`."""
    if key is None:
        raise UnacceptableError(Reason.UNKNOWN_KEY, "key_is_known")
    if not key.verifies(token.signed, token.signature):
        raise UnacceptableError(Reason.BAD_SIGNATURE, "signature_holds")
    claims = open_claims(token)
    failed = check(claims, policy, now)
    if failed == _ONLY_EXPIRED:
        return Rejected(Reason.EXPIRED, failed, MappingProxyType(claims))
    if failed:
        return Rejected(Reason.BAD_CLAIMS, failed)
    expires_at = claims["exp"]
    assert isinstance(expires_at, int)  # noqa: S101 - tells the type checker what `expiry_is_a_date` established
    return Verified(MappingProxyType(claims), expires_at, token.kid, key)
