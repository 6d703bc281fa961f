"""What `GET /products` can be asked for."""

from datetime import datetime

from src.contexts.shared_kernel.adapters.api_schemas.filters import ApiFilter


class ApiProductFilter(ApiFilter):
    """Filters of products; `a|b` or a repeated key is a list, a classification is given by id or by name."""

    id: str | list[str] | None = None
    id_ne: str | list[str] | None = None
    id_not_in: str | list[str] | None = None
    name: str | list[str] | None = None
    name_ne: str | list[str] | None = None
    name_like: str | list[str] | None = None
    name_not_in: str | list[str] | None = None
    source: str | list[str] | None = None
    source_ne: str | list[str] | None = None
    source_not_in: str | list[str] | None = None
    source_is_not: str | None = None
    is_food: bool | None = None
    is_food_ne: bool | None = None
    is_food_is_not: bool | None = None
    barcode: str | list[str] | None = None
    barcode_ne: str | list[str] | None = None
    barcode_like: str | list[str] | None = None
    barcode_not_in: str | list[str] | None = None
    barcode_is_not: str | None = None
    brand: str | list[str] | None = None
    brand_ne: str | list[str] | None = None
    brand_not_in: str | list[str] | None = None
    brand_is_not: str | None = None
    category: str | list[str] | None = None
    category_ne: str | list[str] | None = None
    category_not_in: str | list[str] | None = None
    category_is_not: str | None = None
    parent_category: str | list[str] | None = None
    parent_category_ne: str | list[str] | None = None
    parent_category_not_in: str | list[str] | None = None
    parent_category_is_not: str | None = None
    food_group: str | list[str] | None = None
    food_group_ne: str | list[str] | None = None
    food_group_not_in: str | list[str] | None = None
    food_group_is_not: str | None = None
    process_type: str | list[str] | None = None
    process_type_ne: str | list[str] | None = None
    process_type_not_in: str | list[str] | None = None
    process_type_is_not: str | None = None
    created_at: datetime | None = None
    created_at_gte: datetime | None = None
    created_at_lte: datetime | None = None
    created_at_ne: datetime | None = None
    skip: int | None = None
    limit: int | None = None
    sort: str | None = None
