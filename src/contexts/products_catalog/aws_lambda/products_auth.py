"""Authentication of the handlers of this context."""

from src.contexts.iam.core.internal import IamUsers
from src.contexts.shared_kernel.domain.permissions import Permission
from src.contexts.shared_kernel.middleware.authentication_middleware import (
    AuthenticationMiddleware,
    aws_lambda_authentication_middleware,
)


def products_aws_auth_middleware() -> AuthenticationMiddleware:
    """Users of IAM with at least one role in this context."""
    return aws_lambda_authentication_middleware(
        caller_context="products_catalog", users=IamUsers(), permission=Permission.ACCESS_BASIC_FEATURES
    )
