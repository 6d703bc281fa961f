"""What can be done with products."""

from dataclasses import dataclass

from src.contexts.products_catalog.core.domain.product import Product
from src.contexts.shared_kernel.domain.commands import Command


@dataclass(frozen=True, slots=True)
class AddProducts(Command):
    """Add all of these products, or none."""

    products: tuple[Product, ...]

    @property
    def product_ids(self) -> list[str]:
        """The ids of the products, in their order."""
        return [product.id for product in self.products]
