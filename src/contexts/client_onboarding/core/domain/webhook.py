"""Where Typeform may send the responses of a form."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from src.contexts.shared_kernel.domain.errors import BusinessRuleError, ValidationFailed

_HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class WebhookPolicy:
    """Responses hold health data, so they go to the origin of `own_url`, over https; `anywhere` is for trials."""

    own_url: str | None
    anywhere: bool = False

    def choose(self, asked: str | None) -> str:
        """The URL that a client asks for, or our own; raises as `require` does, and without any URL."""
        url = asked or self.own_url
        if url is None:
            raise BusinessRuleError("Say where the responses go: send a webhook_url.")
        self.require(url)
        return url

    def require(self, url: str) -> None:
        """Raise `ValidationFailed` for another origin, `BusinessRuleError` when this API has no https webhook."""
        if self.anywhere:
            return
        own = _https_origin(self.own_url or "")
        if own is None:
            raise BusinessRuleError("This API has no https webhook that responses could be sent to.")
        if _https_origin(url) != own:
            raise ValidationFailed.of("webhook_url", "foreign_origin", "Responses are sent to this API only.")


def _https_origin(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = _HTTPS_PORT if parts.port is None else parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        return None
    return parts.hostname, port
