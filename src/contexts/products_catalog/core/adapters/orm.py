"""The tables of the schema `products_catalog`; their indexes stand in the migration."""

from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from src.contexts.products_catalog.core.domain.product import Score
from src.contexts.shared_kernel.adapters.codecs import NUTRI_FACTS
from src.contexts.shared_kernel.adapters.orm import EntityRow
from src.contexts.shared_kernel.adapters.types import JsonOf
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts

SCHEMA = {"schema": "products_catalog"}


class ClassificationRow(EntityRow):
    """The columns of every classification."""

    __abstract__ = True

    name: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[str] = mapped_column(String(128))
    description: Mapped[str | None] = mapped_column(Text)


class SourceRow(ClassificationRow):
    """A `Source`."""

    __tablename__ = "sources"
    __table_args__ = SCHEMA


class BrandRow(ClassificationRow):
    """A `Brand`."""

    __tablename__ = "brands"
    __table_args__ = SCHEMA


class CategoryRow(ClassificationRow):
    """A `Category`."""

    __tablename__ = "categories"
    __table_args__ = SCHEMA


class ParentCategoryRow(ClassificationRow):
    """A `ParentCategory`."""

    __tablename__ = "parent_categories"
    __table_args__ = SCHEMA


class FoodGroupRow(ClassificationRow):
    """A `FoodGroup`."""

    __tablename__ = "food_groups"
    __table_args__ = SCHEMA


class ProcessTypeRow(ClassificationRow):
    """A `ProcessType`."""

    __tablename__ = "process_types"
    __table_args__ = SCHEMA


class ProductRow(EntityRow):
    """A `Product`."""

    __tablename__ = "products"
    __table_args__ = SCHEMA

    name: Mapped[str] = mapped_column(String(300))
    source_id: Mapped[str | None] = mapped_column(ForeignKey(SourceRow.id))
    is_food: Mapped[bool]
    shopping_name: Mapped[str | None] = mapped_column(String(300))
    store_department_name: Mapped[str | None] = mapped_column(String(200))
    recommended_brands_and_products: Mapped[str | None] = mapped_column(Text)
    edible_yield: Mapped[float | None]
    kg_per_unit: Mapped[float | None]
    liters_per_kg: Mapped[float | None]
    nutrition_group: Mapped[str | None] = mapped_column(String(200))
    cooking_factor: Mapped[float | None]
    conservation_days: Mapped[int | None]
    substitutes: Mapped[str | None] = mapped_column(Text)
    barcode: Mapped[str | None] = mapped_column(String(14))
    brand_id: Mapped[str | None] = mapped_column(ForeignKey(BrandRow.id))
    category_id: Mapped[str | None] = mapped_column(ForeignKey(CategoryRow.id))
    parent_category_id: Mapped[str | None] = mapped_column(ForeignKey(ParentCategoryRow.id))
    food_group_id: Mapped[str | None] = mapped_column(ForeignKey(FoodGroupRow.id))
    process_type_id: Mapped[str | None] = mapped_column(ForeignKey(ProcessTypeRow.id))
    score: Mapped[Score | None] = mapped_column(JsonOf(Score))
    nutri_facts: Mapped[NutriFacts | None] = mapped_column(JsonOf(NUTRI_FACTS))
    ingredients: Mapped[str | None] = mapped_column(Text)
    package_size: Mapped[float | None]
    package_size_unit: Mapped[str | None] = mapped_column(String(20))
    image_url: Mapped[str | None] = mapped_column(Text)
    json_data: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
