"""What an author writes into a recipe."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, field_validator

from src.contexts.recipes_catalog.core.adapters.api_schemas.fields import (
    ImageUrl,
    Line,
    LongProse,
    Minutes,
    Name,
    Prose,
    changes_of,
    text_or_none,
)
from src.contexts.recipes_catalog.core.adapters.api_schemas.label import ApiLabel, labels_of
from src.contexts.recipes_catalog.core.domain.ingredient import MAX_QUANTITY, NOT_FOR_INGREDIENTS, Ingredient
from src.contexts.recipes_catalog.core.domain.meal import RecipeDraft
from src.contexts.recipes_catalog.core.domain.recipe import RecipeContent
from src.contexts.shared_kernel.adapters.api_schemas.base import WHOLE, ApiModel
from src.contexts.shared_kernel.domain.measures import MeasureUnit, Privacy

MAX_INGREDIENTS = 100
_FIELDS = (
    "name",
    "instructions",
    "ingredients",
    "description",
    "utensils",
    "total_time",
    "notes",
    "tags",
    "privacy",
    "image_url",
)
_NULLABLE = frozenset({"description", "utensils", "total_time", "notes", "image_url"})


class ApiIngredientInput(ApiModel):
    """A line of the list of ingredients; without positions the order of the list counts."""

    name: Name
    quantity: Annotated[float, Field(strict=True, ge=0, le=MAX_QUANTITY)]
    unit: MeasureUnit
    position: Annotated[int, Field(ge=0, lt=MAX_INGREDIENTS), WHOLE] | None = None
    full_text: Line | None = None
    product_id: UUID | None = None

    @field_validator("unit")
    @classmethod
    def refuse_units_of_nutrients(cls, value: MeasureUnit) -> MeasureUnit:
        """Energy, percent and IU measure no flour."""
        if value in NOT_FOR_INGREDIENTS:
            raise ValueError(f"An ingredient can't be measured in {value}.")
        return value


class ApiRecipeInMeal(ApiModel):
    """A recipe sent inside a meal; with the id of one of the meal's recipes it takes its place."""

    id: UUID | None = None
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

    def to_domain(self) -> RecipeDraft:
        """The draft for the meal."""
        return RecipeDraft(content_of(self), text_or_none(self.id))


def content_of(body: BaseModel) -> RecipeContent:
    """The content of a request that has the fields of `ApiRecipeInMeal`."""
    return RecipeContent(**content_changes(body))


def content_changes(body: BaseModel) -> dict[str, Any]:
    """The fields of the content that were sent, as the domain names and keeps them."""
    changes: dict[str, Any] = changes_of(body, _FIELDS, _NULLABLE)
    if "tags" in changes:
        changes["labels"] = labels_of(changes.pop("tags"))
    if "ingredients" in changes:
        changes["ingredients"] = _ingredients_of(changes["ingredients"])
    return changes


def _ingredients_of(sent: Sequence[ApiIngredientInput]) -> tuple[Ingredient, ...]:
    counted = all(one.position is None for one in sent)
    return tuple(
        Ingredient(
            name=one.name,
            quantity=one.quantity,
            unit=one.unit,
            # A position that only some ingredients have is a gap, which the domain refuses.
            position=place if counted else (-1 if one.position is None else one.position),
            full_text=one.full_text,
            product_id=text_or_none(one.product_id),
        )
        for place, one in enumerate(sent)
    )
