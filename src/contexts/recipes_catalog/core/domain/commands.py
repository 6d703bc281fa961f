"""What can be done with meals and recipes.

`version` is the one that the sender has read; None asks for no check. `changes` and `content` hold the fields of the
aggregate that are set, `labels` its tags as keys and values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from src.contexts.recipes_catalog.core.domain.recipe import RecipeContent
from src.contexts.shared_kernel.domain.commands import Command
from src.contexts.shared_kernel.sources import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMeal(Command):
    """Write a meal; the content has the name, and may have recipes as drafts."""

    author_id: str
    content: Mapping[str, Any]
    meal_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMeal(Command):
    """Change the given fields of a meal."""

    meal_id: str
    changes: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMeal(Command):
    """Delete a meal with its recipes."""

    meal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMeal(Command):
    """Copy a meal with its recipes for an author."""

    meal_id: str
    author_id: str
    menu_id: str | None = None
    copy_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRecipe(Command):
    """Write a recipe into a meal."""

    meal_id: str
    content: RecipeContent
    recipe_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRecipe(Command):
    """Change the given fields of a recipe."""

    recipe_id: str
    changes: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRecipe(Command):
    """Delete a recipe."""

    recipe_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRecipe(Command):
    """Copy a recipe into a meal."""

    recipe_id: str
    meal_id: str
    copy_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRecipe(Command):
    """Rate a recipe, or rate it anew."""

    recipe_id: str
    user_id: str
    taste: int
    convenience: int
    comment: str | None = None
