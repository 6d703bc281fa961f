"""The product catalogue, asked through its internal endpoint."""

from collections.abc import Iterable
from dataclasses import dataclass

from src.contexts.products_catalog.core.internal import ProductFacts, get_products
from src.contexts.recipes_catalog.core.domain.product import Product
from src.contexts.shared_kernel.adapters.database import SessionFactory


@dataclass(frozen=True, slots=True)
class ProductsCatalogue:
    """Products by id, on a connection of their own."""

    session_factory: SessionFactory

    async def get_products(self, product_ids: Iterable[str]) -> dict[str, Product]:
        """Those of the products that exist; none asked for, nothing asked."""
        wanted = frozenset(product_ids)
        if not wanted:
            return {}
        found = await get_products(wanted, self.session_factory)
        return {one.id: _product(one) for one in found.values()}


def _product(facts: ProductFacts) -> Product:
    return Product(
        id=facts.id,
        name=facts.name,
        shopping_name=facts.shopping_name,
        store_department_name=facts.store_department_name,
        nutri_facts=facts.nutri_facts,
        edible_yield=facts.edible_yield,
        kg_per_unit=facts.kg_per_unit,
        liters_per_kg=facts.liters_per_kg,
        cooking_factor=facts.cooking_factor,
    )
