"""Is a webhook really from Typeform?  https://www.typeform.com/developers/webhooks/secure-your-webhooks/"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from src.contexts.client_onboarding.core.adapters.typeform.settings import TypeformSettings
from src.contexts.shared_kernel.domain.errors import (
    AuthenticationError,
    BadValue,
    DependencyUnavailable,
    PayloadTooLarge,
)
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.logging import get_logger

MAX_BYTES = 1024 * 1024
HEADER = "Typeform-Signature"

_logger = get_logger(__name__)


def raw_bytes(body: str, *, encoded: bool) -> bytes:
    """The body as it was signed; raises `PayloadTooLarge` over 1 MB, before anything is decoded."""
    longest = -(-MAX_BYTES // 3) * 4 if encoded else MAX_BYTES
    if len(body) > longest:
        raise _too_large()
    # A lone surrogate can't come from a socket; an event made by hand may have one, and no signature fits it.
    raw = _decoded(body) if encoded else body.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_BYTES:
        raise _too_large()
    return raw


def require_signature(raw: bytes, headers: Mapping[str, Any], settings: TypeformSettings) -> None:
    """Raise `AuthenticationError` unless the body is signed with our secret.

    Without a secret nothing can be checked: development lets the body pass and warns, everything else refuses with
    `DependencyUnavailable`.
    """
    if settings.typeform_webhook_secret is None:
        _require_development(settings)
        return
    expected = signature_of(raw, settings.typeform_webhook_secret.get_secret_value())
    given = LambdaHelpers.extract_header({"headers": headers}, HEADER) or ""
    # Bytes: compare_digest raises for text that is not ASCII.
    if not hmac.compare_digest(expected.encode(), given.strip().encode("utf-8", "surrogatepass")):
        raise AuthenticationError("The signature is missing or wrong.")


def signature_of(raw: bytes, secret: str) -> str:
    """The value of the header for a body."""
    digest = hmac.new(secret.encode("utf-8", "surrogatepass"), raw, hashlib.sha256).digest()
    return f"sha256={base64.b64encode(digest).decode()}"


def _require_development(settings: TypeformSettings) -> None:
    if not settings.development:
        _logger.error("webhook_without_secret", missing="TYPEFORM_WEBHOOK_SECRET", accepted=False)
        raise DependencyUnavailable("Webhooks are not accepted here: no secret is configured.")
    _logger.warning("webhook_without_secret", missing="TYPEFORM_WEBHOOK_SECRET", accepted=True)


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadValue("The body is not valid base64.") from error


def _too_large() -> PayloadTooLarge:
    return PayloadTooLarge("The body is larger than 1 MB.")
