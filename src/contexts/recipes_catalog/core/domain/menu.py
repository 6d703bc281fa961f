"""Menus: which meals a client eats in which week, on which day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from src.contexts.recipes_catalog.core.domain.events import MenuDeleted
from src.contexts.recipes_catalog.core.domain.labels import Labels, tags_of
from src.contexts.recipes_catalog.core.domain.meal import Meal
from src.contexts.shared_kernel.domain.changes import KEEP, Change, Keep, changed
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import BadValue, FieldError, ValidationFailed
from src.contexts.shared_kernel.domain.measures import Weekday
from src.contexts.shared_kernel.domain.nutri_facts import NutriFacts
from src.contexts.shared_kernel.domain.rules import require_between, require_length
from src.contexts.shared_kernel.domain.tag import Tag

MENU = "menu"
MAX_MEALS, MAX_WEEK, MAX_MEAL_TYPE = 500, 520, 50
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a meal shall stand; weeks count from 1, the hour is `HH:MM`."""

    meal_id: str
    week: int
    weekday: Weekday
    meal_type: str
    hour: str | None = None

    def __post_init__(self) -> None:
        require_between("week", self.week, 1, MAX_WEEK)
        require_length("meal_type", self.meal_type, MAX_MEAL_TYPE)
        if self.hour is not None and not _HOUR.fullmatch(self.hour):
            raise BadValue("hour must be between 00:00 and 23:59.")


@dataclass(frozen=True, slots=True)
class MenuMeal(Slot):
    """A meal on a menu, with a copy of what a reader of the menu wants to know of it."""

    meal_name: str = field(kw_only=True)
    nutri_facts: NutriFacts | None = field(kw_only=True)

    @classmethod
    def placed(cls, slot: Slot, meal: Meal) -> Self:
        """The meal in its slot."""
        return cls(
            slot.meal_id,
            slot.week,
            slot.weekday,
            slot.meal_type,
            slot.hour,
            meal_name=meal.name,
            nutri_facts=meal.nutrition.facts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuChanges:
    """The fields of a menu to set; `slots` are all that shall stand on the menu, `labels` the tags."""

    slots: Change[tuple[Slot, ...]] = KEEP
    labels: Change[Labels] = KEEP
    description: Change[str | None] = KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuContent(MenuChanges):
    """All that is written on a menu."""

    slots: tuple[Slot, ...] = ()
    labels: Labels = ()
    description: str | None = None


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
        if len(slots) > MAX_MEALS:
            raise BadValue(f"A menu has at most {MAX_MEALS} meals.")
        _require_meals(slots, meals)
        self.meals = tuple(MenuMeal.placed(slot, meals[slot.meal_id]) for slot in slots)

    def change(self, changes: MenuChanges, meals: Mapping[str, Meal]) -> None:
        """Set the fields that are not kept; `meals` are those of the slots."""
        self.description = changed(changes.description, self.description)
        if not isinstance(changes.labels, Keep):
            self.tags = tags_of(changes.labels, self.author_id, MENU)
        if not isinstance(changes.slots, Keep):
            self.place(changes.slots, meals)

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
