"""Logging out: the login goes onto the deny-list first, which this side decides alone, and then Cognito is told."""

from collections.abc import Mapping
from typing import Protocol

from ..claims.policy import LARGEST_LEEWAY, LONGEST_LIFETIME
from ..cognito.errors import CognitoError, RefusedError
from ..observing import Audit
from ..revocations import Kind, Revocation
from ..verifier import Clock
from .refreshing import Issuer


class Revoking(Protocol):
    """Where revocations go; raises `RevocationsUnavailableError`."""

    async def add(self, *revocations: Revocation) -> None: ...


class Endings:
    """Ends logins, and everything that a user has open."""

    def __init__(self, revoking: Revoking, issuer: Issuer, *, clock: Clock, audit: Audit) -> None:
        self._revoking, self._issuer, self._clock, self._audit = revoking, issuer, clock, audit

    async def end(self, claims: Mapping[str, object] | None, refresh_token: str | None) -> None:
        """End the login behind verified claims, a refresh token, or both.

        Raises `RevocationsUnavailableError` or a `CognitoError`; the caller may try again.
        """
        if claims is not None:
            await self._revoking.add(self._revocation(claims))
            self._audit.record("logged_out", sub=str(claims.get("sub")))
        if refresh_token is None:
            return
        try:
            await self._issuer.revoke(refresh_token)
        except RefusedError:
            return  # dead already, which is what was asked for
        except CognitoError as error:
            self._audit.record("revocation_failed", why=str(error))
            raise

    async def end_all_of(self, user_id: str) -> None:
        """End every login of a user until now: he was deleted, or must log in again."""
        now = int(self._clock())
        await self._revoking.add(Revocation(Kind.USER, user_id, now, now + LONGEST_LIFETIME + LARGEST_LEEWAY))
        self._audit.record("user_revoked", sub=user_id)

    def _revocation(self, claims: Mapping[str, object]) -> Revocation:
        """By the login where the token names one, else by the token, else by the user."""
        now = int(self._clock())
        for kind in (Kind.LOGIN, Kind.TOKEN, Kind.USER):
            value = claims.get(kind.value)
            if isinstance(value, str):
                break
        # As long as the longest token that can have come of it, however it was refreshed.
        return Revocation(kind, str(value), now, now + LONGEST_LIFETIME + LARGEST_LEEWAY)
