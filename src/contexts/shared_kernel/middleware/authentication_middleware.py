"""Authentication: the verified claims become a user of this context, or the request ends with 401 or 403."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.middleware.auth_context import AuthContext, UserProvider
from src.contexts.shared_kernel.middleware.composition import Event, Handler, Stage
from src.contexts.shared_kernel.middleware.strategies.aws_lambda import LambdaAuthentication


class AuthenticationStrategy(Protocol):
    """How a runtime finds the user; raises `AuthenticationError` for a stranger."""

    async def authenticate(self, event: Event, caller_context: str) -> AuthContext: ...


@dataclass(frozen=True)
class AuthenticationMiddleware:
    """Puts the user of `caller_context` into `event["_auth_context"]`; refuses one without the permission there."""

    caller_context: str
    strategy: AuthenticationStrategy
    permission: Permission | None = None
    stage: ClassVar[Stage] = Stage.AUTHENTICATION

    def with_strategy(self, strategy: AuthenticationStrategy) -> "AuthenticationMiddleware":
        """The same middleware for another runtime."""
        return replace(self, strategy=strategy)

    async def __call__(self, handler: Handler, event: Event, context: Any, /) -> Any:
        found = event["_auth_context"] = await self.strategy.authenticate(event, self.caller_context)
        if self.permission is not None and not found.user_object.has_permission(self.permission):
            raise PermissionError("The user has no role in this context.")
        return await handler(event, context)


def aws_lambda_authentication_middleware(
    *, caller_context: str, users: UserProvider, permission: Permission | None = None
) -> AuthenticationMiddleware:
    """Authentication behind API Gateway's Cognito authorizer; `permission` is what every user needs (403)."""
    return AuthenticationMiddleware(caller_context, LambdaAuthentication(users), permission)
