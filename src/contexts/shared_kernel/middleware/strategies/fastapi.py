"""What the middleware does in the FastAPI process; nothing here knows the framework itself."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from src.contexts.shared_kernel.middleware.auth_context import AuthContext, UserProvider, identify
from src.contexts.shared_kernel.middleware.error_table import ErrorKind


@dataclass(slots=True)
class FastAPIAuthContext(AuthContext):
    """The same context as in Lambda, made by this runtime."""


@dataclass(frozen=True, slots=True)
class FastAPIAuthentication:
    """The shell verified the token; the user comes from a cache of the process in front of IAM."""

    users: UserProvider

    async def authenticate(self, event: Mapping[str, Any], caller_context: str) -> AuthContext:
        """The user of `caller_context`; raises `AuthenticationError` when there is none."""
        return await identify(self.users, event, caller_context, FastAPIAuthContext)


@dataclass(frozen=True, slots=True)
class FastAPIErrorReport:
    """Names the route, and tells the process's metrics, tracing and error reporting of the error."""

    count: Callable[[str, int], None]
    capture: Callable[[BaseException], None]

    def report(self, event: Mapping[str, Any], context: Any, kind: ErrorKind) -> Mapping[str, Any]:
        """The fields of the log line."""
        self.count(kind.error_type, kind.status)
        error = sys.exception()
        # What is away is away for every request: nothing to look into.
        if error is not None and kind.status >= 500 and kind.status != 503:
            self.capture(error)
        return {"method": event.get("httpMethod"), "route": event.get("resource")}


@dataclass(frozen=True, slots=True)
class FastAPIRequestFields:
    """Everything that the line needs stands in the event."""

    def fields(self, event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:
        """No fields of its own."""
        return {}
