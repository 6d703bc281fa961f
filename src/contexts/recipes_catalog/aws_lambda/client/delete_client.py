"""Lambda: delete a client."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.client_commands import DeleteClient
from src.contexts.recipes_catalog.core.domain.policies import require_client_manager
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from ..api_headers import API_headers
from ..recipes_auth import recipes_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.client.delete_client"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="delete_client", logger_name="recipes_catalog.client.delete_client.errors"
    ),
    timeout=30.0,
    name="delete_client",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle DELETE /clients/{client_id} to delete a client with all menus.

    Request:
        Path: client_id (string, required) - the id of the client
        Auth: manage_clients

    Responses:
        200: The client was deleted
        403: The user may not manage clients
        404: No client has this id
        409: Another request changed the client at the same moment

    Idempotency:
        No. The second time the client is not found.

    Notes:
        The meals of the menus stay.
    """
    require_client_manager(event["_auth_context"].user_object)
    client_id = LambdaHelpers.extract_path_parameter(event, "client_id")
    if not client_id:
        raise ValueError("The id of the client is required.")

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(DeleteClient(client_id=client_id))

    return {"statusCode": 200, "headers": API_headers, "body": json.dumps(f"Client {client_id} deleted.")}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
