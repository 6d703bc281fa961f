"""The catalogue to start with; every id is derived from a name."""

import uuid
from collections.abc import Iterable

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from src.contexts.products_catalog.core.adapters.orm import (
    BrandRow,
    CategoryRow,
    ClassificationRow,
    FoodGroupRow,
    ParentCategoryRow,
    ProcessTypeRow,
    SourceRow,
)
from src.contexts.products_catalog.core.adapters.unit_of_work import ProductsUnitOfWork
from src.contexts.products_catalog.core.bootstrap.foods import FOODS, Food
from src.contexts.products_catalog.core.domain.product import Product
from src.contexts.shared_kernel.adapters.database import SessionFactory
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts, NutriValue
from src.contexts.shared_kernel.domain.nutrients import NUTRIENTS
from src.contexts.shared_kernel.sources import utc_now

_NAMESPACE = uuid.UUID("6f1c0a52-5a0e-4d53-8c39-0d7a2b1f9e44")
_AUTHOR = "11111111-1111-4111-8111-111111111111"
_NUTRIENTS = ("calories", "protein", "carbohydrate", "total_fat", "dietary_fiber", "sodium")
_NOTE = "Rounded illustrative values, not taken from any table."

SOURCE = "Illustrative values"
BRAND = "No brand"
PARENT_CATEGORY = "Alimentos"
FOOD_GROUP = "Alimentos in natura ou minimamente processados"
PROCESS_TYPE = "Minimamente processado"


def seeded_id(kind: str, name: str) -> str:
    """The id of a seeded thing; the shape is that of a version 4 UUID."""
    digest = uuid.uuid5(_NAMESPACE, f"{kind}:{name}")
    return str(uuid.UUID(bytes=digest.bytes, version=4))


def seeded_product_id(name: str) -> str:
    """The id of a seeded food."""
    return seeded_id("product", name)


async def seed(session_factory: SessionFactory) -> None:
    """Store classifications and a few dozen foods, once."""
    async with ProductsUnitOfWork(session_factory) as uow:
        await _seed_classifications(uow.session)
        await uow.products.add_all([_product(food) for food in FOODS])
        await uow.commit()


async def _seed_classifications(session: AsyncSession) -> None:
    await _insert(session, SourceRow, (SOURCE,))
    await _insert(session, BrandRow, (BRAND,))
    await _insert(session, CategoryRow, sorted({food.category for food in FOODS}))
    await _insert(session, ParentCategoryRow, (PARENT_CATEGORY,))
    await _insert(session, FoodGroupRow, (FOOD_GROUP,))
    await _insert(session, ProcessTypeRow, (PROCESS_TYPE,))


async def _insert(session: AsyncSession, row: type[ClassificationRow], names: Iterable[str]) -> None:
    now = utc_now()
    stamps = {"created_at": now, "updated_at": now, "version": 1, "discarded": False, "author_id": _AUTHOR}
    values = [{"id": seeded_id(row.__tablename__, name), "name": name, **stamps} for name in names]
    await session.execute(insert(row).values(values))


def _product(food: Food) -> Product:
    facts = {name: NutriValue(float(getattr(food, name)), NUTRIENTS[name]) for name in _NUTRIENTS}
    return Product(
        id=seeded_product_id(food.name),
        name=food.name,
        source_id=seeded_id("sources", SOURCE),
        shopping_name=food.name,
        store_department_name=food.department,
        edible_yield=food.edible_yield,
        kg_per_unit=food.kg_per_unit,
        liters_per_kg=food.liters_per_kg,
        cooking_factor=food.cooking_factor,
        brand_id=seeded_id("brands", BRAND),
        category_id=seeded_id("categories", food.category),
        parent_category_id=seeded_id("parent_categories", PARENT_CATEGORY),
        food_group_id=seeded_id("food_groups", FOOD_GROUP),
        process_type_id=seeded_id("process_types", PROCESS_TYPE),
        nutri_facts=NutriFacts(facts),
        json_data={"illustrative": True, "note": _NOTE},
    )
