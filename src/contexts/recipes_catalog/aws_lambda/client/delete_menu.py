"""Lambda: delete a client's menu."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.client_commands import DeleteMenu
from src.contexts.recipes_catalog.core.domain.policies import require_menu_manager
from src.contexts.shared_kernel.correlation import generate_correlation_id
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.client.delete_menu"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="delete_menu", logger_name="recipes_catalog.client.delete_menu.errors"
    ),
    timeout=30.0,
    name="delete_menu",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle DELETE /clients/{client_id}/menus/{menu_id} to delete a client's menu.

    Request:
        Path: client_id (string, required) - the id of the client
        Path: menu_id (string, required) - the id of the menu
        Auth: manage_menus

    Responses:
        200: The menu was deleted
        403: The user may not manage menus
        404: The client has no menu with this id
        409: Another request changed the menu at the same moment

    Idempotency:
        No. The second time the menu is not found.

    Notes:
        Its meals stay.
    """
    try:
        client_id = event["pathParameters"]["client_id"]
        menu_id = event["pathParameters"]["menu_id"]
    except (KeyError, TypeError) as error:
        raise ValueError("The ids of the client and of the menu are required.") from error
    require_menu_manager(event["_auth_context"].user_object)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(DeleteMenu(client_id=client_id, menu_id=menu_id))

    return {"statusCode": 200, "headers": API_headers, "body": json.dumps(f"Menu {menu_id} deleted.")}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
