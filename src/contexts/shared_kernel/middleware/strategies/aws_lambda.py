"""What the middleware does behind API Gateway, inside Lambda."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from src.contexts.shared_kernel.middleware.auth_context import AuthContext, UserProvider, identify
from src.contexts.shared_kernel.middleware.error_table import ErrorKind


@dataclass(frozen=True, slots=True)
class LambdaAuthentication:
    """The authorizer verified the token; IAM is asked for the user on every invocation."""

    users: UserProvider

    async def authenticate(self, event: Mapping[str, Any], caller_context: str) -> AuthContext:
        """The user of `caller_context`; raises `AuthenticationError` when there is none."""
        return await identify(self.users, event, caller_context, AuthContext)


@dataclass(frozen=True, slots=True)
class LambdaErrorReport:
    """Names the invocation."""

    def report(self, event: Mapping[str, Any], context: Any, kind: ErrorKind) -> Mapping[str, Any]:
        """The fields of the log line."""
        return LambdaRequestFields().fields(event, context)


@dataclass(frozen=True, slots=True)
class LambdaRequestFields:
    """Names the invocation."""

    def fields(self, event: Mapping[str, Any], context: Any) -> Mapping[str, Any]:
        """The fields of the log line."""
        return {
            "aws_request_id": getattr(context, "aws_request_id", None),
            "function_name": getattr(context, "function_name", None),
        }
