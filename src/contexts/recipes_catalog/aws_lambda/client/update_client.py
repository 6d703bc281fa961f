"""Lambda: change a client."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.client_requests import ApiUpdateClient
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import require_client_manager
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from ..api_headers import API_headers
from ..path_ids import require_same_id
from ..recipes_auth import recipes_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

HTTP_OK = 200

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.client.update_client"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="update_client", logger_name="recipes_catalog.client.update_client.errors"
    ),
    timeout=30.0,
    name="update_client",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle PUT /clients/{client_id} to change a client.

    Request:
        Path: client_id (string, required) - the id of the client
        Body: ApiUpdateClient; a field that is not sent stays as it is
        Auth: manage_clients

    Responses:
        200: The client was changed
        403: The user may not manage clients
        404: No client has this id
        409: The version is stale
        422: A field that is not acceptable, or an id that is not the path's

    Idempotency:
        Yes. Without a version the same request leaves the same client.
    """
    try:
        client_id = event["pathParameters"]["client_id"]
    except (KeyError, TypeError) as error:
        raise ValueError("The id of the client is required.") from error
    require_client_manager(event["_auth_context"].user_object)

    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    api = ApiUpdateClient.model_validate_json(raw)
    require_same_id(client_id, id=api.id, client_id=api.client_id)
    cmd = api.to_domain(client_id)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": HTTP_OK,
        "headers": API_headers,
        "body": json.dumps({"message": "Client updated.", "client_id": cmd.client_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
