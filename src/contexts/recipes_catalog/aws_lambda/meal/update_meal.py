"""Lambda: change a meal."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.meal_requests import ApiUpdateMeal
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import meal_access
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.meal.update_meal"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="update_meal", logger_name="recipes_catalog.meal.update_meal.errors"),
    timeout=30.0,
    name="update_meal",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle PUT /meals/{meal_id} to change a meal.

    Request:
        Path: meal_id (string, required) - the id of the meal
        Body: ApiUpdateMeal; a field that is not sent stays as it is
        Auth: the author of the meal, or manage_meals

    Responses:
        200: The meal was changed
        403: The meal belongs to another user
        404: No meal has this id
        409: The version is stale
        422: A field that is not acceptable, or an id that is not the path's

    Idempotency:
        Yes. Without a version the same request leaves the same meal, unless it brings new recipes.

    Notes:
        Menus with the meal follow.
    """
    meal_id = LambdaHelpers.extract_path_parameter(event, "meal_id")
    if not meal_id:
        raise ValueError("The id of the meal is required.")

    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    api = ApiUpdateMeal.model_validate_json(raw)
    require_same_id(meal_id, id=api.id, meal_id=api.meal_id)
    cmd = api.to_domain(meal_id, meal_access(event["_auth_context"].user_object))

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": json.dumps({"message": "Meal updated.", "meal_id": meal_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
