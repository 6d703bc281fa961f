"""Products, their classifications, and an index for every filter, search and sort."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002_products_catalog"
down_revision = "0001_iam"

_SCHEMA = "products_catalog"
_CLASSIFICATIONS = ("sources", "brands", "categories", "parent_categories", "food_groups", "process_types")
_REFERENCES = {
    "source_id": "sources",
    "brand_id": "brands",
    "category_id": "categories",
    "parent_category_id": "parent_categories",
    "food_group_id": "food_groups",
    "process_type_id": "process_types",
}
_ALIVE = sa.text("NOT discarded")


def upgrade() -> None:
    """Apply."""
    op.execute(f"CREATE SCHEMA {_SCHEMA}")
    for table in _CLASSIFICATIONS:
        _create_classification(table)
    _create_products()
    _create_product_indexes()


def downgrade() -> None:
    """Take back."""
    op.execute(f"DROP SCHEMA {_SCHEMA} CASCADE")


def _entity_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("discarded", sa.Boolean, nullable=False, server_default=sa.false()),
    ]


def _create_classification(table: str) -> None:
    op.create_table(
        table,
        *_entity_columns(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("author_id", sa.String(128), nullable=False),
        sa.Column("description", sa.Text),
        schema=_SCHEMA,
    )
    op.create_index(f"ix_{table}_name", table, ["name", "id"], schema=_SCHEMA, postgresql_where=_ALIVE)
    op.create_index(f"ix_{table}_updated_at", table, ["updated_at", "id"], schema=_SCHEMA, postgresql_where=_ALIVE)


def _create_products() -> None:
    references = (
        sa.Column(
            name, sa.String(36), sa.ForeignKey(f"{_SCHEMA}.{table}.id", name=f"fk_products_{name}"), nullable=True
        )
        for name, table in _REFERENCES.items()
    )
    op.create_table(
        "products",
        *_entity_columns(),
        *references,
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("is_food", sa.Boolean, nullable=False),
        sa.Column("shopping_name", sa.String(300)),
        sa.Column("store_department_name", sa.String(200)),
        sa.Column("recommended_brands_and_products", sa.Text),
        sa.Column("edible_yield", sa.Float),
        sa.Column("kg_per_unit", sa.Float),
        sa.Column("liters_per_kg", sa.Float),
        sa.Column("nutrition_group", sa.String(200)),
        sa.Column("cooking_factor", sa.Float),
        sa.Column("conservation_days", sa.Integer),
        sa.Column("substitutes", sa.Text),
        sa.Column("barcode", sa.String(14)),
        sa.Column("score", JSONB),
        sa.Column("nutri_facts", JSONB),
        sa.Column("ingredients", sa.Text),
        sa.Column("package_size", sa.Float),
        sa.Column("package_size_unit", sa.String(20)),
        sa.Column("image_url", sa.Text),
        sa.Column("json_data", JSONB),
        sa.CheckConstraint("edible_yield BETWEEN 0 AND 1", name="ck_products_edible_yield"),
        schema=_SCHEMA,
    )


def _create_product_indexes() -> None:
    _create_unique("barcode", "barcode IS NOT NULL AND NOT discarded")
    _create_unique("name", "barcode IS NULL AND NOT discarded")
    for column in ("updated_at", "created_at", "name"):
        _create_index(f"ix_products_{column}", [column, "id"])
    for column in (*_REFERENCES, "is_food", "barcode"):
        _create_index(f"ix_products_{column}", [column, "updated_at", "id"])
    # GIN for "contains", GiST for "nearest to"; the longer signature makes the latter precise.
    _create_trigram_index("name_contains", "gin (public.fold_text(name) public.gin_trgm_ops)")
    _create_trigram_index("name_nearest", "gist (public.fold_text(name) public.gist_trgm_ops (siglen = 64))")


def _create_trigram_index(name: str, definition: str) -> None:
    op.execute(f"CREATE INDEX ix_products_{name} ON {_SCHEMA}.products USING {definition} WHERE NOT discarded")


def _create_unique(column: str, where: str) -> None:
    # Products without a source are of one source as well: two of them may not be the same.
    op.create_index(
        f"uq_products_source_id_{column}",
        "products",
        ["source_id", column],
        unique=True,
        schema=_SCHEMA,
        postgresql_where=sa.text(where),
        postgresql_nulls_not_distinct=True,
    )


def _create_index(name: str, columns: list[str]) -> None:
    op.create_index(name, "products", columns, schema=_SCHEMA, postgresql_where=_ALIVE)
