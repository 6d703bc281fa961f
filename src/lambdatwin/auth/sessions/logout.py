"""Logout: the login is revoked here first, which needs no other service, and then at Cognito."""

from contextlib import suppress
from dataclasses import dataclass

from ...observability import audit
from ..claims import Claims
from ..cognito import Cognito, CognitoError, RefusedError
from ..revocations import KINDS, LocalDenyList, claim_of
from .fair_queue import FairQueue
from .refresh import Caller, Refresher


@dataclass(frozen=True, slots=True)
class Logout:
    deny_list: LocalDenyList
    refresher: Refresher
    cognito: Cognito
    queue: FairQueue

    async def end(self, claims: Claims | None, refresh_token: str | None, caller: Caller) -> None:
        """End the login behind verified claims, a refresh token, or both.

        Raises `StoreUnavailableError` or a `CognitoError`; the caller may try again.
        """
        latest = refresh_token
        if claims is None and refresh_token is not None:
            # A refresh token is opaque. Only a refresh tells which login it belongs to, and the access tokens of that
            # login would outlive a revocation of the refresh token alone.
            with suppress(RefusedError):  # no login that is alive
                granted = await self.refresher.refresh(refresh_token, caller)
                claims, latest = granted.claims, granted.tokens.refresh or refresh_token
        if claims is not None:
            # The login where the token names one, else the token, else the user.
            named = next(kind for kind in KINDS if claim_of(claims, kind))
            await self.deny_list.add(named, claim_of(claims, named))
            audit.record("logged_out", client=caller.address, sub=str(claims.get("sub")))
        if refresh_token is not None and latest is not None:
            await self.refresher.forget(refresh_token)
            await self._revoke_at_cognito(latest, caller)

    async def _revoke_at_cognito(self, refresh_token: str, caller: Caller) -> None:
        try:
            with suppress(RefusedError):  # not alive any more, which is what was asked for
                async with self.queue.place(caller.client, caller.connection):
                    await self.cognito.revoke(refresh_token)
        except CognitoError as error:
            audit.record("revocation_failed", client=caller.address, why=str(error))
            raise
