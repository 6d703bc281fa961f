"""Authentication: the verified claims become a user of this context, or the request ends with 401."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

from src.contexts.shared_kernel.middleware.auth_context import AuthContext, UserProvider
from src.contexts.shared_kernel.middleware.composition import Event, Handler, Stage
from src.contexts.shared_kernel.middleware.strategies.aws_lambda import LambdaAuthentication


class AuthenticationStrategy(Protocol):
    """How a runtime finds the user; raises `AuthenticationError` for a stranger."""

    async def authenticate(self, event: Event, caller_context: str) -> AuthContext: ...


@dataclass(frozen=True)
class AuthenticationMiddleware:
    """Puts the user of `caller_context` into `event["_auth_context"]`."""

    caller_context: str
    strategy: AuthenticationStrategy
    stage: ClassVar[Stage] = Stage.AUTHENTICATION

    def with_strategy(self, strategy: AuthenticationStrategy) -> "AuthenticationMiddleware":
        """The same middleware for another runtime."""
        return replace(self, strategy=strategy)

    async def __call__(self, handler: Handler, event: Event, context: Any, /) -> Any:
        event["_auth_context"] = await self.strategy.authenticate(event, self.caller_context)
        return await handler(event, context)


def aws_lambda_authentication_middleware(*, caller_context: str, users: UserProvider) -> AuthenticationMiddleware:
    """Authentication behind API Gateway's Cognito authorizer."""
    return AuthenticationMiddleware(caller_context, LambdaAuthentication(users))
