"""The bearer token of a request: exactly one Authorization header of exactly one shape."""

from collections.abc import Sequence

from ...gateway.http import HeaderLine
from ..reasons import Reason, UnacceptableError

# A Cognito token with a hundred groups stays below; API Gateway itself takes 10 240 bytes for all headers together.
LARGEST_CREDENTIALS = 8192
# Case-insensitive (RFC 9110 §11.1), with one space and no other blank. All that follows belongs to the token: a
# second space, a comma and another value are letters that no strict base64url has.
SCHEME = b"bearer "


def bearer_token(headers: Sequence[HeaderLine]) -> bytes:
    """The token as sent; raises `UnacceptableError` for none, for several, and for any other shape."""
    values = [value for name, value in headers if name.lower() == b"authorization"]
    if not values:
        raise UnacceptableError(Reason.NO_CREDENTIALS, "authorization_is_present")
    if len(values) > 1:
        raise UnacceptableError(Reason.MALFORMED_CREDENTIALS, "authorization_is_single")
    if len(values[0]) > LARGEST_CREDENTIALS:
        raise UnacceptableError(Reason.MALFORMED_CREDENTIALS, "credentials_are_bounded")
    if values[0][: len(SCHEME)].lower() != SCHEME:
        raise UnacceptableError(Reason.MALFORMED_CREDENTIALS, "credentials_are_bearer")
    return values[0][len(SCHEME) :]
