"""Lambda: write a recipe."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe_requests import ApiCreateRecipe
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import recipe_access
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from ..api_headers import API_headers
from ..recipes_auth import recipes_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

HTTP_CREATED = 201

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.recipe.create_recipe"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="create_recipe", logger_name="recipes_catalog.recipe.create_recipe.errors"
    ),
    timeout=30.0,
    name="create_recipe",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /recipes to write a recipe into a meal.

    Request:
        Body: ApiCreateRecipe
        Auth: the author of the meal, or manage_recipes

    Responses:
        201: The recipe was written; its id
        400: The meal has too many recipes
        403: The meal belongs to another user
        404: No meal has the id that the body names
        409: Another request changed the meal at the same moment
        422: A field that is not acceptable, or a product that does not exist

    Idempotency:
        No. Sending it again writes another recipe.

    Notes:
        The recipe has the meal's author. Nutrition is computed from the products and their yields. Menus with the meal
        follow.
    """
    raw = event.get("body", "")
    if not raw:
        raise ValueError("A request body is required.")
    access = recipe_access(event["_auth_context"].user_object)
    cmd = ApiCreateRecipe.model_validate_json(raw).to_domain(access)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": HTTP_CREATED,
        "headers": API_headers,
        "body": json.dumps({"message": "Recipe created.", "recipe_id": cmd.recipe_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
