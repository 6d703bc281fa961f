"""Lambda: take a role from a user."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import anyio

from src.contexts.iam.core.bootstrap.container import Container
from src.contexts.iam.core.domain.commands import RemoveRole
from src.contexts.iam.core.domain.policies import require_role_manager
from src.contexts.iam.core.domain.role import Role
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
    aws_lambda_logging_middleware(logger_name="iam.remove_role"),
    iam_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="remove_role", logger_name="iam.remove_role.errors"),
    timeout=30.0,
    name="remove_role",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle DELETE /assign-role/{user_id}/{context}/{name} to take a role from a user.

    Request:
        Path: user_id (string, required) - the id of the user, Cognito's `sub`
        Path: context (string, required) - the context that the role is of
        Path: name (string, required) - the name of the role
        Auth: manage_roles, and the role itself unless the user who asks is an administrator

    Responses:
        200: The user no longer has the role
        400: The last administrator of a context cannot lose the role
        403: The user who asks may not manage roles, or lacks this one
        404: No user has this id, or the user does not have the role
        422: There is no such role

    Idempotency:
        No. The second time the role is not found, unless the first was answered with 503: then the logins are ended.
    """
    user = event["_auth_context"].user_object
    require_role_manager(user)

    user_id = LambdaHelpers.extract_path_parameter(event, "user_id")
    context_name = LambdaHelpers.extract_path_parameter(event, "context")
    role_name = LambdaHelpers.extract_path_parameter(event, "name")
    if not user_id or not context_name or not role_name:
        raise ValueError("The user, the context and the name of the role are required.")
    cmd = RemoveRole(user.id, unquote(user_id), Role(context=context_name, name=role_name))

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {"statusCode": 200, "headers": API_headers, "body": json.dumps({"message": "Role removed."})}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
