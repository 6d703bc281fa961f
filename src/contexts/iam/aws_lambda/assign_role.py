"""Lambda: give a user a role."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import anyio

from src.contexts.iam.core.adapters.api_schemas import role as api_role
from src.contexts.iam.core.bootstrap.container import Container
from src.contexts.iam.core.domain.commands import AssignRole
from src.contexts.iam.core.domain.policies import require_role_manager
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .api_headers import API_headers
from .iam_auth import iam_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.iam.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

HTTP_OK = 200

container = Container()

ApiAssignRole = api_role.ApiAssignRole


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="iam.assign_role"),
    iam_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="assign_role", logger_name="iam.assign_role.errors"),
    timeout=30.0,
    name="assign_role",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /assign-role/{user_id} to give a user a role.

    Request:
        Path: user_id (string, required) - the id of the user, Cognito's `sub`
        Body: ApiAssignRole
        Auth: manage_roles, and the role itself unless the user who asks is an administrator

    Responses:
        200: The user has the role
        403: The user who asks may not manage roles, or lacks this one
        404: No user has this id
        422: There is no such role

    Idempotency:
        Yes. Giving a role that the user has changes nothing.
    """
    user = event["_auth_context"].user_object
    require_role_manager(user)

    try:
        user_id = event["pathParameters"]["user_id"]
    except (KeyError, TypeError) as error:
        raise ValueError("The id of the user is required.") from error

    body = event.get("body", "")
    if not body:
        raise ValueError("A request body is required.")
    role = ApiAssignRole.model_validate_json(body).to_domain()
    cmd = AssignRole(actor_id=user.id, user_id=unquote(user_id), role=role)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": HTTP_OK,
        "headers": API_headers,
        "body": json.dumps(
            {
                "message": "Role assigned.",
                "user_id": cmd.user_id,
                "role": {"context": role.context, "name": role.name},
            }
        ),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
