"""What recipes_catalog does for other contexts, by a call and not over HTTP."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from src.contexts.recipes_catalog.core.adapters.client_repositories import SqlClients
from src.contexts.recipes_catalog.core.domain.client import ClientChanges
from src.contexts.shared_kernel.domain.errors import NotFoundError

__all__ = ["attach_onboarding_data"]


async def attach_onboarding_data(
    client_id: str, author_id: str, data: Mapping[str, Any], *, session: AsyncSession
) -> None:
    """Make `data` (JSON) the client's onboarding data in the caller's transaction, in place of what was there.

    The client is locked until that ends. Raises `NotFoundError` when this author has no such client.
    """
    clients = SqlClients(session)
    client = await clients.hold(client_id)
    if client.author_id != author_id:
        raise NotFoundError("Client", client_id)
    client.change(ClientChanges(onboarding_data=dict(data)))
    await clients.save(client)
