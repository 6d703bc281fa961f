"""Who may call the handlers of this context."""

from src.contexts.iam.core.internal import IamUsers
from src.contexts.shared_kernel.middleware.authentication_middleware import (
    AuthenticationMiddleware,
    aws_lambda_authentication_middleware,
)


def iam_aws_auth_middleware() -> AuthenticationMiddleware:
    """Users with the roles that they have in this context."""
    return aws_lambda_authentication_middleware(caller_context="iam", users=IamUsers())
