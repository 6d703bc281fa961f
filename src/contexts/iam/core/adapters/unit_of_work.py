"""The unit of work of this context on SQLAlchemy."""

from sqlalchemy.ext.asyncio import AsyncSession

from src.contexts.iam.core.adapters.repositories import SqlUsers
from src.contexts.iam.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.adapters.unit_of_work import EventSource, SqlUnitOfWork


class IamUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """Users in one transaction."""

    def _repositories(self, session: AsyncSession) -> tuple[EventSource, ...]:
        self.users = SqlUsers(session)
        return (self.users,)
