"""Lambda: write a menu for a client."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.menu import ApiCreateMenu
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import menu_placer
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

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.client.create_menu"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="create_menu", logger_name="recipes_catalog.client.create_menu.errors"
    ),
    timeout=30.0,
    name="create_menu",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /clients/{client_id}/menus to write a menu for a client.

    Request:
        Path: client_id (string, required) - the id of the client
        Body: ApiCreateMenu; without a body the menu is empty
        Auth: manage_menus; meals of others need manage_meals

    Responses:
        201: The menu was written; its id
        403: The user may not manage menus, or a meal belongs to another user
        404: No client has this id
        422: A field that is not acceptable, a meal that does not exist, or an id that is not the path's

    Idempotency:
        No. Sending it again writes another menu.

    Notes:
        The menu keeps a copy of each meal's name and nutrients, which follows the meal.
    """
    client_id = LambdaHelpers.extract_path_parameter(event, "client_id")
    if not client_id:
        raise ValueError("The id of the client is required.")
    placer = menu_placer(event["_auth_context"].user_object)

    raw = event.get("body", "") or "{}"
    api = ApiCreateMenu.model_validate_json(raw)
    require_same_id(client_id, client_id=api.client_id)
    cmd = api.to_domain(client_id, placer)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": 201,
        "headers": API_headers,
        "body": json.dumps({"message": "Menu created.", "menu_id": cmd.menu_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
