"""Lambda: the list of clients."""

from typing import TYPE_CHECKING, Any

import anyio
from pydantic import TypeAdapter

from src.contexts.recipes_catalog.core.adapters.api_schemas.client import ApiClientInList
from src.contexts.recipes_catalog.core.adapters.api_schemas.filters import ApiClientFilter
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import client_access
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware
from src.contexts.shared_kernel.page_size import require_sendable

from ..api_headers import API_headers
from ..recipes_auth import recipes_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()

ClientList = TypeAdapter(list[ApiClientInList])


@async_endpoint_handler(
    aws_lambda_logging_middleware(
        logger_name="recipes_catalog.client.fetch_client", log_request=True, log_response=False
    ),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="fetch_client", logger_name="recipes_catalog.client.fetch_client.errors"
    ),
    timeout=30.0,
    name="fetch_client",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /clients for the user's clients.

    Request:
        Query: filters of ApiClientFilter; `skip`, `limit` (1 to 500, default 50), `sort` (default -updated_at)
        Auth: a user of recipes_catalog; with manage_clients the clients of all

    Responses:
        200: The clients with the ids of their menus, an empty list when none fits
        403: The user has no role in this context
        422: A filter, a sort or a page that can't be applied, or a page that is too large

    Idempotency:
        Yes. Read only.

    Notes:
        Clients of equal sort keys are ordered by id.
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(
        event=event, filter_schema_class=ApiClientFilter, default_limit=50, default_sort="-updated_at"
    )
    access = client_access(event["_auth_context"].user_object)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        clients = await uow.clients.query_of(access.author_id, filters)
        menu_ids = await uow.menus.ids_of_clients([client.id for client in clients])

    body = ClientList.dump_json([ApiClientInList.from_domain(one, menu_ids.get(one.id, ())) for one in clients])
    require_sendable(body)
    return {"statusCode": 200, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
