"""Products as products_catalog tells other contexts of them."""

from dataclasses import dataclass

from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What cooking and shopping need to know of a product; `nutri_facts` are those of 100 g of its edible part, raw.

    Factors: `edible_yield` is the share that can be eaten, `kg_per_unit` the weight of one whole piece,
    `liters_per_kg` the volume of a kilogram, `cooking_factor` the cooked weight of a kilogram.
    """

    id: str
    name: str
    shopping_name: str | None = None
    store_department_name: str | None = None
    nutri_facts: NutriFacts | None = None
    edible_yield: float | None = None
    kg_per_unit: float | None = None
    liters_per_kg: float | None = None
    cooking_factor: float | None = None
