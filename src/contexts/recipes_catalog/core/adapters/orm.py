"""The tables of the schema `recipes_catalog`; their indexes stand in the migration."""

from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from src.contexts.recipes_catalog.core.domain.ingredient import Ingredient
from src.contexts.recipes_catalog.core.domain.menu import MenuMeal
from src.contexts.recipes_catalog.core.domain.rating import Rating
from src.contexts.shared_kernel.adapters.codecs import CONTACT_INFO, NUTRI_FACTS, PROFILE
from src.contexts.shared_kernel.adapters.orm import EntityRow
from src.contexts.shared_kernel.adapters.types import JsonOf, JsonTupleOf, enumeration, record
from src.contexts.shared_kernel.domain.contact import Address, ContactInfo, Profile
from src.contexts.shared_kernel.domain.measures import MeasureUnit, Privacy, Weekday
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts
from src.contexts.shared_kernel.domain.tag import Tag

SCHEMA = {"schema": "recipes_catalog"}
AUTHOR_LENGTH = 128
INGREDIENT = record(Ingredient, unit=enumeration(MeasureUnit))
MENU_MEAL = record(MenuMeal, weekday=enumeration(Weekday), nutri_facts=NUTRI_FACTS)


class DishRow(EntityRow):
    """What meals and recipes share. The nutrients stand here for filters and sorts, in their own units."""

    __abstract__ = True

    name: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[str] = mapped_column(String(AUTHOR_LENGTH))
    tags: Mapped[tuple[Tag, ...]] = mapped_column(JsonTupleOf(Tag))
    description: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    image_url: Mapped[str | None] = mapped_column(Text)
    weight_in_grams: Mapped[float | None]
    calories: Mapped[float | None]
    protein: Mapped[float | None]
    carbohydrate: Mapped[float | None]
    total_fat: Mapped[float | None]
    calorie_density: Mapped[float | None]


class RecipeRow(DishRow):
    """A `Recipe`; `position` is its place in the meal."""

    __tablename__ = "recipes"
    __table_args__ = SCHEMA

    meal_id: Mapped[str] = mapped_column(ForeignKey("recipes_catalog.meals.id"))
    position: Mapped[int] = mapped_column(default=0)
    instructions: Mapped[str] = mapped_column(Text)
    ingredients: Mapped[tuple[Ingredient, ...]] = mapped_column(JsonTupleOf(INGREDIENT))
    utensils: Mapped[str | None] = mapped_column(Text)
    total_time: Mapped[int | None]
    privacy: Mapped[Privacy] = mapped_column(String(10))
    nutri_facts: Mapped[NutriFacts | None] = mapped_column(JsonOf(NUTRI_FACTS))
    average_taste_rating: Mapped[float | None]
    average_convenience_rating: Mapped[float | None]
    # Not a table: a page of recipes would look up the ratings of each.
    ratings: Mapped[tuple[Rating, ...]] = mapped_column(JsonTupleOf(Rating))


class MealRow(DishRow):
    """A `Meal`."""

    __tablename__ = "meals"
    __table_args__ = SCHEMA

    menu_id: Mapped[str | None] = mapped_column(String(36))
    like: Mapped[bool | None]
    recipes: Mapped[list[RecipeRow]] = relationship(order_by=(RecipeRow.position, RecipeRow.id), lazy="raise")


class ClientRow(EntityRow):
    """A `Client`; `name` is the profile's, to search by."""

    __tablename__ = "clients"
    __table_args__ = SCHEMA

    author_id: Mapped[str] = mapped_column(String(AUTHOR_LENGTH))
    name: Mapped[str] = mapped_column(String(200))
    profile: Mapped[Profile] = mapped_column(JsonOf(PROFILE))
    contact_info: Mapped[ContactInfo | None] = mapped_column(JsonOf(CONTACT_INFO))
    address: Mapped[Address | None] = mapped_column(JsonOf(Address))
    tags: Mapped[tuple[Tag, ...]] = mapped_column(JsonTupleOf(Tag))
    notes: Mapped[str | None] = mapped_column(Text)
    onboarding_data: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)


class MenuRow(EntityRow):
    """A `Menu`."""

    __tablename__ = "menus"
    __table_args__ = SCHEMA

    client_id: Mapped[str] = mapped_column(ForeignKey(ClientRow.id))
    author_id: Mapped[str] = mapped_column(String(AUTHOR_LENGTH))
    meals: Mapped[tuple[MenuMeal, ...]] = mapped_column(JsonTupleOf(MENU_MEAL))
    tags: Mapped[tuple[Tag, ...]] = mapped_column(JsonTupleOf(Tag))
    description: Mapped[str | None] = mapped_column(Text)


class TagRow(EntityRow):
    """A `KnownTag`."""

    __tablename__ = "tags"
    __table_args__ = SCHEMA

    key: Mapped[str] = mapped_column(String(50))
    value: Mapped[str] = mapped_column(String(100))
    author_id: Mapped[str] = mapped_column(String(AUTHOR_LENGTH))
    type: Mapped[str] = mapped_column(String(50))
