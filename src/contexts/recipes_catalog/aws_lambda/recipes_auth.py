"""Who may call the handlers of this context."""

from src.contexts.iam.core.internal import IamUsers
from src.contexts.shared_kernel.middleware.authentication_middleware import (
    AuthenticationMiddleware,
    aws_lambda_authentication_middleware,
)


def recipes_aws_auth_middleware() -> AuthenticationMiddleware:
    """Users of IAM, with the roles that they have in this context."""
    return aws_lambda_authentication_middleware(caller_context="recipes_catalog", users=IamUsers())
