"""What IAM answers to other contexts, by a call and not over HTTP."""

from dataclasses import dataclass

from src.contexts.iam.core.adapters.unit_of_work import IamUnitOfWork
from src.contexts.iam.core.services.listeners import on_access_lost, on_user_changed
from src.contexts.shared_kernel.adapters.database import SessionFactory, lambda_session_factory
from src.contexts.shared_kernel.domain.seed_user import SeedUser

__all__ = ["IamUsers", "get_user", "on_access_lost", "on_user_changed"]


async def get_user(
    user_id: str, caller_context: str, *, session_factory: SessionFactory | None = None
) -> SeedUser | None:
    """The user with only the roles of the calling context, None for a stranger.

    Raises `DependencyUnavailable` when the database does not answer.
    """
    async with IamUnitOfWork(session_factory or lambda_session_factory()) as uow:
        return await uow.users.seed_user(user_id, caller_context)


@dataclass(frozen=True, slots=True)
class IamUsers:
    """IAM as the authentication middleware's port to users; without a session factory, Lambda's."""

    session_factory: SessionFactory | None = None

    async def get_user(self, user_id: str, caller_context: str) -> SeedUser | None:
        """See `get_user` above."""
        return await get_user(user_id, caller_context, session_factory=self.session_factory)
