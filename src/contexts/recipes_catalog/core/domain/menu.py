"""Menus: which meals a client eats in which week, on which day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from src.contexts.recipes_catalog.core.domain.events import MenuDeleted
from src.contexts.recipes_catalog.core.domain.labels import Labels, tags_of
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import FieldError, ValidationFailed
from src.contexts.shared_kernel.domain.measures import Weekday
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts
from src.contexts.shared_kernel.domain.tag import Tag

MENU = "menu"


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a meal shall stand; weeks count from 1, the hour is `HH:MM`."""

    meal_id: str
    week: int
    weekday: Weekday
    meal_type: str
    hour: str | None = None


@dataclass(frozen=True, slots=True)
class MenuMeal:
    """A meal on a menu, with a copy of what a reader of the menu wants to know of it."""

    meal_id: str
    meal_name: str
    nutri_facts: NutriFacts | None
    week: int
    weekday: Weekday
    hour: str | None
    meal_type: str

    @classmethod
    def placed(cls, slot: Slot, meal: Meal) -> Self:
        """The meal in its slot."""
        facts = meal.nutrition.facts
        return cls(slot.meal_id, meal.name, facts, slot.week, slot.weekday, slot.hour, slot.meal_type)

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "meal_id": self.meal_id,
            "meal_name": self.meal_name,
            "nutri_facts": self.nutri_facts.to_json() if self.nutri_facts else None,
            "week": self.week,
            "weekday": self.weekday.value,
            "hour": self.hour,
            "meal_type": self.meal_type,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read the stored form."""
        facts = NutriFacts.from_json(data["nutri_facts"]) if data["nutri_facts"] is not None else None
        return cls(**{**data, "nutri_facts": facts, "weekday": Weekday(data["weekday"])})


@dataclass(slots=True, kw_only=True, eq=False)
class Menu(Entity):
    """A client's menu over one or more weeks."""

    client_id: str
    author_id: str
    meals: tuple[MenuMeal, ...] = ()
    tags: tuple[Tag, ...] = ()
    description: str | None = None

    def place(self, slots: tuple[Slot, ...], meals: Mapping[str, Meal]) -> None:
        """Put these meals on the menu, in place of all that stood there."""
        _require_meals(slots, meals)
        self.meals = tuple(MenuMeal.placed(slot, meals[slot.meal_id]) for slot in slots)

    def label(self, labels: Labels) -> None:
        """Tag the menu, in place of all tags."""
        self.tags = tags_of(labels, self.author_id, MENU)

    def follow(self, meal: Meal) -> bool:
        """Take over a meal's present name and nutrition; False when nothing changes by that."""
        facts, before = meal.nutrition.facts, self.meals
        self.meals = tuple(
            replace(one, meal_name=meal.name, nutri_facts=facts) if one.meal_id == meal.id else one for one in before
        )
        return self.meals != before

    def remove_meal(self, meal_id: str) -> None:
        """Take a meal off every day."""
        self.meals = tuple(one for one in self.meals if one.meal_id != meal_id)

    def delete(self) -> None:
        """Delete the menu; its meals stay."""
        self.discard()
        self.record(MenuDeleted(self.id))


def _require_meals(slots: tuple[Slot, ...], meals: Mapping[str, Meal]) -> None:
    errors = tuple(
        FieldError(f"meals.{place}.meal_id", "unknown_meal", "There is no such meal.")
        for place, slot in enumerate(slots)
        if slot.meal_id not in meals
    )
    if errors:
        raise ValidationFailed("A menu names meals that do not exist.", errors)
