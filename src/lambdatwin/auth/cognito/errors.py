"""What Cognito's refusals mean here: one class per reason, and the one table from Cognito's names to them."""

from typing import Final


class CognitoError(Exception):
    """Cognito gave no tokens. The text is for the log."""


class RefusedError(CognitoError):
    """Bad or revoked refresh token, unknown user: 401, always the same one."""


class ReusedError(CognitoError):
    """A refresh token that was rotated away came back: 401, and the session is dropped. Somebody may have stolen it."""


class ThrottledError(CognitoError):
    """Too many requests: 503 with Retry-After."""


class UnreachableError(CognitoError):
    """No answer in time, or a 5xx: 503."""


class MisconfiguredError(CognitoError):
    """Wrong pool, client or flow: 502, and somebody must look at the settings."""


# API_GetTokensFromRefreshToken, API_InitiateAuth and API_RevokeToken of the Cognito API reference, and the OAuth
# errors of its /oauth2/token.
TABLE: Final[dict[str, type[CognitoError]]] = {
    "NotAuthorizedException": RefusedError,
    "UserNotFoundException": RefusedError,
    "UserNotConfirmedException": RefusedError,
    "PasswordResetRequiredException": RefusedError,
    "invalid_grant": RefusedError,
    "RefreshTokenReuseException": ReusedError,
    "TooManyRequestsException": ThrottledError,
    "LimitExceededException": ThrottledError,
    "ThrottlingException": ThrottledError,
    "InternalErrorException": UnreachableError,
    "InternalFailure": UnreachableError,
    "ServiceUnavailable": UnreachableError,
}


def cognito_error(name: str, status: int) -> CognitoError:
    """The error for a name; what nobody foresaw is the server's fault from 500 on, and a misconfiguration below."""
    kind = TABLE.get(name)
    if kind is None:
        kind = ThrottledError if status == 429 else UnreachableError if status >= 500 else MisconfiguredError
    return kind(f"{status} {name}")
