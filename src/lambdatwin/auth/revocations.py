"""Who is no longer let in although his token still verifies: logins (`origin_jti`), tokens (`jti`), users (`sub`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """The claim that a revocation names."""

    LOGIN = "origin_jti"
    TOKEN = "jti"  # noqa: S105 - the name of a claim
    USER = "sub"


@dataclass(frozen=True, slots=True)
class Revocation:
    """`revoked_at` and `expires_at` are seconds of the epoch; after the latter no token that it meant is alive."""

    kind: Kind
    value: str
    revoked_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class DenyList:
    """All revocations of a moment, ready to be asked. Users map to when they were revoked."""

    logins: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    users: Mapping[str, int] = field(default_factory=dict)

    def denies(self, claims: Mapping[str, object]) -> bool:
        """Whether the login, the token or the user behind these verified claims was revoked."""
        if claims.get("origin_jti") in self.logins or claims.get("jti") in self.tokens:
            return True
        return self.users != {} and self._denies_user(claims)

    def _denies_user(self, claims: Mapping[str, object]) -> bool:
        """A user who logs in again is let in again. A refreshed token keeps the time of its login: `auth_time`."""
        revoked_at = self.users.get(str(claims.get("sub")))
        login = claims.get("auth_time", claims.get("iat"))
        return revoked_at is not None and isinstance(login, int) and login <= revoked_at


def deny_list(revocations: list[Revocation]) -> DenyList:
    """The list of these revocations."""
    return DenyList(
        logins=frozenset(one.value for one in revocations if one.kind is Kind.LOGIN),
        tokens=frozenset(one.value for one in revocations if one.kind is Kind.TOKEN),
        users={one.value: one.revoked_at for one in revocations if one.kind is Kind.USER},
    )


class RevocationCheck(Protocol):
    """What the door asks about every token, cached verdict or not."""

    def denies_now(self, claims: Mapping[str, object]) -> bool | None:
        """The answer of the local copy; None when that is too old, or does not hold everything."""

    async def denies(self, claims: Mapping[str, object]) -> bool:
        """The answer; raises `RevocationsUnavailableError` when nobody can give one."""


class RevocationsUnavailableError(Exception):
    """The deny-list could not be read, and what is known of it is too old."""


@dataclass(frozen=True, slots=True)
class NothingRevoked:
    """For a door without a database: tests, and the command line."""

    def denies_now(self, claims: Mapping[str, object]) -> bool | None:
        """Nothing is."""
        return False

    async def denies(self, claims: Mapping[str, object]) -> bool:
        """Nothing is."""
        return False
