"""Lambda: one client."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas import client as api_client
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import client_access
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from ..api_headers import API_headers
from ..recipes_auth import recipes_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

ApiClient = api_client.ApiClient

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.client.get_client_by_id"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="get_client_by_id", logger_name="recipes_catalog.client.get_client_by_id.errors"
    ),
    timeout=30.0,
    name="get_client_by_id",
)
async def async_lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle GET /clients/{client_id} for one client with all menus.

    Request:
        Path: client_id (string, required) - the id of the client
        Auth: the author of the client, or manage_clients

    Responses:
        200: The client
        403: The client belongs to another user
        404: No client has this id

    Idempotency:
        Yes. Read only.
    """
    client_id = (event.get("pathParameters") or {}).get("client_id")
    if not client_id:
        raise ValueError("The id of the client is required.")

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        client = await uow.clients.get(client_id)
        client_access(event["_auth_context"].user_object).require(client)
        menus = await uow.menus.of_client(client_id)

    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": ApiClient.from_domain(client, menus).model_dump_json(),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_lambda_handler, event, context)
