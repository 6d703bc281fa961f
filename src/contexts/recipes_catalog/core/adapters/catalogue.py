"""The product catalogue, asked through its internal endpoint."""

from collections.abc import Iterable
from dataclasses import dataclass

from src.contexts.products_catalog.core.internal import get_products
from src.contexts.shared_kernel.adapters.database import SessionFactory
from src.contexts.shared_kernel.domain.product_facts import ProductFacts


@dataclass(frozen=True, slots=True)
class ProductsCatalogue:
    """Products by id, on a connection of their own."""

    session_factory: SessionFactory

    async def get_products(self, product_ids: Iterable[str]) -> dict[str, ProductFacts]:
        """Those of the products that exist; without an id there is no query."""
        wanted = frozenset(product_ids)
        return await get_products(wanted, self.session_factory) if wanted else {}
