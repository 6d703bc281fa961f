"""Why a request is refused, and the response for it: API Gateway's bodies with the challenge of RFC 6750 §3."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from ..gateway.answers import FORBIDDEN, JSON, TOKEN_EXPIRED, UNAUTHORIZED
from ..gateway.http import GatewayResponse, HeaderLine


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
    COOKIE_TOO_LARGE = "cookie_too_large"
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


class RejectedError(Exception):
    """A token or a session that is not accepted: `checks` name what failed, for the log. `claims` are kept only for a
    flawless token whose time is over; `headers` go with the response."""

    def __init__(
        self,
        reason: Reason,
        *checks: str,
        claims: Mapping[str, object] | None = None,
        headers: Sequence[HeaderLine] = (),
    ) -> None:
        super().__init__(",".join(checks))
        self.reason, self.checks, self.claims = reason, checks, claims
        self.response = _RESPONSES.get(reason, _INVALID_TOKEN).adding(*headers)


class StoreUnavailableError(Exception):
    """Revocations, or refreshes that are under way, can be neither read nor written now."""


# RFC 6750 §3.1: a request without any authentication gets no error code.
_NO_CREDENTIALS = UNAUTHORIZED.adding((b"www-authenticate", b"Bearer"))
_INVALID_TOKEN = UNAUTHORIZED.adding(
    (b"www-authenticate", b'Bearer error="invalid_token", error_description="The access token is not valid"')
)
_EXPIRED = b'Bearer error="invalid_token", error_description="The access token has expired"'
_NO_SCOPE = b'Bearer error="insufficient_scope", error_description="The access token has no scope of this route"'


def unavailable(retry_after: bytes = b"5") -> GatewayResponse:
    """503: whether the request is entitled cannot be decided now; `retry_after` in seconds."""
    headers = (JSON, (b"retry-after", retry_after))
    return GatewayResponse(503, headers, b'{"message":"Service Unavailable"}')


UNDECIDED = frozenset(
    {Reason.KEYS_UNAVAILABLE, Reason.DENY_LIST_UNAVAILABLE, Reason.ISSUER_UNAVAILABLE, Reason.NO_ISSUER}
)
# One answer for every reason that would tell an attacker something.
_RESPONSES: dict[Reason, GatewayResponse] = {
    Reason.NO_CREDENTIALS: _NO_CREDENTIALS,
    Reason.EXPIRED: TOKEN_EXPIRED.adding((b"www-authenticate", _EXPIRED)),
    # RFC 6750 would have 403 here, as HTTP APIs do.
    Reason.NO_SCOPE: UNAUTHORIZED.adding((b"www-authenticate", _NO_SCOPE)),
    Reason.CSRF: FORBIDDEN,
    **dict.fromkeys(UNDECIDED, unavailable()),
}
