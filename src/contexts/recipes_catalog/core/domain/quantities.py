"""From the quantity of a recipe to kilograms, as bought, as eaten raw, and as served.

A recipe weighs and measures what is served: peeled and cooked. It counts whole pieces, as they are bought. So:
served = edible * cooking factor, edible = bought * edible yield.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.product_facts import ProductFacts

type Products = Mapping[str, ProductFacts]

KILOGRAMS: Mapping[MeasureUnit, float] = MappingProxyType(
    {
        MeasureUnit.KILOGRAM: 1.0,
        MeasureUnit.GRAM: 1e-3,
        MeasureUnit.MILLIGRAM: 1e-6,
        MeasureUnit.MICROGRAM: 1e-9,
    }
)
# Cups and spoons are the metric ones of nutrition labels.
LITERS: Mapping[MeasureUnit, float] = MappingProxyType(
    {
        MeasureUnit.LITER: 1.0,
        MeasureUnit.MILLILITER: 1e-3,
        MeasureUnit.CUP: 0.24,
        MeasureUnit.TABLESPOON: 0.015,
        MeasureUnit.TEASPOON: 0.005,
    }
)
PIECES = frozenset({MeasureUnit.UNIT, MeasureUnit.PIECE})

_SMALLEST_FACTOR = 1e-3


@dataclass(frozen=True, slots=True)
class Kilograms:
    """One quantity in its three states."""

    bought: float
    edible: float
    served: float


def kilograms(quantity: float, unit: MeasureUnit, product: ProductFacts | None) -> Kilograms | None:
    """The weight, None when the product (None: not from the catalogue) has no factor for the unit."""
    edible_share, cooked = yields(product)
    if unit in PIECES:
        weight = factor(product.kg_per_unit) if product else None
        if weight is None:
            return None
        bought = quantity * weight
        return Kilograms(bought, bought * edible_share, bought * edible_share * cooked)
    served = _served(quantity, unit, product)
    return None if served is None else Kilograms(served / cooked / edible_share, served / cooked, served)


def yields(product: ProductFacts | None) -> tuple[float, float]:
    """The edible share and the cooking factor; 1 for what is unknown."""
    if product is None:
        return 1.0, 1.0
    return factor(product.edible_yield) or 1.0, factor(product.cooking_factor) or 1.0


def factor(value: float | None) -> float | None:
    """The factor, None where the catalogue has a zero or next to it: the value is not known."""
    return value if value is not None and value >= _SMALLEST_FACTOR else None


def _served(quantity: float, unit: MeasureUnit, product: ProductFacts | None) -> float | None:
    if unit in KILOGRAMS:
        return quantity * KILOGRAMS[unit]
    liters_per_kg = factor(product.liters_per_kg) if product else None
    if unit in LITERS and liters_per_kg is not None:
        return quantity * LITERS[unit] / liters_per_kg
    return None
