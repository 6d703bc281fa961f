"""What is sent to take on clients and to change them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from src.contexts.recipes_catalog.core.adapters.api_schemas.fields import (
    AnyJson,
    AuthorId,
    Prose,
    Version,
    changes_of,
)
from src.contexts.recipes_catalog.core.adapters.api_schemas.label import ApiLabel, labels_of
from src.contexts.recipes_catalog.core.domain.client import ClientChanges, ClientContent
from src.contexts.recipes_catalog.core.domain.client_commands import CreateClient, UpdateClient
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiRequest
from src.contexts.shared_kernel.adapters.api_schemas.contact import ApiAddress, ApiContactInfo, ApiProfile

_FIELDS = ("profile", "contact_info", "address", "tags", "notes", "onboarding_data")
_NULLABLE = frozenset({"contact_info", "address", "notes", "onboarding_data"})


class ApiCreateClient(ApiRequest):
    """A new client; the user who sends it is the author."""

    author_id: AuthorId
    profile: ApiProfile
    contact_info: ApiContactInfo | None = None
    address: ApiAddress | None = None
    tags: Annotated[tuple[ApiLabel, ...], Field(max_length=50, fail_fast=True)] = ()
    notes: Prose | None = None
    onboarding_data: AnyJson = None

    def to_domain(self) -> CreateClient:
        """The command."""
        return CreateClient(author_id=self.author_id, content=ClientContent(**_changes(self)))


class ApiUpdateClient(ApiRequest):
    """The fields of a client to change; what is not sent stays."""

    id: UUID | None = None
    client_id: UUID | None = None
    version: Version | None = None
    profile: ApiProfile | None = None
    contact_info: ApiContactInfo | None = None
    address: ApiAddress | None = None
    tags: Annotated[tuple[ApiLabel, ...], Field(max_length=50, fail_fast=True)] | None = None
    notes: Prose | None = None
    onboarding_data: AnyJson = None

    def to_domain(self, client_id: str) -> UpdateClient:
        """The command."""
        return UpdateClient(client_id=client_id, changes=ClientChanges(**_changes(self)), version=self.version)


def _changes(body: BaseModel) -> dict[str, Any]:
    changes: dict[str, Any] = changes_of(body, _FIELDS, _NULLABLE)
    if "tags" in changes:
        changes["labels"] = labels_of(changes.pop("tags"))
    for name in ("profile", "contact_info", "address"):
        if changes.get(name) is not None:
            changes[name] = changes[name].to_domain()
    return changes
