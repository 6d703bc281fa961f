"""Lambda: one user."""

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import anyio

from src.contexts.iam.core.adapters.api_schemas.user import ApiUser
from src.contexts.iam.core.bootstrap.container import Container
from src.contexts.iam.core.domain.policies import require_reader
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
    aws_lambda_logging_middleware(logger_name="iam.get_user_by_id"),
    iam_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="get_user_by_id", logger_name="iam.get_user_by_id.errors"),
    timeout=30.0,
    name="get_user_by_id",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /users/{id} for one user.

    Request:
        Path: id (string, required) - the id of the user, Cognito's `sub`
        Auth: the user with this id, or manage_users

    Responses:
        200: The user with the roles in all contexts
        403: Another user, and the one who asks may not manage users
        404: No user has this id

    Idempotency:
        Yes. Read only.
    """
    user_id = LambdaHelpers.extract_path_parameter(event, "id")
    if not user_id:
        raise ValueError("The id of the user is required.")
    user_id = unquote(user_id)

    require_reader(event["_auth_context"].user_object, user_id)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        found = await uow.users.get(user_id)

    body = ApiUser.from_domain(found).model_dump_json()
    return {"statusCode": 200, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
