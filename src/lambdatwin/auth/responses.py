"""Why a request is refused, and the response for it: API Gateway's bodies with the challenge of RFC 6750 §3."""

from enum import StrEnum

from ..gateway.answers import FORBIDDEN, JSON, TOKEN_EXPIRED, UNAUTHORIZED
from ..gateway.http import GatewayResponse


class Reason(StrEnum):
    NO_CREDENTIALS = "no_credentials"
    MALFORMED_CREDENTIALS = "malformed_credentials"
    MALFORMED_JWT = "malformed_jwt"
    UNACCEPTABLE_HEADER = "unacceptable_header"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    BAD_CLAIMS = "bad_claims"
    WRONG_AUDIENCE = "wrong_audience"
    NO_SCOPE = "no_scope"
    EXPIRED = "expired"
    REVOKED = "revoked"
    DENIED = "denied"
    BAD_SESSION = "bad_session"
    CSRF = "csrf"
    REFRESH_REFUSED = "refresh_refused"
    KEYS_UNAVAILABLE = "keys_unavailable"
    DENY_LIST_UNAVAILABLE = "deny_list_unavailable"
    ISSUER_UNAVAILABLE = "issuer_unavailable"
    NO_ISSUER = "no_issuer"


class AnswerError(Exception):
    """The request ends with this answer."""

    def __init__(self, response: GatewayResponse) -> None:
        super().__init__(response.status)
        self.response = response


class UnacceptableError(Exception):
    """Raised and caught inside the verifier; `check` names the check that refused, for the log."""

    def __init__(self, reason: Reason, check: str) -> None:
        super().__init__(f"{reason}: {check}")
        self.reason = reason
        self.check = check


# RFC 6750 §3.1: a request without any authentication gets no error code.
NO_CREDENTIALS = UNAUTHORIZED.adding((b"www-authenticate", b"Bearer"))
_INVALID_TOKEN = UNAUTHORIZED.adding(
    (b"www-authenticate", b'Bearer error="invalid_token", error_description="The access token is not valid"')
)
_EXPIRED = b'Bearer error="invalid_token", error_description="The access token has expired"'
_NO_SCOPE = b'Bearer error="insufficient_scope", error_description="The access token has no scope of this route"'


def unavailable(retry_after: bytes = b"5") -> GatewayResponse:
    """503: whether the request is entitled cannot be decided now; `retry_after` in seconds."""
    headers = (JSON, (b"retry-after", retry_after))
    return GatewayResponse(503, headers, b'{"message":"Service Unavailable"}')


_RESPONSES: dict[Reason, GatewayResponse] = {
    Reason.NO_CREDENTIALS: NO_CREDENTIALS,
    Reason.EXPIRED: TOKEN_EXPIRED.adding((b"www-authenticate", _EXPIRED)),
    # RFC 6750 would have 403 here, as HTTP APIs do.
    Reason.NO_SCOPE: UNAUTHORIZED.adding((b"www-authenticate", _NO_SCOPE)),
    Reason.CSRF: FORBIDDEN,
    **dict.fromkeys(
        (Reason.KEYS_UNAVAILABLE, Reason.DENY_LIST_UNAVAILABLE, Reason.ISSUER_UNAVAILABLE, Reason.NO_ISSUER),
        unavailable(),
    ),
}


def response_for(reason: Reason) -> GatewayResponse:
    """One answer for every reason that would tell an attacker something; see `Reason` for what is behind it."""
    return _RESPONSES.get(reason, _INVALID_TOKEN)
