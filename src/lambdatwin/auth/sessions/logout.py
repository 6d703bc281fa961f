"""Logout: the login is revoked here first, which needs no other service, and then at Cognito."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from ...observability import audit
from ..claims import LARGEST_LEEWAY, LONGEST_LIFETIME, Clock
from ..cognito import Cognito, CognitoError, RefusedError, ReusedError
from ..revocations import Kind, LocalDenyList, Revocation, RevocationsUnavailableError
from .fair_queue import FairQueue
from .refresh import Caller, LedgerUnavailableError, Refresher


async def end_all_of(user_id: str, deny_list: LocalDenyList, clock: Clock) -> None:
    """End every login of a user until now. Raises `RevocationsUnavailableError`."""
    now = int(clock())
    await deny_list.add(Revocation(Kind.USER, user_id, now, now + LONGEST_LIFETIME + LARGEST_LEEWAY))
    audit.record("user_revoked", sub=user_id)


@dataclass(frozen=True, slots=True)
class Logout:
    deny_list: LocalDenyList
    refresher: Refresher
    cognito: Cognito
    queue: FairQueue
    clock: Clock

    async def end(self, claims: Mapping[str, object] | None, refresh_token: str | None, caller: Caller) -> None:
        """End the login behind verified claims, a refresh token, or both.

        Raises `RevocationsUnavailableError` or a `CognitoError`; the caller may try again.
        """
        latest = refresh_token
        if claims is None and refresh_token is not None:
            claims, latest = await self._login_of(refresh_token, caller)
        if claims is not None:
            await self.deny_list.add(self._revocation(claims))
            audit.record("logged_out", client=caller.address, sub=str(claims.get("sub")))
        if refresh_token is not None and latest is not None:
            await self._end_refreshes(refresh_token, latest, caller)

    async def _login_of(self, refresh_token: str, caller: Caller) -> tuple[Mapping[str, object] | None, str]:
        """The claims of the login behind a refresh token, and its newest refresh token.

        A refresh token is opaque. Only a refresh tells which login it belongs to, and the access tokens of that login
        would outlive a revocation of the refresh token alone.
        """
        try:
            refreshed = await self.refresher.refresh(refresh_token, caller)
        except (RefusedError, ReusedError):
            return None, refresh_token  # no login that is alive
        return refreshed.verified.claims, refreshed.tokens.refresh or refresh_token

    async def _end_refreshes(self, refresh_token: str, latest: str, caller: Caller) -> None:
        try:
            await self.refresher.forget(refresh_token)
            with suppress(RefusedError):  # not alive any more, which is what was asked for
                async with self.queue.place(caller.client, caller.connection):
                    await self.cognito.revoke(latest)
        except LedgerUnavailableError as error:
            raise RevocationsUnavailableError from error
        except CognitoError as error:
            audit.record("revocation_failed", client=caller.address, why=str(error))
            raise

    def _revocation(self, claims: Mapping[str, object]) -> Revocation:
        """By the login where the token names one, else by the token, else by the user."""
        now = int(self.clock())
        for kind in (Kind.LOGIN, Kind.TOKEN, Kind.USER):
            value = claims.get(kind.value)
            if isinstance(value, str):
                break
        # As long as the longest token that can have come of it, however it was refreshed.
        return Revocation(kind, str(value), now, now + LONGEST_LIFETIME + LARGEST_LEEWAY)
