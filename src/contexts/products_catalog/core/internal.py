"""What the catalogue answers to other contexts, by a call and not over HTTP."""

from collections.abc import Iterable
from dataclasses import fields

from src.contexts.products_catalog.core.adapters.unit_of_work import ProductsUnitOfWork
from src.contexts.products_catalog.core.domain.product import Product
from src.contexts.shared_kernel.adapters.database import SessionFactory
from src.contexts.shared_kernel.domain.product_facts import ProductFacts

__all__ = ["get_products"]

_NAMES = tuple(field.name for field in fields(ProductFacts))


async def get_products(product_ids: Iterable[str], session_factory: SessionFactory) -> dict[str, ProductFacts]:
    """Those of the products that exist, by id, read in one statement."""
    async with ProductsUnitOfWork(session_factory) as uow:
        products = await uow.products.get_many(list(product_ids))
    return {product.id: _facts(product) for product in products}


def _facts(product: Product) -> ProductFacts:
    return ProductFacts(**{name: getattr(product, name) for name in _NAMES})
