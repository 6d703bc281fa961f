"""Response schemas of meals."""

from datetime import datetime

from src.contexts.recipes_catalog.core.adapters.api_schemas.nutrition import ApiMacroPercentages
from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe import ApiRecipe
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.recipes_catalog.core.domain.policies import recipe_access
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.adapters.api_schemas.nutri_facts import FactsOfThing
from src.contexts.shared_kernel.adapters.api_schemas.tag import ApiTag
from src.contexts.shared_kernel.domain.seed_user import SeedUser

_PLAIN_FIELDS = (
    "id",
    "name",
    "author_id",
    "menu_id",
    "tags",
    "description",
    "notes",
    "like",
    "image_url",
    "created_at",
    "updated_at",
    "version",
)


class ApiMeal(ApiModel):
    """A meal; nutrients and weight are the sums over its recipes, `calorie_density` is kcal per 100 g."""

    id: str
    name: str
    author_id: str
    menu_id: str | None
    recipes: list[ApiRecipe]
    tags: list[ApiTag]
    description: str | None
    notes: str | None
    like: bool | None
    image_url: str | None
    nutri_facts: FactsOfThing | None
    weight_in_grams: float | None
    calorie_density: float | None
    macro_percentages: ApiMacroPercentages | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def from_domain(cls, meal: Meal, reader: SeedUser) -> "ApiMeal":
        """The meal for a reader, with the recipes that the reader may see."""
        access = recipe_access(reader)
        nutrition = meal.nutrition
        shown = {
            **{name: getattr(meal, name) for name in _PLAIN_FIELDS},
            "recipes": [recipe for recipe in meal.recipes if access.may_see(recipe)],
            "nutri_facts": nutrition.facts,
            "weight_in_grams": nutrition.weight_in_grams,
            "calorie_density": nutrition.calorie_density,
            "macro_percentages": nutrition.macro_percentages,
        }
        return cls.model_validate(shown, from_attributes=True)
