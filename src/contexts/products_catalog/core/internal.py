"""What the catalogue answers to other contexts, by a call and not over HTTP."""

from collections.abc import Iterable
from dataclasses import dataclass

from src.contexts.products_catalog.core.adapters.unit_of_work import ProductsUnitOfWork
from src.contexts.products_catalog.core.bootstrap.seed import seeded_product_id
from src.contexts.products_catalog.core.domain.product import Product
from src.contexts.shared_kernel.adapters.database import SessionFactory
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts

__all__ = ["ProductFacts", "get_products", "seeded_product_id"]


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What cooking and shopping need to know of a product; `nutri_facts` are those of 100 g or 100 ml."""

    id: str
    name: str
    shopping_name: str | None
    store_department_name: str | None
    nutri_facts: NutriFacts | None
    edible_yield: float | None
    kg_per_unit: float | None
    liters_per_kg: float | None
    cooking_factor: float | None


async def get_products(product_ids: Iterable[str], session_factory: SessionFactory) -> dict[str, ProductFacts]:
    """Those of the products that exist, by id, read in one statement."""
    async with ProductsUnitOfWork(session_factory) as uow:
        products = await uow.products.get_many(list(product_ids))
    return {product.id: _facts(product) for product in products}


def _facts(product: Product) -> ProductFacts:
    return ProductFacts(
        id=product.id,
        name=product.name,
        shopping_name=product.shopping_name,
        store_department_name=product.store_department_name,
        nutri_facts=product.nutri_facts,
        edible_yield=product.edible_yield,
        kg_per_unit=product.kg_per_unit,
        liters_per_kg=product.liters_per_kg,
        cooking_factor=product.cooking_factor,
    )
