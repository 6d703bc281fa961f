"""What clients send to write, change and copy meals."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from src.contexts.recipes_catalog.core.adapters.api_schemas.fields import (
    AuthorId,
    ImageUrl,
    Name,
    Prose,
    Version,
    changes_of,
    text_or_none,
)
from src.contexts.recipes_catalog.core.adapters.api_schemas.label import ApiLabel, labels_of
from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe_content import ApiRecipeInMeal
from src.contexts.recipes_catalog.core.domain.commands import CopyMeal, CreateMeal, UpdateMeal
from src.contexts.recipes_catalog.core.domain.meal import MAX_RECIPES, MealChanges, MealContent
from src.contexts.recipes_catalog.core.domain.policies import Access
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiRequest

_FIELDS = ("name", "menu_id", "recipes", "tags", "description", "notes", "like", "image_url")
_NULLABLE = frozenset({"menu_id", "description", "notes", "like", "image_url"})


class ApiCreateMeal(ApiRequest):
    """A new meal; the user who sends it is its author."""

    author_id: AuthorId
    name: Name
    menu_id: UUID | None = None
    recipes: Annotated[tuple[ApiRecipeInMeal, ...], Field(max_length=MAX_RECIPES, fail_fast=True)] = ()
    tags: Annotated[tuple[ApiLabel, ...], Field(max_length=50, fail_fast=True)] = ()
    description: Prose | None = None
    notes: Prose | None = None
    like: bool | None = None
    image_url: ImageUrl | None = None

    def to_domain(self) -> CreateMeal:
        """The command."""
        return CreateMeal(author_id=self.author_id, content=MealContent(**_changes(self)))


class ApiUpdateMeal(ApiRequest):
    """The fields of a meal to change; what is not sent stays. `recipes` are all that the meal shall have."""

    id: UUID | None = None
    meal_id: UUID | None = None
    version: Version | None = None
    name: Name | None = None
    menu_id: UUID | None = None
    recipes: Annotated[tuple[ApiRecipeInMeal, ...], Field(max_length=MAX_RECIPES, fail_fast=True)] | None = None
    tags: Annotated[tuple[ApiLabel, ...], Field(max_length=50, fail_fast=True)] | None = None
    description: Prose | None = None
    notes: Prose | None = None
    like: bool | None = None
    image_url: ImageUrl | None = None

    def to_domain(self, meal_id: str, access: Access) -> UpdateMeal:
        """The command."""
        changes = MealChanges(**_changes(self))
        return UpdateMeal(meal_id=meal_id, access=access, changes=changes, version=self.version)


class ApiCopyMeal(ApiRequest):
    """Which meal to copy, and for which menu the copy is."""

    meal_id: UUID
    menu_id: UUID | None = None

    def to_domain(self, access: Access) -> CopyMeal:
        """The command."""
        return CopyMeal(meal_id=str(self.meal_id), access=access, menu_id=text_or_none(self.menu_id))


def _changes(body: BaseModel) -> dict[str, Any]:
    changes: dict[str, Any] = changes_of(body, _FIELDS, _NULLABLE)
    if "tags" in changes:
        changes["labels"] = labels_of(changes.pop("tags"))
    if "menu_id" in changes:
        changes["menu_id"] = text_or_none(changes["menu_id"])
    if "recipes" in changes:
        changes["recipes"] = tuple(recipe.to_domain() for recipe in changes["recipes"])
    return changes
