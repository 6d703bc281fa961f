"""Products with round factors and nutrients, to reckon with by hand."""

from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.recipes_catalog.core.domain.recipe import RecipeContent
from src.contexts.shared_kernel.domain.measures import MeasureUnit
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts, NutriValue
from src.contexts.shared_kernel.domain.product_facts import ProductFacts

G, KG, ML, L, UN = (
    MeasureUnit.GRAM,
    MeasureUnit.KILOGRAM,
    MeasureUnit.MILLILITER,
    MeasureUnit.LITER,
    MeasureUnit.UNIT,
)


def facts(calories: float, protein: float, carbohydrate: float, total_fat: float) -> NutriFacts:
    grams = {"protein": protein, "carbohydrate": carbohydrate, "total_fat": total_fat}
    return NutriFacts(
        {"calories": NutriValue(calories, MeasureUnit.ENERGY)}
        | {name: NutriValue(value, MeasureUnit.GRAM) for name, value in grams.items()}
    )


# 100 g of cooked rice are 40 g of raw rice.
RICE = ProductFacts("rice", "Rice", "White rice", "Dry goods", facts(360, 7, 80, 1), cooking_factor=2.5)
# A banana of 120 g has 78 g to eat.
BANANA = ProductFacts("banana", "Banana", None, "Fruit", facts(90, 1, 23, 0), edible_yield=0.65, kg_per_unit=0.12)
# A liter of milk weighs 1.25 kg, to keep the numbers round.
MILK = ProductFacts("milk", "Milk", None, "Dairy", facts(60, 3, 5, 3), liters_per_kg=0.8)
# Half of the fish can be eaten, and of that a fifth is lost in the pan.
FISH = ProductFacts("fish", "Fish", None, "Fish", facts(100, 20, 0, 2), edible_yield=0.5, cooking_factor=0.8)
BREAD = ProductFacts("bread", "Bread")
PRODUCTS = {product.id: product for product in (RICE, BANANA, MILK, FISH, BREAD)}


def ingredient(
    product: ProductFacts | None, quantity: float, unit: MeasureUnit, position: int = 0, name: str = "Something"
) -> Ingredient:
    return Ingredient(
        product.name if product else name, quantity, unit, position, None, product.id if product else None
    )


def content(*ingredients: Ingredient, name: str = "Dish") -> RecipeContent:
    return RecipeContent(name=name, ingredients=ingredients)


def meal(author_id: str = "author") -> Meal:
    return Meal(id="meal", name="Lunch", author_id=author_id)
