"""Why a request is not let in: for the log, the metrics and the tests; a client only learns what `answers.py` says."""

from enum import StrEnum


class Reason(StrEnum):
    """One outcome of a failed authentication."""

    NO_CREDENTIALS = "no_credentials"
    MALFORMED_CREDENTIALS = "malformed_credentials"
    MALFORMED_JWT = "malformed_jwt"
    UNACCEPTABLE_HEADER = "unacceptable_header"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    BAD_CLAIMS = "bad_claims"
    EXPIRED = "expired"
    REVOKED = "revoked"
    BAD_SESSION = "bad_session"
    CSRF = "csrf"
    REFRESH_REFUSED = "refresh_refused"
    KEYS_UNAVAILABLE = "keys_unavailable"
    DENY_LIST_UNAVAILABLE = "deny_list_unavailable"
    ISSUER_UNAVAILABLE = "issuer_unavailable"


class UnacceptableError(Exception):
    """Raised and caught inside the verifier; `check` names the check that refused, for the log."""

    def __init__(self, reason: Reason, check: str) -> None:
        super().__init__(f"{reason}: {check}")
        self.reason = reason
        self.check = check
