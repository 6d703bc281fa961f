"""What is computed from ingredients, as JSON."""

from src.contexts.recipes_catalog.core.domain.nutrition import MacroPercentages, Nutrition
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.adapters.api_schemas.nutri_facts import ApiNutriFacts


class ApiMacroPercentages(ApiModel):
    """The shares of the energy from carbohydrate, protein and fat, 0 to 100."""

    carbohydrate: float
    protein: float
    total_fat: float

    @classmethod
    def from_domain(cls, shares: MacroPercentages) -> "ApiMacroPercentages":
        """The shares for a client."""
        return cls(carbohydrate=shares.carbohydrate, protein=shares.protein, total_fat=shares.total_fat)


def facts_of(nutrition: Nutrition) -> ApiNutriFacts | None:
    """The nutrients for a client."""
    return None if nutrition.facts is None else ApiNutriFacts.from_domain(nutrition.facts)


def macros_of(nutrition: Nutrition) -> ApiMacroPercentages | None:
    """The shares for a client."""
    shares = nutrition.macro_percentages
    return None if shares is None else ApiMacroPercentages.from_domain(shares)
