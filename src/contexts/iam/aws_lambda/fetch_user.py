"""Lambda: the list of users."""

from typing import TYPE_CHECKING, Any

import anyio
from pydantic import TypeAdapter

from src.contexts.iam.core.adapters.api_schemas.user import ApiUser
from src.contexts.iam.core.adapters.api_schemas.user_filter import ApiUserFilter
from src.contexts.iam.core.bootstrap.container import Container
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

UserListTypeAdapter = TypeAdapter(list[ApiUser])


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="iam.fetch_user"),
    iam_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="fetch_user", logger_name="iam.fetch_user.errors"),
    timeout=30.0,
    name="fetch_user",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /users for the list of users.

    Request:
        Query: filters of ApiUserFilter; `skip`, `limit` (1 to 500, default 50), `sort` (default -updated_at)
        Auth: manage_users

    Responses:
        200: The users with their roles in all contexts
        403: The user may not manage users
        422: A filter, a sort or a page that can't be applied

    Idempotency:
        Yes. Read only.
    """
    require_user_manager(event["_auth_context"].user_object)

    filters = LambdaHelpers.process_query_filters_from_aws_event(
        event=event,
        filter_schema_class=ApiUserFilter,
        use_multi_value=True,
        default_limit=50,
        default_sort="-updated_at",
    )

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        users = await uow.users.query(filters)

    body = UserListTypeAdapter.dump_json([ApiUser.from_domain(found) for found in users])
    return {"statusCode": 200, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
