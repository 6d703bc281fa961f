"""What goes into a recipe."""

from collections.abc import Sequence
from dataclasses import dataclass

from src.contexts.shared_kernel.domain.errors import BadValue, ValidationFailed
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.rules import require_between, require_text

MAX_QUANTITY = 1_000_000
# Ingredients are measured in the other units; these belong to nutrients.
NOT_FOR_INGREDIENTS = frozenset({MeasureUnit.PERCENT, MeasureUnit.ENERGY, MeasureUnit.IU})


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A line of a recipe's list; `product_id` joins it to the catalogue, `full_text` is how the author wrote it."""

    name: str
    quantity: float
    unit: MeasureUnit
    position: int
    full_text: str | None = None
    product_id: str | None = None

    def __post_init__(self) -> None:
        require_text("name", self.name)
        require_between("quantity", self.quantity, 0, MAX_QUANTITY)
        if self.unit in NOT_FOR_INGREDIENTS:
            raise BadValue(f"An ingredient can't be measured in {self.unit}.")


def in_order(ingredients: Sequence[Ingredient]) -> tuple[Ingredient, ...]:
    """The ingredients by position; raises unless the positions are 0 to n-1, each once."""
    ordered = sorted(ingredients, key=lambda one: one.position)
    if [one.position for one in ordered] != list(range(len(ordered))):
        raise ValidationFailed.of("ingredients", "positions", "Positions count from 0 without gaps or repetitions.")
    return tuple(ordered)


def product_ids(ingredients: Sequence[Ingredient]) -> frozenset[str]:
    """The products that the ingredients name."""
    return frozenset(one.product_id for one in ingredients if one.product_id is not None)
