"""The unit of work of this context on SQLAlchemy."""

from sqlalchemy.ext.asyncio import AsyncSession

from src.contexts.recipes_catalog.core.adapters.catalogue import ProductsCatalogue
from src.contexts.recipes_catalog.core.adapters.client_repositories import SqlClients, SqlMenus, SqlTags
from src.contexts.recipes_catalog.core.adapters.meal_repositories import SqlMeals, SqlRecipes
from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.adapters.database import SessionFactory
from src.contexts.shared_kernel.adapters.unit_of_work import EventSource, SqlUnitOfWork


class RecipesUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """All repositories of this context in one transaction."""

    def __init__(self, session_factory: SessionFactory) -> None:
        super().__init__(session_factory)
        self.catalogue = ProductsCatalogue(session_factory)

    def _repositories(self, session: AsyncSession) -> tuple[EventSource, ...]:
        self.meals = SqlMeals(session)
        self.recipes = SqlRecipes(session)
        self.clients = SqlClients(session)
        self.menus = SqlMenus(session)
        self.tags = SqlTags(session)
        return (self.meals, self.recipes, self.clients, self.menus, self.tags)
