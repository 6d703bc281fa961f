"""Lambda: delete a user."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import anyio

from src.contexts.iam.core.bootstrap.container import Container
from src.contexts.iam.core.domain.commands import DeleteUser
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

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="iam.delete_user"),
    iam_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="delete_user", logger_name="iam.delete_user.errors"),
    timeout=30.0,
    name="delete_user",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle DELETE /users/{id} to take all roles and logins from a user.

    Request:
        Path: id (string, required) - the id of the user, Cognito's `sub`
        Auth: manage_users; an administrator is deleted by another administrator only

    Responses:
        200: The user was deleted
        403: The user who asks may not manage users, or not delete an administrator
        404: No user has this id
        409: The last administrator of a context cannot be deleted

    Idempotency:
        No. The second time the user is not found, unless the first was answered with 503: then the logins are ended.

    Notes:
        What the user has written stays. The id is not given again.
    """
    user = event["_auth_context"].user_object
    require_user_manager(user)
    user_id = LambdaHelpers.extract_path_parameter(event, "id")
    if not user_id:
        raise ValueError("The id of the user is required.")
    cmd = DeleteUser(actor_id=user.id, user_id=unquote(user_id))

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": json.dumps({"message": "User deleted.", "user_id": cmd.user_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
