"""What recipes_catalog does for other contexts, by a call and not over HTTP."""

from collections.abc import Mapping
from typing import Any

from src.contexts.recipes_catalog.core.adapters.unit_of_work import RecipesUnitOfWork
from src.contexts.recipes_catalog.core.domain.client import ClientChanges
from src.contexts.shared_kernel.adapters.database import SessionFactory, lambda_session_factory
from src.contexts.shared_kernel.domain.errors import NotFoundError

__all__ = ["attach_onboarding_data"]


async def attach_onboarding_data(
    client_id: str, author_id: str, data: Mapping[str, Any], *, session_factory: SessionFactory | None = None
) -> None:
    """Make `data` (JSON) the client's onboarding data, in place of what was there.

    Raises `NotFoundError` when this author has no such client.
    """
    async with RecipesUnitOfWork(session_factory or lambda_session_factory()) as uow:
        client = await uow.clients.get(client_id)
        if client.author_id != author_id:
            raise NotFoundError("Client", client_id)
        client.change(ClientChanges(onboarding_data=dict(data)))
        await uow.clients.save(client)
        await uow.commit()
