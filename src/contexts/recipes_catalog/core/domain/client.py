"""Clients: those for whom menus are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.contexts.recipes_catalog.core.domain.labels import tags_of
from src.contexts.shared_kernel.domain.contact import Address, ContactInfo, Profile
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.tag import Tag

CLIENT = "client"
_PLAIN_FIELDS = frozenset({"profile", "contact_info", "address", "notes", "onboarding_data"})


@dataclass(slots=True, kw_only=True, eq=False)
class Client(Entity):
    """A nutritionist's client; the menus written for the client are aggregates of their own."""

    author_id: str
    profile: Profile
    contact_info: ContactInfo | None = None
    address: Address | None = None
    tags: tuple[Tag, ...] = ()
    notes: str | None = None
    onboarding_data: Any = None

    def change(self, changes: Mapping[str, Any]) -> None:
        """Set the given fields; `labels` are the tags."""
        for name in _PLAIN_FIELDS & changes.keys():
            setattr(self, name, changes[name])
        if "labels" in changes:
            self.tags = tags_of(changes["labels"], self.author_id, CLIENT)
