"""Products: foods, and what else is bought with them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts


@dataclass(frozen=True, slots=True)
class Score:
    """How good a product is, 0 to 100: by its ingredients, by its nutrients, and altogether."""

    final: float | None = None
    ingredients: float | None = None
    nutrients: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        return cls(**data)


@dataclass(slots=True, kw_only=True, eq=False)
class Product(Entity):
    """A product of one source; `nutri_facts` are those of 100 g or 100 ml.

    Factors: `edible_yield` is the share that can be eaten, `kg_per_unit` the weight of one piece, `liters_per_kg` the
    volume of a kilogram, `cooking_factor` the cooked weight of a kilogram.
    """

    name: str
    source_id: str | None = None
    is_food: bool = True
    shopping_name: str | None = None
    store_department_name: str | None = None
    recommended_brands_and_products: str | None = None
    edible_yield: float | None = None
    kg_per_unit: float | None = None
    liters_per_kg: float | None = None
    nutrition_group: str | None = None
    cooking_factor: float | None = None
    conservation_days: int | None = None
    substitutes: str | None = None
    barcode: str | None = None
    brand_id: str | None = None
    category_id: str | None = None
    parent_category_id: str | None = None
    food_group_id: str | None = None
    process_type_id: str | None = None
    score: Score | None = None
    nutri_facts: NutriFacts | None = None
    ingredients: str | None = None
    package_size: float | None = None
    package_size_unit: MeasureUnit | None = None
    image_url: str | None = None
    json_data: Any = None
