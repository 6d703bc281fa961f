"""Protocols of the external services that this context uses."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from src.contexts.client_onboarding.core.domain.webhook import WebhookPolicy


class Typeform(Protocol):
    """Typeform, as far as forms are concerned.

    Both calls may be repeated. They raise `BusinessRuleError` when Typeform refuses, and `DependencyUnavailable` when
    it does not answer as it should.
    """

    async def set_webhook(self, typeform_id: str, url: str, *, enabled: bool) -> None:
        """Have the responses of a form sent to a URL, or keep them back for now."""
        ...

    async def remove_webhook(self, typeform_id: str) -> None:
        """Have no responses of a form sent any more."""
        ...


class Clients(Protocol):
    """The clients of nutritionists, who live in another context."""

    async def attach_onboarding_data(self, client_id: str, author_id: str, data: Mapping[str, Any]) -> None:
        """Make `data` the onboarding data of this author's client, in the unit of work that has this port.

        Raises `NotFoundError` without such a client.
        """
        ...


# Made when it is needed: a request that has nothing to do with Typeform reads none of its settings.
type TypeformFactory = Callable[[], Typeform]
type WebhookPolicyFactory = Callable[[], WebhookPolicy]
