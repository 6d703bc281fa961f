"""What can be asked of the repositories of this context; each filter and each sort has its index in the migration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import column, func, or_, select, true, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from src.contexts.recipes_catalog.core.adapters.orm import ClientRow, DishRow, MealRow, MenuRow, RecipeRow, TagRow
from src.contexts.shared_kernel.adapters.filters.fields import (
    Filter,
    by_boolean,
    by_id,
    by_integer,
    by_moment,
    by_number,
    by_text,
)
from src.contexts.shared_kernel.adapters.filters.operators import Condition, Operator
from src.contexts.shared_kernel.adapters.filters.query import Query
from src.contexts.shared_kernel.adapters.filters.tags import TagFilter
from src.contexts.shared_kernel.adapters.filters.values import uuid_text, values_of


@dataclass(frozen=True, slots=True)
class ContainsId:
    """JSON objects in a column, one of which has one of the ids; the column needs a GIN index with jsonb_path_ops."""

    column: InstrumentedAttribute[Any]
    key: str
    operators: frozenset[Operator] = frozenset({Operator.EQUALS})

    def condition(self, operator: Operator, name: str, raw: object) -> Condition:
        ids = (uuid_text(name, value) for value in values_of(name, raw))
        return or_(*(contains(self.column, {self.key: one}) for one in ids))


@dataclass(frozen=True, slots=True)
class OnMenu:
    """Recipes of the meals that stand on a menu."""

    operators: frozenset[Operator] = frozenset({Operator.EQUALS})

    def condition(self, operator: Operator, name: str, raw: object) -> Condition:
        menu_ids = [uuid_text(name, value) for value in values_of(name, raw)]
        placed = func.jsonb_array_elements(type_coerce(MenuRow.meals, JSONB)).table_valued(column("value", JSONB))
        standing = select(placed.c.value["meal_id"].astext).select_from(MenuRow).join(placed, true())
        return RecipeRow.meal_id.in_(standing.where(MenuRow.id.in_(menu_ids), ~MenuRow.discarded))


def contains(objects: InstrumentedAttribute[Any], part: Mapping[str, str]) -> Condition:
    """Whether a column of JSON objects has one with these keys and values."""
    return type_coerce(objects.expression, JSONB).contains([dict(part)])


def _dish_filters(row: type[DishRow]) -> dict[str, Filter]:
    numbers = ("calories", "protein", "carbohydrate", "total_fat", "weight_in_grams", "calorie_density")
    return {
        "id": by_id(row.id),
        "name": by_text(row.name, accents_ignored=True),
        "author_id": by_text(row.author_id),
        "tags": TagFilter(row.tags),
        "created_at": by_moment(row.created_at),
        "updated_at": by_moment(row.updated_at),
        **{name: by_number(getattr(row, name)) for name in numbers},
    }


def _dish_sorts(row: type[DishRow]) -> dict[str, InstrumentedAttribute[Any]]:
    names = ("id", "name", "created_at", "updated_at", "calories", "calorie_density")
    return {name: getattr(row, name) for name in names}


RECIPE_QUERIES = Query(
    filters={
        **_dish_filters(RecipeRow),
        "meal_id": by_id(RecipeRow.meal_id),
        "privacy": by_text(RecipeRow.privacy),
        "total_time": by_integer(RecipeRow.total_time),
        "product_id": ContainsId(RecipeRow.ingredients, "product_id"),
        "average_taste_rating": by_number(RecipeRow.average_taste_rating),
        "average_convenience_rating": by_number(RecipeRow.average_convenience_rating),
    },
    sorts={
        **_dish_sorts(RecipeRow),
        "total_time": RecipeRow.total_time,
        "average_taste_rating": RecipeRow.average_taste_rating,
        "average_convenience_rating": RecipeRow.average_convenience_rating,
    },
    tie=RecipeRow.id,
)

# For shopping lists: the same recipes, asked for by where they stand.
TO_BUY_QUERIES = Query(
    filters={"menu_id": OnMenu(), "meal_id": by_id(RecipeRow.meal_id), "recipe_id": by_id(RecipeRow.id)},
    sorts={"id": RecipeRow.id, "name": RecipeRow.name, "updated_at": RecipeRow.updated_at},
    tie=RecipeRow.id,
    default_sort="name",
)

MEAL_QUERIES = Query(
    filters={
        **_dish_filters(MealRow),
        "menu_id": by_id(MealRow.menu_id),
        "like": by_boolean(MealRow.like),
    },
    sorts=_dish_sorts(MealRow),
    tie=MealRow.id,
)

CLIENT_QUERIES = Query(
    filters={
        "id": by_id(ClientRow.id),
        "name": by_text(ClientRow.name, accents_ignored=True),
        "author_id": by_text(ClientRow.author_id),
        "tags": TagFilter(ClientRow.tags),
        "created_at": by_moment(ClientRow.created_at),
        "updated_at": by_moment(ClientRow.updated_at),
    },
    sorts={
        "id": ClientRow.id,
        "name": ClientRow.name,
        "created_at": ClientRow.created_at,
        "updated_at": ClientRow.updated_at,
    },
    tie=ClientRow.id,
)

TAG_QUERIES = Query(
    filters={
        "id": by_id(TagRow.id),
        "key": by_text(TagRow.key),
        "value": by_text(TagRow.value),
        "author_id": by_text(TagRow.author_id),
        "type": by_text(TagRow.type),
    },
    sorts={
        "id": TagRow.id,
        "key": TagRow.key,
        "value": TagRow.value,
        "created_at": TagRow.created_at,
        "updated_at": TagRow.updated_at,
    },
    tie=TagRow.id,
    default_sort="key",
)
