"""Lambda: change a client's menu."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.menu import ApiUpdateMenu
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.client.update_menu"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="update_menu", logger_name="recipes_catalog.client.update_menu.errors"
    ),
    timeout=30.0,
    name="update_menu",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle PUT /clients/{client_id}/menus/{menu_id} to change a client's menu.

    Request:
        Path: client_id (string, required) - the id of the client
        Path: menu_id (string, required) - the id of the menu
        Body: ApiUpdateMenu; a field that is not sent stays as it is
        Auth: manage_menus; new meals of others need manage_meals

    Responses:
        200: The menu was changed
        403: The user may not manage menus, or a meal belongs to another user
        404: The client has no menu with this id
        409: The version is stale
        422: A field that is not acceptable, a meal that does not exist, or an id that is not the path's

    Idempotency:
        Yes. Without a version the same request leaves the same menu.
    """
    client_id = LambdaHelpers.extract_path_parameter(event, "client_id")
    menu_id = LambdaHelpers.extract_path_parameter(event, "menu_id")
    if not client_id or not menu_id:
        raise ValueError("The ids of the client and of the menu are required.")
    placer = menu_placer(event["_auth_context"].user_object)

    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    api = ApiUpdateMenu.model_validate_json(raw)
    require_same_id(client_id, client_id=api.client_id)
    require_same_id(menu_id, id=api.id, menu_id=api.menu_id)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(api.to_domain(client_id, menu_id, placer))

    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": json.dumps({"message": "Menu updated.", "menu_id": menu_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
