"""What can be done with clients and their menus; `version`, `changes` and `content` as in `commands`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from src.contexts.recipes_catalog.core.domain.labels import Labels
from src.contexts.recipes_catalog.core.domain.menu import Slot
from src.contexts.shared_kernel.domain.commands import Command
from src.contexts.shared_kernel.sources import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateClient(Command):
    """Take on a client; the content has the profile."""

    author_id: str
    content: Mapping[str, Any]
    client_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateClient(Command):
    """Change the given fields of a client."""

    client_id: str
    changes: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteClient(Command):
    """Delete a client with all menus."""

    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placer:
    """Who puts meals on a menu: his own, or with `any_meal` everybody's."""

    user_id: str
    any_meal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMenu(Command):
    """Write a menu for a client; the placer becomes its author."""

    client_id: str
    placer: Placer
    slots: tuple[Slot, ...] = ()
    labels: Labels = ()
    description: str | None = None
    menu_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMenu(Command):
    """Change a client's menu: `slots`, `labels`, `description`."""

    client_id: str
    menu_id: str
    placer: Placer
    changes: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMenu(Command):
    """Delete a client's menu; the meals stay."""

    client_id: str
    menu_id: str
