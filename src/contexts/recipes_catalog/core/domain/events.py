"""What happened to meals and menus."""

from dataclasses import dataclass

from src.contexts.shared_kernel.domain.events import Event


@dataclass(frozen=True, slots=True)
class MealChanged(Event):
    """The meal's name or nutrition may be another."""

    meal_id: str


@dataclass(frozen=True, slots=True)
class MealDeleted(Event):
    """The meal is gone."""

    meal_id: str


@dataclass(frozen=True, slots=True)
class MenuDeleted(Event):
    """The menu is gone."""

    menu_id: str
