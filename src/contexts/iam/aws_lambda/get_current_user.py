"""Lambda: the user who asks."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.iam.core.adapters.api_schemas.user import ApiUser
from src.contexts.iam.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
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
    aws_lambda_logging_middleware(logger_name="iam.get_current_user"),
    iam_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="get_current_user", logger_name="iam.get_current_user.errors"),
    timeout=30.0,
    name="get_current_user",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /users/me for the user who asks.

    Request:
        Auth: any user

    Responses:
        200: The user with the roles in all contexts
        403: The user has no role in this context

    Idempotency:
        Yes. Read only.
    """
    user = event["_auth_context"].user_object

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        found = await uow.users.get(user.id)

    return {"statusCode": 200, "headers": API_headers, "body": ApiUser.from_domain(found).model_dump_json()}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
