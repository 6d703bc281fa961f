"""Recipes as JSON, for the one who reads them."""

from datetime import datetime

from src.contexts.recipes_catalog.core.adapters.api_schemas.nutrition import ApiMacroPercentages, facts_of, macros_of
from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient
from src.contexts.recipes_catalog.core.domain.rating import Rating
from src.contexts.recipes_catalog.core.domain.recipe import Recipe
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.adapters.api_schemas.nutri_facts import ApiNutriFacts
from src.contexts.shared_kernel.adapters.api_schemas.tag import ApiTag
from src.contexts.shared_kernel.domain.measures import MeasureUnit, Privacy

_PLAIN_FIELDS = (
    "id",
    "name",
    "instructions",
    "author_id",
    "meal_id",
    "description",
    "utensils",
    "total_time",
    "notes",
    "privacy",
    "weight_in_grams",
    "image_url",
    "average_taste_rating",
    "average_convenience_rating",
    "created_at",
    "updated_at",
    "version",
)


class ApiIngredient(ApiModel):
    """A line of the list of ingredients."""

    name: str
    quantity: float
    unit: MeasureUnit
    position: int
    full_text: str | None
    product_id: str | None

    @classmethod
    def from_domain(cls, ingredient: Ingredient) -> "ApiIngredient":
        """The ingredient for a client."""
        return cls(**{name: getattr(ingredient, name) for name in cls.model_fields})


class ApiRating(ApiModel):
    """A user's rating, 0 to 5."""

    user_id: str
    recipe_id: str
    taste: int
    convenience: int
    comment: str | None

    @classmethod
    def from_domain(cls, rating: Rating) -> "ApiRating":
        """The rating for a client."""
        return cls(**{name: getattr(rating, name) for name in cls.model_fields})


class ApiRecipe(ApiModel):
    """A recipe; nutrients and weight are those of the whole dish as served, `calorie_density` is kcal per 100 g."""

    id: str
    name: str
    instructions: str
    author_id: str
    meal_id: str
    ingredients: list[ApiIngredient]
    description: str | None
    utensils: str | None
    total_time: int | None
    notes: str | None
    tags: list[ApiTag]
    privacy: Privacy
    ratings: list[ApiRating]
    nutri_facts: ApiNutriFacts | None
    weight_in_grams: float | None
    calorie_density: float | None
    macro_percentages: ApiMacroPercentages | None
    image_url: str | None
    average_taste_rating: float | None
    average_convenience_rating: float | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def from_domain(cls, recipe: Recipe) -> "ApiRecipe":
        """The recipe for a client."""
        nutrition = recipe.nutrition
        return cls(
            **{name: getattr(recipe, name) for name in _PLAIN_FIELDS},
            ingredients=[ApiIngredient.from_domain(one) for one in recipe.ingredients],
            tags=[ApiTag.from_domain(tag) for tag in recipe.tags],
            ratings=[ApiRating.from_domain(rating) for rating in recipe.ratings],
            nutri_facts=facts_of(nutrition),
            calorie_density=nutrition.calorie_density,
            macro_percentages=macros_of(nutrition),
        )
