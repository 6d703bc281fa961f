"""Meals and recipes in PostgreSQL."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import selectinload

from src.contexts.recipes_catalog.core.adapters.orm import MealRow, RecipeRow
from src.contexts.recipes_catalog.core.adapters.queries import MEAL_QUERIES, RECIPE_QUERIES, TO_BUY_QUERIES
from src.contexts.recipes_catalog.core.adapters.recipe_rows import (
    recipe_of,
    write_nutrition,
    write_ratings,
    write_recipe,
)
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.recipes_catalog.core.domain.policies import recipe_access
from src.contexts.recipes_catalog.core.domain.recipe import Recipe
from src.contexts.shared_kernel.adapters.database import PLAIN_READ
from src.contexts.shared_kernel.adapters.repository import SqlRepository
from src.contexts.shared_kernel.domain.errors import NotFoundError
from src.contexts.shared_kernel.domain.measures import Privacy
from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.contexts.shared_kernel.sources import utc_now


class SqlMeals(SqlRepository[Meal, MealRow]):
    """Meals with their recipes, in two statements however many they are."""

    entity_type = Meal
    row_type = MealRow
    queries = MEAL_QUERIES
    options = (selectinload(MealRow.recipes.and_(~RecipeRow.discarded)),)

    def to_entity(self, row: MealRow) -> Meal:
        """The meal with the recipes that are not deleted."""
        meal = super().to_entity(row)
        meal.recipes = tuple(recipe_of(one) for one in row.recipes if not one.discarded)
        return meal

    def write(self, entity: Meal, row: MealRow) -> None:
        """The meal and its recipes; a recipe that left the meal is deleted softly."""
        super().write(entity, row)
        write_nutrition(entity.nutrition, row)
        known = {one.id: one for one in row.recipes}
        for position, recipe in enumerate(entity.recipes):
            target = known.pop(recipe.id, None)
            if target is None:
                _add_recipe(recipe, position, row)
            else:
                self._change_recipe(recipe, position, target)
        for gone in known.values():
            gone.discarded, gone.version, gone.updated_at = True, gone.version + 1, entity.updated_at

    async def query_of(self, author_id: str | None, filters: Mapping[str, object]) -> list[Meal]:
        """The meals of one author, or of all users."""
        return await self.query(filters, *(() if author_id is None else (MealRow.author_id == author_id,)))

    async def hold_many(self, meal_ids: Iterable[str]) -> dict[str, Meal]:
        """The meals by id, locked against changes in the order of their ids."""
        wanted = self._select().where(MealRow.id.in_(set(meal_ids))).order_by(MealRow.id)
        return {meal.id: meal for meal in await self._fetch_locked(wanted, read=True)}

    async def hold_of_menus(self, menu_ids: Collection[str]) -> None:
        """The meals, locked in the order of their ids."""
        of_menus = select(MealRow.id).where(MealRow.menu_id.in_(menu_ids)).order_by(MealRow.id)
        await self._session.execute(of_menus.with_for_update())

    async def of_recipe(self, recipe_id: str) -> Meal:
        """The meal with all its recipes."""
        wanted = select(RecipeRow.meal_id).where(RecipeRow.id == recipe_id, ~RecipeRow.discarded)
        meal_id = await self._session.scalar(wanted, execution_options=PLAIN_READ)
        if meal_id is None:
            raise NotFoundError("Recipe", recipe_id)
        return await self.get(meal_id)

    async def leave_menu(self, menu_id: str) -> None:
        """All meals of the menu, in one statement, under the versions that stand."""
        await self._session.execute(update(MealRow).where(MealRow.menu_id == menu_id).values(menu_id=None))

    def _change_recipe(self, recipe: Recipe, position: int, row: RecipeRow) -> None:
        row.position = position
        write_recipe(recipe, row)
        # Only a recipe that differs counts a version: its neighbours' readers have missed nothing.
        if self._session.is_modified(row):
            recipe.version, recipe.updated_at = row.version + 1, utc_now()
            row.version, row.updated_at = recipe.version, recipe.updated_at


class SqlRecipes(SqlRepository[Recipe, RecipeRow]):
    """Recipes, one by one or in lists; they are written through their meals."""

    entity_type = Recipe
    row_type = RecipeRow
    queries = RECIPE_QUERIES
    locks = False

    def to_entity(self, row: RecipeRow) -> Recipe:
        """The recipe."""
        return recipe_of(row)

    async def query_visible(self, user: SeedUser, filters: Mapping[str, object]) -> list[Recipe]:
        """The recipes that `RecipeAccess.may_see` lets the user see, decided by the database."""
        return await self.query(filters, *_visible(user))

    async def query_to_buy(self, user: SeedUser, filters: Mapping[str, object]) -> list[Recipe]:
        """The recipes of a menu, a meal, or given by their ids."""
        return await self._fetch(TO_BUY_QUERIES.apply(self._select().where(*_visible(user)), filters))

    async def save_ratings(self, recipe: Recipe) -> None:
        """The ratings and the averages."""
        _, row = self._seen[recipe.id]
        write_ratings(recipe, row)
        await self._session.flush()


def _add_recipe(recipe: Recipe, position: int, meal: MealRow) -> None:
    row = RecipeRow(position=position)
    write_recipe(recipe, row)
    row.updated_at = row.created_at
    meal.recipes.append(row)


def _visible(user: SeedUser) -> tuple[ColumnElement[bool], ...]:
    if recipe_access(user).everything:
        return ()
    return (or_(RecipeRow.privacy == Privacy.PUBLIC, RecipeRow.author_id == user.id),)
