"""Response schemas of clients."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import JsonValue

from src.contexts.recipes_catalog.core.adapters.api_schemas.menu import ApiMenu
from src.contexts.recipes_catalog.core.domain.client import Client
from src.contexts.recipes_catalog.core.domain.menu import Menu
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel
from src.contexts.shared_kernel.adapters.api_schemas.contact import ApiAddress, ApiContactInfo, ApiProfile
from src.contexts.shared_kernel.adapters.api_schemas.tag import ApiTag


class ApiClient(ApiModel):
    """A client with all menus."""

    id: str
    author_id: str
    profile: ApiProfile
    contact_info: ApiContactInfo | None
    address: ApiAddress | None
    tags: list[ApiTag]
    notes: str | None
    onboarding_data: JsonValue
    menus: list[ApiMenu]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def from_domain(cls, client: Client, menus: Iterable[Menu]) -> "ApiClient":
        """The client for its nutritionist."""
        return cls(
            id=client.id,
            author_id=client.author_id,
            profile=ApiProfile.from_domain(client.profile),
            contact_info=ApiContactInfo.from_domain(client.contact_info) if client.contact_info else None,
            address=ApiAddress.from_domain(client.address) if client.address else None,
            tags=[ApiTag.from_domain(tag) for tag in client.tags],
            notes=client.notes,
            onboarding_data=client.onboarding_data,
            menus=[ApiMenu.from_domain(menu) for menu in menus],
            created_at=client.created_at,
            updated_at=client.updated_at,
            version=client.version,
        )


class ApiClientInList(ApiModel):
    """A client in a list: of the menus only the ids, and without onboarding data."""

    id: str
    author_id: str
    profile: ApiProfile
    contact_info: ApiContactInfo | None
    address: ApiAddress | None
    tags: list[ApiTag]
    notes: str | None
    menu_ids: list[str]
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def from_domain(cls, client: Client, menu_ids: Iterable[str]) -> "ApiClientInList":
        """The client for a list."""
        return cls(
            id=client.id,
            author_id=client.author_id,
            profile=ApiProfile.from_domain(client.profile),
            contact_info=ApiContactInfo.from_domain(client.contact_info) if client.contact_info else None,
            address=ApiAddress.from_domain(client.address) if client.address else None,
            tags=[ApiTag.from_domain(tag) for tag in client.tags],
            notes=client.notes,
            menu_ids=list(menu_ids),
            created_at=client.created_at,
            updated_at=client.updated_at,
            version=client.version,
        )
