"""The clients of recipes_catalog, through its internal endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.contexts.recipes_catalog.core.internal import attach_onboarding_data
from src.contexts.shared_kernel.adapters.database import SessionFactory


@dataclass(frozen=True, slots=True)
class RecipesClients:
    """Clients on the same database."""

    session_factory: SessionFactory

    async def attach_onboarding_data(self, client_id: str, author_id: str, data: Mapping[str, Any]) -> None:
        """Make `data` the onboarding data of this author's client."""
        await attach_onboarding_data(client_id, author_id, dict(data), session_factory=self.session_factory)
