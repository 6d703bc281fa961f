"""Products: foods, and what else is bought with them."""

from dataclasses import dataclass
from typing import Any

from src.contexts.products_catalog.core.domain.gtin import checked_gtin
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts
from src.contexts.shared_kernel.domain.rules import require_between, require_positive, require_text


@dataclass(frozen=True, slots=True)
class Score:
    """How good a product is, 0 to 100: by its ingredients, by its nutrients, and altogether."""

    final: float | None = None
    ingredients: float | None = None
    nutrients: float | None = None

    def __post_init__(self) -> None:
        for name in ("final", "ingredients", "nutrients"):
            require_between(name, getattr(self, name), 0, 100)


@dataclass(slots=True, kw_only=True, eq=False)
class Product(Entity):
    """A product of one source; `nutri_facts` are those of 100 g or 100 ml. Raises `BadValue` for a value out of bounds.

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

    def __post_init__(self) -> None:
        require_text("name", self.name)
        require_text("shopping_name", self.shopping_name)
        require_between("edible_yield", self.edible_yield, 0, 1)
        for name in ("kg_per_unit", "liters_per_kg", "cooking_factor", "package_size"):
            require_positive(name, getattr(self, name))
        require_between("conservation_days", self.conservation_days, 0)
        if self.barcode is not None:
            checked_gtin(self.barcode)
