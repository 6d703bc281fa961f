"""Response schemas of recipes."""

from datetime import datetime

from src.contexts.recipes_catalog.core.adapters.api_schemas.nutrition import ApiMacroPercentages
from src.contexts.recipes_catalog.core.domain.recipe import Recipe
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.adapters.api_schemas.nutri_facts import FactsOfThing
from src.contexts.shared_kernel.adapters.api_schemas.tag import ApiTag
from src.contexts.shared_kernel.domain.measures import MeasureUnit, Privacy


class ApiIngredient(ApiModel):
    """A line of the list of ingredients."""

    name: str
    quantity: float
    unit: MeasureUnit
    position: int
    full_text: str | None
    product_id: str | None


class ApiRating(ApiModel):
    """A user's rating, 0 to 5."""

    user_id: str
    recipe_id: str
    taste: int
    convenience: int
    comment: str | None


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
    nutri_facts: FactsOfThing | None
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
        return cls.model_validate(recipe, from_attributes=True)
