"""Menus as JSON."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from src.contexts.recipes_catalog.core.adapters.api_schemas.fields import Prose, Version, changes_of
from src.contexts.recipes_catalog.core.adapters.api_schemas.label import ApiLabel, labels_of
from src.contexts.recipes_catalog.core.domain.client_commands import CreateMenu, UpdateMenu
from src.contexts.recipes_catalog.core.domain.menu import MAX_MEALS, MAX_WEEK, Menu, MenuChanges, MenuContent, Slot
from src.contexts.recipes_catalog.core.domain.policies import Placer
from src.contexts.shared_kernel.adapters.api_schemas.base import WHOLE, ApiModel, ApiRequest
from src.contexts.shared_kernel.adapters.api_schemas.nutri_facts import FactsOfThing
from src.contexts.shared_kernel.adapters.api_schemas.tag import ApiTag
from src.contexts.shared_kernel.domain.measures import Weekday

Hour = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", max_length=5, examples=["12:30"])]


class ApiMenuMeal(ApiModel):
    """A meal on a menu, with its present name and nutrients."""

    meal_id: str
    meal_name: str
    nutri_facts: FactsOfThing | None
    week: int
    weekday: Weekday
    hour: str | None
    meal_type: str


class ApiMenu(ApiModel):
    """A client's menu."""

    id: str
    client_id: str
    author_id: str
    meals: list[ApiMenuMeal]
    tags: list[ApiTag]
    description: str | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def from_domain(cls, menu: Menu) -> "ApiMenu":
        """The menu for a client."""
        return cls.model_validate(menu, from_attributes=True)


class ApiSlot(ApiModel):
    """Where a meal shall stand; weeks count from 1."""

    meal_id: UUID
    week: Annotated[int, Field(ge=1, le=MAX_WEEK), WHOLE]
    weekday: Weekday
    hour: Hour | None = None
    meal_type: Annotated[str, Field(min_length=1, max_length=50, examples=["lunch"])]

    def to_domain(self) -> Slot:
        """The slot that a client sent."""
        return Slot(str(self.meal_id), self.week, self.weekday, self.meal_type, self.hour)


class ApiCreateMenu(ApiRequest):
    """A new menu; it may be empty."""

    client_id: UUID | None = None
    meals: Annotated[tuple[ApiSlot, ...], Field(max_length=MAX_MEALS, fail_fast=True)] = ()
    tags: Annotated[tuple[ApiLabel, ...], Field(max_length=50, fail_fast=True)] = ()
    description: Prose | None = None

    def to_domain(self, client_id: str, placer: Placer) -> CreateMenu:
        """The command."""
        content = MenuContent(
            slots=tuple(slot.to_domain() for slot in self.meals),
            labels=labels_of(self.tags),
            description=self.description,
        )
        return CreateMenu(client_id=client_id, placer=placer, content=content)


class ApiUpdateMenu(ApiRequest):
    """The fields of a menu to change; what is not sent stays. `meals` are all that shall stand on the menu."""

    id: UUID | None = None
    menu_id: UUID | None = None
    client_id: UUID | None = None
    version: Version | None = None
    meals: Annotated[tuple[ApiSlot, ...], Field(max_length=MAX_MEALS, fail_fast=True)] | None = None
    tags: Annotated[tuple[ApiLabel, ...], Field(max_length=50, fail_fast=True)] | None = None
    description: Prose | None = None

    def to_domain(self, client_id: str, menu_id: str, placer: Placer) -> UpdateMenu:
        """The command."""
        changes: dict[str, Any] = changes_of(self, ("meals", "tags", "description"), {"description"})
        if "meals" in changes:
            changes["slots"] = tuple(slot.to_domain() for slot in changes.pop("meals"))
        if "tags" in changes:
            changes["labels"] = labels_of(changes.pop("tags"))
        return UpdateMenu(
            client_id=client_id,
            menu_id=menu_id,
            placer=placer,
            changes=MenuChanges(**changes),
            version=self.version,
        )
