"""What can be asked of the repositories of this context."""

from src.contexts.products_catalog.core.adapters.orm import (
    BrandRow,
    CategoryRow,
    FoodGroupRow,
    ParentCategoryRow,
    ProcessTypeRow,
    ProductRow,
    SourceRow,
)
from src.contexts.shared_kernel.adapters.filters.fields import (
    ReferenceFilter,
    by_boolean,
    by_id,
    by_moment,
    by_text,
)
from src.contexts.shared_kernel.adapters.filters.query import Query

# Each filter and each sort has its index in the migration.
PRODUCT_QUERIES = Query(
    filters={
        "id": by_id(ProductRow.id),
        "name": by_text(ProductRow.name, accents_ignored=True),
        "source": ReferenceFilter(ProductRow.source_id, SourceRow.id, SourceRow.name),
        "is_food": by_boolean(ProductRow.is_food),
        "barcode": by_text(ProductRow.barcode),
        "brand": ReferenceFilter(ProductRow.brand_id, BrandRow.id, BrandRow.name),
        "category": ReferenceFilter(ProductRow.category_id, CategoryRow.id, CategoryRow.name),
        "parent_category": ReferenceFilter(ProductRow.parent_category_id, ParentCategoryRow.id, ParentCategoryRow.name),
        "food_group": ReferenceFilter(ProductRow.food_group_id, FoodGroupRow.id, FoodGroupRow.name),
        "process_type": ReferenceFilter(ProductRow.process_type_id, ProcessTypeRow.id, ProcessTypeRow.name),
        "created_at": by_moment(ProductRow.created_at),
    },
    sorts={
        "id": ProductRow.id,
        "name": ProductRow.name,
        "created_at": ProductRow.created_at,
        "updated_at": ProductRow.updated_at,
    },
    tie=ProductRow.id,
)

SOURCE_QUERIES = Query(
    filters={"id": by_id(SourceRow.id), "name": by_text(SourceRow.name), "author_id": by_text(SourceRow.author_id)},
    sorts={"id": SourceRow.id, "name": SourceRow.name, "updated_at": SourceRow.updated_at},
    tie=SourceRow.id,
    default_sort="name",
)
