"""Lambda: take on a client."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.client_requests import ApiCreateClient
from src.contexts.recipes_catalog.core.bootstrap.container import Container
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.client.create_client"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="create_client", logger_name="recipes_catalog.client.create_client.errors"
    ),
    timeout=30.0,
    name="create_client",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /clients to take on a client.

    Request:
        Body: ApiCreateClient without author_id
        Auth: manage_clients; the user becomes the author

    Responses:
        201: The client was stored; its id
        403: The user may not manage clients
        422: A field that is not acceptable

    Idempotency:
        No. Sending it again stores another client.
    """
    user = event["_auth_context"].user_object
    require_client_manager(user)

    data = LambdaHelpers.extract_request_body(event)
    if not isinstance(data, dict):
        raise ValueError("The body must be a JSON object.")
    data["author_id"] = user.id
    cmd = ApiCreateClient.model_validate_json(json.dumps(data)).to_domain()

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": 201,
        "headers": API_headers,
        "body": json.dumps({"message": "Client created.", "client_id": cmd.client_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
