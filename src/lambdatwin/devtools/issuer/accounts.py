"""The people who can log in to the local issuer: those that the seed puts into IAM."""

from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest

# Known to everybody who reads this: the issuer refuses to run in production.
LOCAL_PASSWORD = "local-password"  # noqa: S105
ADMINISTRATOR_ID = "11111111-1111-4111-8111-111111111111"
PLAIN_USER_ID = "22222222-2222-4222-8222-222222222222"


@dataclass(frozen=True, slots=True)
class Account:
    """`sub` is the user's id in IAM."""

    sub: str
    username: str
    groups: tuple[str, ...] = ()


SEEDED = (Account(ADMINISTRATOR_ID, "administrator", ("administrators",)), Account(PLAIN_USER_ID, "user"))


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts share one password, if they have any."""

    accounts: Sequence[Account] = SEEDED
    password: str = LOCAL_PASSWORD

    def named(self, name: str) -> Account | None:
        """The account of a user name or an id."""
        return next((account for account in self.accounts if name in (account.username, account.sub)), None)

    def log_in(self, name: str, password: str) -> Account | None:
        """The account, if that is its password."""
        right = compare_digest(password.encode(), self.password.encode())
        return self.named(name) if right else None
