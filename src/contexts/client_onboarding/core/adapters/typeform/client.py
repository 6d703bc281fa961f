"""Typeform's webhooks API over HTTP, and what stands in for it without a key."""

import ssl
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import anyio
import httpx

from src.contexts.client_onboarding.core.adapters.typeform.settings import TypeformSettings
from src.contexts.shared_kernel.domain.errors import ApplicationError, BusinessRuleError, DependencyUnavailable
from src.contexts.shared_kernel.logging import get_logger

# One webhook a form is ours; this is its name at Typeform.
_TAG = "menu-planning"
_REFUSED = MappingProxyType(
    {
        400: "Typeform does not accept this webhook.",
        404: "Typeform has no form with this id.",
        422: "Typeform does not accept this webhook.",
    }
)
_MISCONFIGURED = frozenset({401, 403})

_logger = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class HttpTypeform:
    """Calls Typeform; of its answers only the status is read."""

    base_url: str
    key: str = field(repr=False)
    secret: str | None = field(repr=False)
    timeout: float

    async def set_webhook(self, typeform_id: str, url: str, *, enabled: bool) -> None:
        """PUT the webhook, new or not."""
        webhook: dict[str, Any] = {"url": url, "enabled": enabled, "verify_ssl": True}
        if self.secret is not None:
            webhook["secret"] = self.secret
        status = await self._call("PUT", _webhook(typeform_id), webhook)
        if not 200 <= status < 300:
            raise _failure(status)

    async def remove_webhook(self, typeform_id: str) -> None:
        """DELETE the webhook; none is fine."""
        status = await self._call("DELETE", _webhook(typeform_id), None)
        if not (200 <= status < 300 or status == 404):
            raise _failure(status)

    async def problem(self) -> str | None:
        """Why Typeform can't be used now; None if it can. A key without the right to read the account is fine."""
        try:
            status = await self._call("GET", "me", None)
        except DependencyUnavailable as error:
            return str(error)
        return f"status {status}" if status == 401 or status >= 500 else None

    async def _call(self, method: str, path: str, body: dict[str, Any] | None) -> int:
        url = f"{self.base_url}/{path}"
        headers = {"Authorization": f"Bearer {self.key}"}
        try:
            # httpx counts its time for each read; this limit holds for a server that sends a byte a second as well.
            with anyio.fail_after(self.timeout):
                async with (
                    httpx.AsyncClient(timeout=self.timeout, headers=headers, verify=_certificates()) as client,
                    client.stream(method, url, json=body) as response,
                ):
                    return response.status_code
        except (httpx.HTTPError, TimeoutError) as error:
            _logger.warning("typeform_unreachable", reason=type(error).__name__)
            raise DependencyUnavailable("Typeform does not answer.") from error


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities that a call trusts: to read them takes 20 ms of the loop, so it is done once in a process."""
    return httpx.create_ssl_context()


def _webhook(typeform_id: str) -> str:
    return f"forms/{typeform_id}/webhooks/{_TAG}"


@dataclass(frozen=True, slots=True)
class LocalTypeform:
    """Without a key nothing is sent to Typeform, and the log says so."""

    async def problem(self) -> str | None:
        """Forms are not known to Typeform."""
        return "TYPEFORM_API_KEY is not set"

    async def set_webhook(self, typeform_id: str, url: str, *, enabled: bool) -> None:
        """Say what would have been sent."""
        _logger.warning("typeform_stand_in", missing="TYPEFORM_API_KEY", form=typeform_id, url=url, enabled=enabled)

    async def remove_webhook(self, typeform_id: str) -> None:
        """Say what would have been removed."""
        _logger.warning("typeform_stand_in", missing="TYPEFORM_API_KEY", form=typeform_id, removed=True)


def make_typeform(settings: TypeformSettings) -> HttpTypeform | LocalTypeform:
    """Typeform itself if there is a key."""
    if settings.typeform_api_key is None:
        return LocalTypeform()
    secret = settings.typeform_webhook_secret
    return HttpTypeform(
        base_url=str(settings.typeform_base_url).rstrip("/"),
        key=settings.typeform_api_key.get_secret_value(),
        secret=secret.get_secret_value() if secret else None,
        timeout=settings.typeform_timeout,
    )


def _failure(status: int) -> ApplicationError:
    if status in _REFUSED:
        return BusinessRuleError(_REFUSED[status])
    if status in _MISCONFIGURED:
        _logger.error("typeform_refuses_our_key", status=status)
    else:
        _logger.warning("typeform_failed", status=status)
    return DependencyUnavailable("Typeform does not answer as it should.")
