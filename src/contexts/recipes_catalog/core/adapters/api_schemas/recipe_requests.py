"""What clients send to write, change, copy and rate recipes."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from src.contexts.recipes_catalog.core.adapters.api_schemas.fields import (
    AuthorId,
    ImageUrl,
    LongProse,
    Minutes,
    Name,
    Prose,
    Version,
    text_or_none,
)
from src.contexts.recipes_catalog.core.adapters.api_schemas.label import ApiLabel
from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe_content import (
    MAX_INGREDIENTS,
    ApiIngredientInput,
    content_changes,
    content_of,
)
from src.contexts.recipes_catalog.core.domain.commands import CopyRecipe, CreateRecipe, RateRecipe, UpdateRecipe
from src.contexts.recipes_catalog.core.domain.policies import RecipeAccess
from src.contexts.recipes_catalog.core.domain.recipe import RecipeChanges
from src.contexts.shared_kernel.adapters.api_schemas.base import WHOLE, ApiModel, ApiRequest
from src.contexts.shared_kernel.domain.measures import Privacy

Points = Annotated[int, Field(ge=0, le=5), WHOLE]


class ApiCreateRecipe(ApiRequest):
    """A new recipe for a meal."""

    meal_id: UUID
    name: Name
    instructions: LongProse = ""
    ingredients: Annotated[tuple[ApiIngredientInput, ...], Field(max_length=MAX_INGREDIENTS, fail_fast=True)] = ()
    description: Prose | None = None
    utensils: Prose | None = None
    total_time: Annotated[Minutes, Field(description="In minutes.")] | None = None
    notes: Prose | None = None
    tags: Annotated[tuple[ApiLabel, ...], Field(max_length=50, fail_fast=True)] = ()
    privacy: Privacy = Privacy.PRIVATE
    image_url: ImageUrl | None = None

    def to_domain(self, access: RecipeAccess) -> CreateRecipe:
        """The command."""
        return CreateRecipe(meal_id=str(self.meal_id), access=access, content=content_of(self))


class ApiRecipeChanges(ApiRequest):
    """The fields of a recipe to change; what is not sent stays. A recipe can't move to another meal."""

    id: UUID | None = None
    meal_id: UUID | None = None
    version: Version | None = None
    name: Name | None = None
    instructions: LongProse | None = None
    ingredients: Annotated[tuple[ApiIngredientInput, ...], Field(max_length=MAX_INGREDIENTS, fail_fast=True)] | None = (
        None
    )
    description: Prose | None = None
    utensils: Prose | None = None
    total_time: Annotated[Minutes, Field(description="In minutes.")] | None = None
    notes: Prose | None = None
    tags: Annotated[tuple[ApiLabel, ...], Field(max_length=50, fail_fast=True)] | None = None
    privacy: Privacy | None = None
    image_url: ImageUrl | None = None


class ApiUpdateRecipe(ApiModel):
    """The changes together with the recipe that they are for."""

    recipe_id: str
    changes: ApiRecipeChanges

    def to_domain(self, access: RecipeAccess) -> UpdateRecipe:
        """The command."""
        return UpdateRecipe(
            recipe_id=self.recipe_id,
            access=access,
            changes=RecipeChanges(**content_changes(self.changes)),
            meal_id=text_or_none(self.changes.meal_id),
            version=self.changes.version,
        )


class ApiCopyRecipe(ApiRequest):
    """Which recipe to copy into which meal."""

    recipe_id: UUID
    meal_id: UUID

    def to_domain(self, access: RecipeAccess) -> CopyRecipe:
        """The command."""
        return CopyRecipe(recipe_id=str(self.recipe_id), meal_id=str(self.meal_id), access=access)


class ApiRatingInput(ApiModel):
    """A user's rating, 0 to 5."""

    user_id: AuthorId
    recipe_id: UUID | None = None
    taste: Points
    convenience: Points
    comment: Annotated[str, Field(max_length=1000)] | None = None


class ApiRate(ApiRequest):
    """A rating with the user who gives it."""

    rating: ApiRatingInput

    def to_domain(self, recipe_id: str, access: RecipeAccess) -> RateRecipe:
        """The command."""
        rating = self.rating
        return RateRecipe(
            recipe_id=recipe_id,
            access=access,
            taste=rating.taste,
            convenience=rating.convenience,
            comment=rating.comment,
        )
