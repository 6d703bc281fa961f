"""What can be done with clients and their menus; `version` as in `commands`."""

from dataclasses import dataclass, field

from src.contexts.recipes_catalog.core.domain.client import ClientChanges, ClientContent
from src.contexts.recipes_catalog.core.domain.menu import MenuChanges, MenuContent
from src.contexts.recipes_catalog.core.domain.policies import Placer
from src.contexts.shared_kernel.domain.commands import Command
from src.contexts.shared_kernel.sources import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateClient(Command):
    """Take on a client."""

    author_id: str
    content: ClientContent
    client_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateClient(Command):
    """Change a client."""

    client_id: str
    changes: ClientChanges
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteClient(Command):
    """Delete a client with all menus."""

    client_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMenu(Command):
    """Write a menu for a client; the placer becomes its author."""

    client_id: str
    placer: Placer
    content: MenuContent
    menu_id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMenu(Command):
    """Change a client's menu."""

    client_id: str
    menu_id: str
    placer: Placer
    changes: MenuChanges
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMenu(Command):
    """Delete a client's menu; the meals stay."""

    client_id: str
    menu_id: str
