"""Everybody with a valid token is known here, and nobody may do anything."""

from src.contexts.shared_kernel.domain.seed_user import SeedUser
from src.contexts.shared_kernel.middleware.authentication_middleware import (
    AuthenticationMiddleware,
    aws_lambda_authentication_middleware,
)


class Everybody:
    async def get_user(self, user_id: str, caller_context: str) -> SeedUser | None:
        return SeedUser(id=user_id, roles=frozenset())


def shop_aws_auth_middleware() -> AuthenticationMiddleware:
    return aws_lambda_authentication_middleware(caller_context="shop", users=Everybody())
