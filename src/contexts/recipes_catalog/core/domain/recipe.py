"""Recipes; each stands inside a meal and has the meal's author."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient, in_order, product_ids
from src.contexts.recipes_catalog.core.domain.labels import Labels, labels_of, tags_of
from src.contexts.recipes_catalog.core.domain.nutrition import (
    MacroPercentages,
    Nutrition,
    nutrition_of_ingredients,
)
from src.contexts.recipes_catalog.core.domain.product import Products
from src.contexts.recipes_catalog.core.domain.rating import Rating, average
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import FieldError, ValidationFailed
from src.contexts.shared_kernel.domain.measures import Privacy
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts
from src.contexts.shared_kernel.domain.tag import Tag

RECIPE = "recipe"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeContent:
    """What an author writes; `total_time` is in minutes."""

    name: str
    instructions: str = ""
    ingredients: tuple[Ingredient, ...] = ()
    description: str | None = None
    utensils: str | None = None
    total_time: int | None = None
    notes: str | None = None
    labels: Labels = ()
    privacy: Privacy = Privacy.PRIVATE
    image_url: str | None = None

    def changes(self) -> dict[str, Any]:
        """Everything, as the changes that make another recipe say the same."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


CONTENT_FIELDS = frozenset(one.name for one in fields(RecipeContent))


@dataclass(slots=True, kw_only=True, eq=False)
class Recipe(Entity):
    """How to cook a dish; nutrition is that of the whole dish, from its products and their yields."""

    name: str
    author_id: str
    meal_id: str
    instructions: str = ""
    ingredients: tuple[Ingredient, ...] = ()
    description: str | None = None
    utensils: str | None = None
    total_time: int | None = None
    notes: str | None = None
    tags: tuple[Tag, ...] = ()
    privacy: Privacy = Privacy.PRIVATE
    image_url: str | None = None
    nutri_facts: NutriFacts | None = None
    weight_in_grams: float | None = None
    ratings: tuple[Rating, ...] = field(default=())

    @property
    def nutrition(self) -> Nutrition:
        """The nutrients and the weight together."""
        return Nutrition(self.nutri_facts, self.weight_in_grams)

    @property
    def calorie_density(self) -> float | None:
        """kcal per 100 g."""
        return self.nutrition.calorie_density

    @property
    def macro_percentages(self) -> MacroPercentages | None:
        """Where the energy comes from."""
        return self.nutrition.macro_percentages

    @property
    def average_taste_rating(self) -> float | None:
        """The mean of all ratings, None without any."""
        return average(rating.taste for rating in self.ratings)

    @property
    def average_convenience_rating(self) -> float | None:
        """The mean of all ratings, None without any."""
        return average(rating.convenience for rating in self.ratings)

    @property
    def content(self) -> RecipeContent:
        """What the author wrote, for a copy."""
        plain = {name: getattr(self, name) for name in CONTENT_FIELDS - {"labels"}}
        return RecipeContent(**plain, labels=labels_of(self.tags))

    def change(self, changes: Mapping[str, Any], products: Products) -> None:
        """Set the given fields of `RecipeContent`, and compute what follows from them."""
        for name in CONTENT_FIELDS & changes.keys() - {"labels", "ingredients"}:
            setattr(self, name, changes[name])
        if "labels" in changes:
            self.tags = tags_of(changes["labels"], self.author_id, RECIPE)
        if "ingredients" in changes:
            self._use(in_order(changes["ingredients"]), products)

    def rate(self, rating: Rating) -> None:
        """Add a user's rating, in place of the one that he gave before."""
        others = tuple(one for one in self.ratings if one.user_id != rating.user_id)
        self.ratings = (*others, rating)

    def _use(self, ingredients: tuple[Ingredient, ...], products: Products) -> None:
        _require_products(ingredients, products)
        nutrition = nutrition_of_ingredients(ingredients, products)
        self.ingredients = ingredients
        self.nutri_facts, self.weight_in_grams = nutrition.facts, nutrition.weight_in_grams


def _require_products(ingredients: tuple[Ingredient, ...], products: Products) -> None:
    missing = product_ids(ingredients) - products.keys()
    errors = tuple(
        FieldError(f"ingredients.{one.position}.product_id", "unknown_product", "There is no such product.")
        for one in ingredients
        if one.product_id in missing
    )
    if errors:
        raise ValidationFailed("A recipe names products that do not exist.", errors)
