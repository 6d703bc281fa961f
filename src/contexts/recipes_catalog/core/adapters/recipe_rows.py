"""Recipes to rows and back; meals and recipes share this."""

from dataclasses import fields
from functools import cache

from sqlalchemy import inspect

from src.contexts.recipes_catalog.core.adapters.orm import DishRow, RecipeRow
from src.contexts.recipes_catalog.core.domain.nutrition import Nutrition
from src.contexts.recipes_catalog.core.domain.recipe import Recipe
from src.contexts.shared_kernel.adapters.rebuilding import Build, rebuilder
from src.contexts.shared_kernel.domain.measures import Privacy

_FILTERED_NUTRIENTS = ("calories", "protein", "carbohydrate", "total_fat")


def recipe_of(row: RecipeRow) -> Recipe:
    """The recipe with its ratings."""
    recipe = _build()(row.__dict__)
    recipe.privacy = Privacy(row.privacy)
    return recipe


def write_recipe(recipe: Recipe, row: RecipeRow) -> None:
    """The recipe. Only columns that differ are written: a rating that others gave meanwhile is not undone."""
    for name in _names():
        setattr(row, name, getattr(recipe, name))
    write_nutrition(recipe.nutrition, row)


def write_nutrition(nutrition: Nutrition, row: DishRow) -> None:
    """The numbers that can be filtered and sorted by."""
    for name in _FILTERED_NUTRIENTS:
        setattr(row, name, nutrition.amount(name))
    row.weight_in_grams = nutrition.weight_in_grams
    row.calorie_density = nutrition.calorie_density


def write_ratings(recipe: Recipe, row: RecipeRow) -> None:
    """Every rating and the averages."""
    row.ratings = recipe.ratings
    row.average_taste_rating = recipe.average_taste_rating
    row.average_convenience_rating = recipe.average_convenience_rating


@cache
def _build() -> Build[Recipe]:
    return rebuilder(Recipe, _names())


@cache
def _names() -> frozenset[str]:
    columns = inspect(RecipeRow).column_attrs.keys()
    return frozenset(one.name for one in fields(Recipe) if one.init and one.name in columns)
