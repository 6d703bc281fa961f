"""What the lists of this context can be asked for; `a|b` or a repeated key is a list."""

from datetime import datetime

from src.contexts.shared_kernel.adapters.api_schemas.filters import ApiFilter
from src.contexts.shared_kernel.domain.measures import Privacy


class ApiRecipeFilter(ApiFilter):
    """Filters of recipes; `tags=cuisine:italian|thai,type:dinner` asks for one of the values of each key."""

    id: str | list[str] | None = None
    id_not_in: str | list[str] | None = None
    name: str | list[str] | None = None
    name_ne: str | list[str] | None = None
    name_like: str | list[str] | None = None
    name_not_in: str | list[str] | None = None
    author_id: str | list[str] | None = None
    author_id_ne: str | list[str] | None = None
    author_id_not_in: str | list[str] | None = None
    meal_id: str | list[str] | None = None
    privacy: Privacy | None = None
    product_id: str | list[str] | None = None
    tags: str | list[str] | None = None
    tags_not_exists: str | list[str] | None = None
    total_time: int | None = None
    total_time_gte: int | None = None
    total_time_lte: int | None = None
    total_time_is_not: str | None = None
    average_taste_rating_gte: float | None = None
    average_taste_rating_lte: float | None = None
    average_convenience_rating_gte: float | None = None
    average_convenience_rating_lte: float | None = None
    calories_gte: float | None = None
    calories_lte: float | None = None
    protein_gte: float | None = None
    protein_lte: float | None = None
    carbohydrate_gte: float | None = None
    carbohydrate_lte: float | None = None
    total_fat_gte: float | None = None
    total_fat_lte: float | None = None
    weight_in_grams_gte: float | None = None
    weight_in_grams_lte: float | None = None
    calorie_density_gte: float | None = None
    calorie_density_lte: float | None = None
    created_at_gte: datetime | None = None
    created_at_lte: datetime | None = None
    updated_at_gte: datetime | None = None
    updated_at_lte: datetime | None = None
    skip: int | None = None
    limit: int | None = None
    sort: str | None = None


class ApiMealFilter(ApiFilter):
    """Filters of meals; `tags` as for recipes."""

    id: str | list[str] | None = None
    id_not_in: str | list[str] | None = None
    name: str | list[str] | None = None
    name_ne: str | list[str] | None = None
    name_like: str | list[str] | None = None
    name_not_in: str | list[str] | None = None
    author_id: str | list[str] | None = None
    author_id_ne: str | list[str] | None = None
    menu_id: str | list[str] | None = None
    menu_id_is_not: str | None = None
    like: bool | None = None
    like_is_not: bool | None = None
    tags: str | list[str] | None = None
    tags_not_exists: str | list[str] | None = None
    calories_gte: float | None = None
    calories_lte: float | None = None
    protein_gte: float | None = None
    protein_lte: float | None = None
    carbohydrate_gte: float | None = None
    carbohydrate_lte: float | None = None
    total_fat_gte: float | None = None
    total_fat_lte: float | None = None
    weight_in_grams_gte: float | None = None
    weight_in_grams_lte: float | None = None
    calorie_density_gte: float | None = None
    calorie_density_lte: float | None = None
    created_at_gte: datetime | None = None
    created_at_lte: datetime | None = None
    updated_at_gte: datetime | None = None
    updated_at_lte: datetime | None = None
    skip: int | None = None
    limit: int | None = None
    sort: str | None = None


class ApiClientFilter(ApiFilter):
    """Filters of clients; `name` is the profile's, `tags` as for recipes."""

    id: str | list[str] | None = None
    id_not_in: str | list[str] | None = None
    name: str | list[str] | None = None
    name_ne: str | list[str] | None = None
    name_like: str | list[str] | None = None
    author_id: str | list[str] | None = None
    author_id_ne: str | list[str] | None = None
    tags: str | list[str] | None = None
    tags_not_exists: str | list[str] | None = None
    created_at_gte: datetime | None = None
    created_at_lte: datetime | None = None
    updated_at_gte: datetime | None = None
    updated_at_lte: datetime | None = None
    skip: int | None = None
    limit: int | None = None
    sort: str | None = None


class ApiTagFilter(ApiFilter):
    """Filters of tags; `type` is what the tag stands on: recipe, meal, menu or client."""

    id: str | list[str] | None = None
    key: str | list[str] | None = None
    key_ne: str | list[str] | None = None
    value: str | list[str] | None = None
    value_ne: str | list[str] | None = None
    author_id: str | list[str] | None = None
    type: str | list[str] | None = None
    skip: int | None = None
    limit: int | None = None
    sort: str | None = None
