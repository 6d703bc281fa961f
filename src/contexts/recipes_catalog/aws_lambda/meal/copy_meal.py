"""Lambda: copy a meal."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas import meal_requests as api_meal
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import meal_access
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

HTTP_CREATED = 201

ApiCopyMeal = api_meal.ApiCopyMeal

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.meal.copy_meal"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="copy_meal", logger_name="recipes_catalog.meal.copy_meal.errors"),
    timeout=30.0,
    name="copy_meal",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /meals/copy to copy a meal with its recipes.

    Request:
        Body: ApiCopyMeal
        Auth: the author of the meal, or manage_meals; the user becomes the author of the copy

    Responses:
        201: The meal was copied; the id of the copy
        403: The meal belongs to another user
        404: No meal has the id that the body names
        422: A field that is not acceptable, or a menu that does not exist

    Idempotency:
        No. Sending it again makes another copy.
    """
    data = LambdaHelpers.extract_request_body(event)
    if not isinstance(data, dict):
        raise ValueError("The body must be a JSON object.")
    access = meal_access(event["_auth_context"].user_object)
    cmd = ApiCopyMeal(**data).to_domain(access)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": HTTP_CREATED,
        "headers": API_headers,
        "body": json.dumps({"message": "Meal copied.", "meal_id": cmd.copy_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
