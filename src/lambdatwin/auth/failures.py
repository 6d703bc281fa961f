"""What a client of /auth/* gets when Cognito or the database does not do what was asked."""

from ..gateway.answers import INTERNAL_SERVER_ERROR
from ..gateway.http import GatewayResponse
from ..observability.logging import EventLog
from .answers import answer, unavailable
from .cognito.errors import (
    CognitoError,
    MisconfiguredError,
    RefusedError,
    ReusedError,
    ThrottledError,
)
from .reasons import Reason

_LOG = EventLog("auth")
_THROTTLED_SECONDS = b"10"


def failure(error: CognitoError) -> GatewayResponse:
    """One 401 whatever was refused; 503 for what passes by itself; 502 for what somebody must mend."""
    match error:
        case RefusedError() | ReusedError():
            return answer(Reason.REFRESH_REFUSED)
        case ThrottledError():
            return unavailable(_THROTTLED_SECONDS)
        case MisconfiguredError():
            _LOG.error("cognito_misconfigured", why=str(error))
            return INTERNAL_SERVER_ERROR
        case _:
            return unavailable()
