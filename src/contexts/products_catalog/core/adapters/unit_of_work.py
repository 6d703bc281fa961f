"""The unit of work of this context on SQLAlchemy."""

from sqlalchemy.ext.asyncio import AsyncSession

from src.contexts.products_catalog.core.adapters.repositories import SqlProducts, SqlSources
from src.contexts.products_catalog.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.adapters.unit_of_work import EventSource, SqlUnitOfWork


class ProductsUnitOfWork(SqlUnitOfWork, UnitOfWork):
    """Products and sources in one transaction."""

    def _repositories(self, session: AsyncSession) -> tuple[EventSource, ...]:
        self.products = SqlProducts(session)
        self.sources = SqlSources(session)
        return (self.products, self.sources)
