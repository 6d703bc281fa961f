"""Pages that are too large to be answered."""

from src.contexts.shared_kernel.domain.errors import ValidationFailed

# Lambda's runtime refuses a result of more than 6 291 556 bytes, and the client would see a 502. The body counts as
# it is escaped inside the result; some room is left for the headers.
MAX_BYTES = 6_200_000


def require_sendable(body: bytes) -> None:
    """Raise `ValidationFailed` for a page that Lambda could not send; a smaller one can be asked for."""
    # Escaped it is at most twice as long, so that few pages need to be counted.
    if 2 * len(body) > MAX_BYTES and len(body) + body.count(b'"') + body.count(b"\\") > MAX_BYTES:
        raise ValidationFailed.of("limit", "page_too_large", "The page is too large to be sent; ask for a smaller one.")
