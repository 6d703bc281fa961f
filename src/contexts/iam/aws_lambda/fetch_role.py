"""Lambda: the roles that there are."""

import json
from typing import Any

import anyio

from src.contexts.iam.core.adapters.api_schemas.role import ApiRole
from src.contexts.iam.core.domain.role import all_roles
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .api_headers import API_headers
from .iam_auth import iam_aws_auth_middleware


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="iam.fetch_role"),
    iam_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="fetch_role", logger_name="iam.fetch_role.errors"),
    timeout=30.0,
    name="fetch_role",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /roles for the roles of each context and what they allow.

    Request:
        Auth: any user

    Responses:
        200: Every role of every context with its permissions
        403: The user has no role in this context

    Idempotency:
        Yes. Read only.
    """
    roles = [ApiRole.from_domain(role) for role in all_roles()]
    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": json.dumps([role.model_dump() for role in roles]),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
