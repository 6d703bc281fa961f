"""The bearer token of a request: exactly one Authorization header of exactly one shape."""

import re
from collections.abc import Sequence

from src.runtimes.fastapi.auth.reasons import Reason, UnacceptableError
from src.runtimes.fastapi.bridge.http import HeaderLine

# A Cognito token with a hundred groups stays below; API Gateway itself takes 10 240 bytes for all headers together.
LARGEST_CREDENTIALS = 8192
# The scheme is case-insensitive (RFC 9110 §11.1). One space, no other blank, no second value after a comma, nothing
# that is not base64url: what proxies and parsers disagree about is refused before anything is decoded.
_BEARER = re.compile(rb"[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)")


def bearer_token(headers: Sequence[HeaderLine]) -> bytes:
    """The token as sent; raises `UnacceptableError` for none, for several, and for any other shape."""
    values = [value for name, value in headers if name.lower() == b"authorization"]
    if not values:
        raise UnacceptableError(Reason.NO_CREDENTIALS, "authorization_is_present")
    if len(values) > 1:
        raise UnacceptableError(Reason.MALFORMED_CREDENTIALS, "authorization_is_single")
    if len(values[0]) > LARGEST_CREDENTIALS:
        raise UnacceptableError(Reason.MALFORMED_CREDENTIALS, "credentials_are_bounded")
    shape = _BEARER.fullmatch(values[0])
    if shape is None:
        raise UnacceptableError(Reason.MALFORMED_CREDENTIALS, "credentials_are_bearer")
    return shape[1]
