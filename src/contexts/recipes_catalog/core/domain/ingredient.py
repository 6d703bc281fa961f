"""What goes into a recipe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from src.contexts.shared_kernel.domain.errors import ValidationFailed
from src.contexts.shared_kernel.domain.measures import MeasureUnit


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A line of a recipe's list; `product_id` joins it to the catalogue, `full_text` is how the author wrote it."""

    name: str
    quantity: float
    unit: MeasureUnit
    position: int
    full_text: str | None = None
    product_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "name": self.name,
            "quantity": self.quantity,
            "unit": self.unit.value,
            "position": self.position,
            "full_text": self.full_text,
            "product_id": self.product_id,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        name, quantity, unit = data["name"], data["quantity"], MeasureUnit(data["unit"])
        return cls(name, quantity, unit, data["position"], data.get("full_text"), data.get("product_id"))


def in_order(ingredients: Sequence[Ingredient]) -> tuple[Ingredient, ...]:
    """The ingredients by position; raises unless the positions are 0 to n-1, each once."""
    ordered = sorted(ingredients, key=lambda one: one.position)
    if [one.position for one in ordered] != list(range(len(ordered))):
        raise ValidationFailed.of("ingredients", "positions", "Positions count from 0 without gaps or repetitions.")
    return tuple(ordered)


def product_ids(ingredients: Sequence[Ingredient]) -> frozenset[str]:
    """The products that the ingredients name."""
    return frozenset(one.product_id for one in ingredients if one.product_id is not None)
