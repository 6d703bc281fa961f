"""Lambda: delete a meal."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.commands import DeleteMeal
from src.contexts.recipes_catalog.core.domain.policies import meal_access
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.meal.delete_meal"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="delete_meal", logger_name="recipes_catalog.meal.delete_meal.errors"),
    timeout=30.0,
    name="delete_meal",
)
async def async_lambda_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle DELETE /meals/{meal_id} to delete a meal with its recipes.

    Request:
        Path: meal_id (string, required) - the id of the meal
        Auth: the author of the meal, or manage_meals

    Responses:
        200: The meal was deleted
        403: The meal belongs to another user
        404: No meal has this id
        409: Another request changed the meal at the same moment

    Idempotency:
        No. The second time the meal is not found.

    Notes:
        It leaves every menu on which it stood.
    """
    meal_id = (event.get("pathParameters") or {}).get("meal_id")
    if not meal_id:
        raise ValueError("The id of the meal is required.")

    cmd = DeleteMeal(meal_id=meal_id, access=meal_access(event["_auth_context"].user_object))

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": json.dumps({"message": "Meal deleted.", "meal_id": cmd.meal_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_lambda_handler, event, context)
