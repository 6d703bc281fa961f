"""Clients: those for whom menus are written."""

from dataclasses import dataclass
from typing import Any

from src.contexts.recipes_catalog.core.domain.labels import Labels, tags_of
from src.contexts.shared_kernel.domain.changes import KEEP, Change, Keep, changed
from src.contexts.shared_kernel.domain.contact import Address, ContactInfo, Profile
from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.tag import Tag

CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChanges:
    """The fields of a client to set; `onboarding_data` is any JSON, `labels` are the tags."""

    profile: Change[Profile] = KEEP
    contact_info: Change[ContactInfo | None] = KEEP
    address: Change[Address | None] = KEEP
    labels: Change[Labels] = KEEP
    notes: Change[str | None] = KEEP
    onboarding_data: Any = KEEP


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientContent(ClientChanges):
    """All that is written about a client."""

    profile: Profile
    contact_info: ContactInfo | None = None
    address: Address | None = None
    labels: Labels = ()
    notes: str | None = None
    onboarding_data: Any = None


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

    def change(self, changes: ClientChanges) -> None:
        """Set the fields that are not kept."""
        self.profile = changed(changes.profile, self.profile)
        self.contact_info = changed(changes.contact_info, self.contact_info)
        self.address = changed(changes.address, self.address)
        self.notes = changed(changes.notes, self.notes)
        self.onboarding_data = changed(changes.onboarding_data, self.onboarding_data)
        if not isinstance(changes.labels, Keep):
            self.tags = tags_of(changes.labels, self.author_id, CLIENT)
