"""Lambda: one meal."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.meal import ApiMeal
from src.contexts.recipes_catalog.core.bootstrap.container import Container
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.meal.get_meal_by_id"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="get_meal_by_id", logger_name="recipes_catalog.meal.get_meal_by_id.errors"
    ),
    timeout=30.0,
    name="get_meal_by_id",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /meals/{meal_id} for one meal with its recipes.

    Request:
        Path: meal_id (string, required) - the id of the meal
        Auth: the author of the meal, or manage_meals

    Responses:
        200: The meal
        403: The meal belongs to another user
        404: No meal has this id

    Idempotency:
        Yes. Read only.

    Notes:
        Who manages meals but not recipes does not see the private recipes of others; the sums count them.
    """
    try:
        meal_id = event["pathParameters"]["meal_id"]
    except (KeyError, TypeError) as error:
        raise ValueError("The id of the meal is required.") from error

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        meal = await uow.meals.get(meal_id)

    user = event["_auth_context"].user_object
    meal_access(user).require(meal)

    body = ApiMeal.from_domain(meal, user).model_dump_json()
    return {"statusCode": 200, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
