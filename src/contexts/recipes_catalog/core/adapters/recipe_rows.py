"""Recipes and their ratings to rows and back; meals and recipes share this."""

from dataclasses import fields

from sqlalchemy import inspect

from src.contexts.recipes_catalog.core.adapters.orm import DishRow, RatingRow, RecipeRow
from src.contexts.recipes_catalog.core.domain.nutrition import Nutrition
from src.contexts.recipes_catalog.core.domain.rating import Rating
from src.contexts.recipes_catalog.core.domain.recipe import Recipe
from src.contexts.shared_kernel.domain.measures import Privacy

_FILTERED_NUTRIENTS = ("calories", "protein", "carbohydrate", "total_fat")


def recipe_of(row: RecipeRow) -> Recipe:
    """The recipe with its ratings."""
    plain = {name: getattr(row, name) for name in _names()}
    ratings = tuple(Rating(one.user_id, one.recipe_id, one.taste, one.convenience, one.comment) for one in row.ratings)
    return Recipe(**{**plain, "privacy": Privacy(row.privacy)}, ratings=ratings)


def write_recipe(recipe: Recipe, row: RecipeRow) -> None:
    """What the author wrote and what was computed from it; ratings are written by themselves."""
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
    known = {one.user_id: one for one in row.ratings}
    for rating in recipe.ratings:
        target = known.get(rating.user_id)
        if target is None:
            target = RatingRow(recipe_id=recipe.id, user_id=rating.user_id)
            row.ratings.append(target)
        target.taste, target.convenience, target.comment = rating.taste, rating.convenience, rating.comment
    row.average_taste_rating = recipe.average_taste_rating
    row.average_convenience_rating = recipe.average_convenience_rating


def _names() -> tuple[str, ...]:
    columns = inspect(RecipeRow).column_attrs.keys()
    return tuple(one.name for one in fields(Recipe) if one.init and one.name in columns)
