"""Protocols of this context's unit of work and repositories."""

from typing import Protocol

from src.contexts.products_catalog.core.domain.classification import Source
from src.contexts.products_catalog.core.domain.product import Product
from src.contexts.shared_kernel.services.unit_of_work import Repository
from src.contexts.shared_kernel.services.unit_of_work import UnitOfWork as AbstractUnitOfWork


class ProductRepository(Repository[Product], Protocol):
    """Products."""

    async def search_similar(self, name: str, limit: int = 20) -> list[Product]:
        """The products whose names look most like `name`, the most similar first; accents and case are ignored."""
        ...


class UnitOfWork(AbstractUnitOfWork):
    """A transaction over products and their sources."""

    products: ProductRepository
    sources: Repository[Source]
