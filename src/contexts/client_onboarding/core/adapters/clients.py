"""The clients of recipes_catalog, through its internal endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from src.contexts.recipes_catalog.core.internal import attach_onboarding_data


@dataclass(frozen=True, slots=True)
class RecipesClients:
    """Clients in the transaction of a session."""

    session: AsyncSession

    async def attach_onboarding_data(self, client_id: str, author_id: str, data: Mapping[str, Any]) -> None:
        """Make `data` the onboarding data of this author's client."""
        await attach_onboarding_data(client_id, author_id, data, session=self.session)
