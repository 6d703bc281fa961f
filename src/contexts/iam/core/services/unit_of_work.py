"""What the services of this context need of storage."""

from collections.abc import Iterable
from typing import Protocol

from src.contexts.iam.core.domain.user import User
from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.contexts.shared_kernel.services.unit_of_work import Repository
from src.contexts.shared_kernel.services.unit_of_work import UnitOfWork as AbstractUnitOfWork


class UserRepository(Repository[User], Protocol):
    """Users."""

    async def seed_user(self, user_id: str, context: str) -> SeedUser | None:
        """The user with the roles of one context, or None for a stranger."""
        ...

    async def find_losing(self, user_id: str) -> User | None:
        """The user, deleted or not, if marked with `access_lost`; no other transaction changes it before this ends."""
        ...

    async def forget_loss(self, user_id: str) -> None:
        """Take the mark away; that counts no version."""
        ...

    async def lock_administrators(self, contexts: Iterable[str]) -> dict[str, frozenset[str]]:
        """The ids of each context's administrators; no other transaction changes these before this one ends."""
        ...


class UnitOfWork(AbstractUnitOfWork):
    """A transaction over users."""

    users: UserRepository
