"""What can be done with meals and recipes.

`version` is the one that the sender has read; None asks for no check. `access` is the right of the sender, which is
asked about the meal or the recipe that the command is for.
"""

from dataclasses import dataclass, field

from src.contexts.recipes_catalog.core.domain.meal import MealChanges, MealContent
from src.contexts.recipes_catalog.core.domain.policies import Access, RecipeAccess
from src.contexts.recipes_catalog.core.domain.recipe import RecipeChanges, RecipeContent
from src.contexts.shared_kernel.domain.commands import Command
from src.contexts.shared_kernel.sources import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMeal(Command):
    """Write a meal."""

    author_id: str
    content: MealContent
    meal_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMeal(Command):
    """Change a meal."""

    meal_id: str
    access: Access
    changes: MealChanges
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMeal(Command):
    """Delete a meal with its recipes."""

    meal_id: str
    access: Access


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMeal(Command):
    """Copy a meal with its recipes; the sender becomes the author of the copy."""

    meal_id: str
    access: Access
    menu_id: str | None = None
    copy_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRecipe(Command):
    """Write a recipe into a meal."""

    meal_id: str
    access: RecipeAccess
    content: RecipeContent
    recipe_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRecipe(Command):
    """Change a recipe; `meal_id`, if given, is the meal in which it must stand."""

    recipe_id: str
    access: RecipeAccess
    changes: RecipeChanges
    meal_id: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRecipe(Command):
    """Delete a recipe."""

    recipe_id: str
    access: RecipeAccess


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRecipe(Command):
    """Copy a recipe into a meal of the sender."""

    recipe_id: str
    meal_id: str
    access: RecipeAccess
    copy_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRecipe(Command):
    """Rate a recipe, or rate it anew."""

    recipe_id: str
    access: RecipeAccess
    taste: int
    convenience: int
    comment: str | None = None
