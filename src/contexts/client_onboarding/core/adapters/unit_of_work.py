"""The unit of work of this context on SQLAlchemy."""

from sqlalchemy.ext.asyncio import AsyncSession

from src.contexts.client_onboarding.core.adapters.clients import RecipesClients
from src.contexts.client_onboarding.core.adapters.repositories import SqlForms, SqlResponses
from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.adapters.unit_of_work import EventSource, SqlUnitOfWork


class OnboardingUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """Forms, responses and the clients that responses name, in one transaction."""

    def _repositories(self, session: AsyncSession) -> tuple[EventSource, ...]:
        self.forms = SqlForms(session)
        self.responses = SqlResponses(session)
        self.clients = RecipesClients(session)
        return (self.forms, self.responses)
