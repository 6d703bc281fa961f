"""What a client sends to add products."""

import json
from typing import Annotated, Any
from uuid import UUID

from pydantic import Discriminator, Field, JsonValue, RootModel, StringConstraints, Tag, field_validator

from src.contexts.products_catalog.core.adapters.api_schemas.product import ApiScore
from src.contexts.products_catalog.core.domain.gtin import checked_gtin
from src.contexts.products_catalog.core.domain.product import Product
from src.contexts.shared_kernel.adapters.api_schemas.base import WHOLE, ApiRequest
from src.contexts.shared_kernel.adapters.api_schemas.nutri_facts import ApiNutriFacts
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.sources import new_id

MAX_PRODUCTS = 500
MAX_JSON_CHARACTERS = 20_000

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Words = Annotated[str, Field(max_length=200)]
Prose = Annotated[str, Field(max_length=5000)]
Factor = Annotated[float, Field(strict=True, gt=0, le=1_000_000)]


class ApiCreateProduct(ApiRequest):
    """A new product; only the name is required."""

    name: Name
    source_id: UUID | None = None
    is_food: bool = True
    shopping_name: Name | None = None
    store_department_name: Words | None = None
    recommended_brands_and_products: Prose | None = None
    edible_yield: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None
    kg_per_unit: Factor | None = None
    liters_per_kg: Factor | None = None
    nutrition_group: Words | None = None
    cooking_factor: Factor | None = None
    conservation_days: Annotated[int, Field(ge=0, le=36_500), WHOLE] | None = None
    substitutes: Prose | None = None
    barcode: Annotated[str, Field(description="A GTIN of 8, 12, 13 or 14 digits with its check digit.")] | None = None
    brand_id: UUID | None = None
    category_id: UUID | None = None
    parent_category_id: UUID | None = None
    food_group_id: UUID | None = None
    process_type_id: UUID | None = None
    score: ApiScore | None = None
    nutri_facts: ApiNutriFacts | None = None
    ingredients: Prose | None = None
    package_size: Factor | None = None
    package_size_unit: MeasureUnit | None = None
    image_url: Annotated[str, Field(max_length=2000, pattern=r"^https?://\S+$")] | None = None
    json_data: JsonValue = None

    @field_validator("barcode")
    @classmethod
    def check_barcode(cls, value: str | None) -> str | None:
        """The check digit fits."""
        return None if value is None else checked_gtin(value)

    @field_validator("json_data")
    @classmethod
    def limit_json_data(cls, value: JsonValue) -> JsonValue:
        """Not longer than a page of a list can bear."""
        if len(json.dumps(value)) > MAX_JSON_CHARACTERS:
            raise ValueError(f"json_data is longer than {MAX_JSON_CHARACTERS} characters.")
        return value

    def to_domain(self) -> Product:
        """A new product with a new id."""
        plain: dict[str, Any] = {
            name: str(value) if isinstance(value, UUID) else value
            for name, value in self
            if name not in ("score", "nutri_facts")
        }
        return Product(
            id=new_id(),
            **plain,
            score=self.score.to_domain() if self.score else None,
            nutri_facts=self.nutri_facts.to_domain() if self.nutri_facts else None,
        )


# A plain union would report the faults of a product twice: once as a product, and once as not being a list.
def _shape(value: object) -> str:
    return "products" if isinstance(value, list) else "product"


OneProduct = Annotated[ApiCreateProduct, Tag("product")]
ManyProducts = Annotated[
    list[ApiCreateProduct], Field(min_length=1, max_length=MAX_PRODUCTS, fail_fast=True), Tag("products")
]


class ApiCreateProducts(RootModel[Annotated[OneProduct | ManyProducts, Discriminator(_shape)]]):
    """One product or a list of products."""

    def to_domain(self) -> tuple[Product, ...]:
        """New products in the order in which they were sent."""
        products = self.root if isinstance(self.root, list) else [self.root]
        return tuple(product.to_domain() for product in products)
