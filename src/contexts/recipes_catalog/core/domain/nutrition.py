"""Nutrition of a dish: nutrients, weight as served, and the shares of its energy."""

from collections.abc import Iterable
from dataclasses import dataclass

from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient
from src.contexts.recipes_catalog.core.domain.quantities import Products, kilograms
from src.contexts.shared_kernel.domain.errors import BadValue
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts, total

# Energy of a gram (Atwater's general factors).
_KCAL_PER_GRAM = {"carbohydrate": 4.0, "protein": 4.0, "total_fat": 9.0}
_GRAMS_PER_KG = 1000.0
_MOST = 1e9


@dataclass(frozen=True, slots=True)
class MacroPercentages:
    """The shares of the energy that come from the macronutrients, 0 to 100."""

    carbohydrate: float
    protein: float
    total_fat: float


@dataclass(frozen=True, slots=True)
class Nutrition:
    """Nutrients of the whole dish and its weight as served; None is unknown."""

    facts: NutriFacts | None = None
    weight_in_grams: float | None = None

    @property
    def calorie_density(self) -> float | None:
        """kcal per 100 g."""
        calories = self.amount("calories")
        return calories * 100 / self.weight_in_grams if calories is not None and self.weight_in_grams else None

    @property
    def macro_percentages(self) -> MacroPercentages | None:
        """Where the energy comes from; None when no macronutrient is known, or all are zero."""
        energy = {name: (self.amount(name) or 0.0) * kcal for name, kcal in _KCAL_PER_GRAM.items()}
        whole = sum(energy.values())
        return MacroPercentages(**{name: 100 * kcal / whole for name, kcal in energy.items()}) if whole > 0 else None

    def amount(self, nutrient: str) -> float | None:
        """The amount of a nutrient in its own unit, None when unknown."""
        return self.facts.amount(nutrient) if self.facts else None


def nutrition_of_ingredients(ingredients: Iterable[Ingredient], products: Products) -> Nutrition:
    """The sum over the ingredients; what has no weight, or comes from no product, adds nothing that is known."""
    facts, weights = [], []
    for ingredient in ingredients:
        product = products.get(ingredient.product_id) if ingredient.product_id else None
        weight = kilograms(ingredient.quantity, ingredient.unit, product)
        if weight is None:
            continue
        weights.append(weight.served * _GRAMS_PER_KG)
        if product and product.nutri_facts:
            facts.append(product.nutri_facts.scaled(weight.edible * _GRAMS_PER_KG / 100))
    return _plausible(Nutrition(total(facts) if facts else None, sum(weights) if weights else None))


def combined(parts: Iterable[Nutrition]) -> Nutrition:
    """The nutrition of several dishes together."""
    known = list(parts)
    facts = [part.facts for part in known if part.facts is not None]
    weights = [part.weight_in_grams for part in known if part.weight_in_grams is not None]
    return _plausible(Nutrition(total(facts) if facts else None, sum(weights) if weights else None))


def _plausible(nutrition: Nutrition) -> Nutrition:
    amounts = [amount.value for amount in nutrition.facts.values.values()] if nutrition.facts else []
    if any(amount > _MOST for amount in (*amounts, nutrition.weight_in_grams or 0)):
        raise BadValue("The ingredients amount to more than can be cooked.")
    return nutrition
