"""Lambda: create a user."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.iam.core.adapters.api_schemas.user import ApiCreateUser
from src.contexts.iam.core.bootstrap.container import Container
from src.contexts.iam.core.domain.commands import CreateUser
from src.contexts.iam.core.domain.policies import require_user_manager
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .api_headers import API_headers
from .iam_auth import iam_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.iam.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

HTTP_CREATED = 201

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="iam.create_user"),
    iam_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="create_user", logger_name="iam.create_user.errors"),
    timeout=30.0,
    name="create_user",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /users to create a user.

    Request:
        Body: ApiCreateUser
        Auth: manage_users

    Responses:
        201: The user was created, with the basic role in every context
        403: The user may not manage users
        409: The user exists, or was deleted
        422: A field that is not acceptable

    Idempotency:
        No. A second time it is a conflict.
    """
    require_user_manager(event["_auth_context"].user_object)

    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    api = ApiCreateUser.model_validate_json(raw)
    cmd = CreateUser(user_id=api.id)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": HTTP_CREATED,
        "headers": API_headers,
        "body": json.dumps({"message": "User created.", "user_id": cmd.user_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
