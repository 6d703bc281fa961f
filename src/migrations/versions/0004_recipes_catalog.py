"""Meals, recipes, clients, menus and tags, and an index for every filter and sort."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004_recipes_catalog"
down_revision = "0003_auth"

_SCHEMA = "recipes_catalog"
_ALIVE = sa.text("NOT discarded")
_NUMBERS = ("weight_in_grams", "calories", "protein", "carbohydrate", "total_fat", "calorie_density")
_AVERAGES = ("average_taste_rating", "average_convenience_rating")


def upgrade() -> None:
    """Apply."""
    op.execute(f"CREATE SCHEMA {_SCHEMA}")
    _create_meals()
    _create_recipes()
    _create_clients()
    _create_menus()
    _create_tags()


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
        sa.Column("author_id", sa.String(128), nullable=False),
    ]


def _dish_columns() -> list[sa.Column[object]]:
    return [
        *_entity_columns(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("notes", sa.Text),
        sa.Column("image_url", sa.Text),
        *(sa.Column(name, sa.Float) for name in _NUMBERS),
    ]


def _create_meals() -> None:
    op.create_table(
        "meals",
        *_dish_columns(),
        sa.Column("menu_id", sa.String(36)),
        sa.Column("like", sa.Boolean),
        schema=_SCHEMA,
    )
    _create_sorts("meals", ("updated_at", "created_at", "name", *_NUMBERS))
    _create_filters("meals", ("author_id", "menu_id", "like"))
    _create_contents("meals", ("tags",))
    _create_trigrams("meals")


def _create_recipes() -> None:
    op.create_table(
        "recipes",
        *_dish_columns(),
        _reference("recipes", "meal_id", "meals"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("instructions", sa.Text, nullable=False),
        sa.Column("ingredients", JSONB, nullable=False),
        sa.Column("utensils", sa.Text),
        sa.Column("total_time", sa.Integer),
        sa.Column("privacy", sa.String(10), nullable=False),
        sa.Column("nutri_facts", JSONB),
        sa.Column("ratings", JSONB, nullable=False),
        *(sa.Column(name, sa.Float) for name in _AVERAGES),
        sa.CheckConstraint("privacy IN ('private', 'public')", name="ck_recipes_privacy"),
        schema=_SCHEMA,
    )
    _create_sorts("recipes", ("updated_at", "created_at", "name", "total_time", *_NUMBERS, *_AVERAGES))
    _create_filters("recipes", ("author_id", "privacy"))
    _create_contents("recipes", ("tags", "ingredients"))
    _create_trigrams("recipes")
    op.create_index("ix_recipes_meal_id", "recipes", ["meal_id", "position", "id"], schema=_SCHEMA)


def _create_clients() -> None:
    op.create_table(
        "clients",
        *_entity_columns(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("profile", JSONB, nullable=False),
        sa.Column("contact_info", JSONB),
        sa.Column("address", JSONB),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("notes", sa.Text),
        sa.Column("onboarding_data", JSONB),
        schema=_SCHEMA,
    )
    _create_sorts("clients", ("updated_at", "created_at", "name"))
    _create_filters("clients", ("author_id",))
    _create_contents("clients", ("tags",))
    _create_trigrams("clients")


def _create_menus() -> None:
    op.create_table(
        "menus",
        *_entity_columns(),
        _reference("menus", "client_id", "clients"),
        sa.Column("meals", JSONB, nullable=False),
        sa.Column("tags", JSONB, nullable=False),
        sa.Column("description", sa.Text),
        schema=_SCHEMA,
    )
    _create_contents("menus", ("meals",))
    op.create_index("ix_menus_client_id", "menus", ["client_id", "created_at", "id"], schema=_SCHEMA)


def _create_tags() -> None:
    op.create_table(
        "tags",
        *_entity_columns(),
        sa.Column("key", sa.String(50), nullable=False),
        sa.Column("value", sa.String(100), nullable=False),
        sa.Column("type", sa.String(50), nullable=False),
        schema=_SCHEMA,
    )
    op.create_index("uq_tags_tag", "tags", ["author_id", "type", "key", "value"], unique=True, schema=_SCHEMA)
    _create_sorts("tags", ("updated_at", "created_at", "key", "value"))
    _create_filters("tags", ("type",))


def _reference(table: str, column: str, target: str) -> sa.Column[object]:
    key = sa.ForeignKey(f"{_SCHEMA}.{target}.id", name=f"fk_{table}_{column}")
    return sa.Column(column, sa.String(36), key, nullable=False)


def _create_sorts(table: str, columns: tuple[str, ...]) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column, "id"], schema=_SCHEMA, postgresql_where=_ALIVE)


def _create_filters(table: str, columns: tuple[str, ...]) -> None:
    # Followed by the usual sort, so that the newest things of an author come out in order.
    for column in columns:
        keys = [column, "updated_at", "id"]
        op.create_index(f"ix_{table}_{column}", table, keys, schema=_SCHEMA, postgresql_where=_ALIVE)


def _create_contents(table: str, columns: tuple[str, ...]) -> None:
    for column in columns:
        op.create_index(
            f"ix_{table}_{column}",
            table,
            [column],
            schema=_SCHEMA,
            postgresql_using="gin",
            postgresql_ops={column: "jsonb_path_ops"},
            postgresql_where=_ALIVE,
        )


def _create_trigrams(table: str) -> None:
    op.execute(
        f"CREATE INDEX ix_{table}_name_trigrams ON {_SCHEMA}.{table} "
        "USING gin (public.fold_text(name) public.gin_trgm_ops) WHERE NOT discarded"
    )
