"""Response schemas of products."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, JsonValue

from src.contexts.products_catalog.core.domain.product import Product, Score
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.adapters.api_schemas.nutri_facts import FactsOfThing
from src.contexts.shared_kernel.domain.measures import MeasureUnit


class ApiScore(ApiModel):
    """How good a product is, 0 to 100."""

    final: Annotated[float, Field(strict=True, ge=0, le=100)] | None = None
    ingredients: Annotated[float, Field(strict=True, ge=0, le=100)] | None = None
    nutrients: Annotated[float, Field(strict=True, ge=0, le=100)] | None = None

    def to_domain(self) -> Score:
        """The score that a client sent."""
        return Score(final=self.final, ingredients=self.ingredients, nutrients=self.nutrients)


class ApiProduct(ApiModel):
    """A product; nutrition facts are those of 100 g or 100 ml."""

    id: str
    name: str
    source_id: str | None
    is_food: bool
    shopping_name: str | None
    store_department_name: str | None
    recommended_brands_and_products: str | None
    edible_yield: float | None
    kg_per_unit: float | None
    liters_per_kg: float | None
    nutrition_group: str | None
    cooking_factor: float | None
    conservation_days: int | None
    substitutes: str | None
    barcode: str | None
    brand_id: str | None
    category_id: str | None
    parent_category_id: str | None
    food_group_id: str | None
    process_type_id: str | None
    score: ApiScore | None
    nutri_facts: FactsOfThing | None
    ingredients: str | None
    package_size: float | None
    package_size_unit: MeasureUnit | None
    image_url: str | None
    json_data: JsonValue
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def from_domain(cls, product: Product) -> "ApiProduct":
        """The product for a client."""
        return cls.model_validate(product, from_attributes=True)
