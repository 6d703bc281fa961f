"""Lambda: write a meal."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.meal_requests import ApiCreateMeal
from src.contexts.recipes_catalog.core.bootstrap.container import Container
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.meal.create_meal"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="create_meal", logger_name="recipes_catalog.meal.create_meal.errors"),
    timeout=30.0,
    name="create_meal",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /meals to write a meal, with or without recipes.

    Request:
        Body: ApiCreateMeal without author_id
        Auth: a user of recipes_catalog, who becomes the author

    Responses:
        201: The meal was written; its id
        403: The user has no role in this context
        422: A field that is not acceptable, or a product or menu that does not exist

    Idempotency:
        No. Sending it again writes another meal.
    """
    user = event["_auth_context"].user_object
    raw = LambdaHelpers.body_with_author_id(event, user.id)
    cmd = ApiCreateMeal.model_validate_json(raw).to_domain()

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": 201,
        "headers": API_headers,
        "body": json.dumps({"message": "Meal created.", "meal_id": cmd.meal_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
