"""Lambda: delete a recipe."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.commands import DeleteRecipe
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

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.recipe.delete_recipe"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="delete_recipe", logger_name="recipes_catalog.recipe.delete_recipe.errors"
    ),
    timeout=30.0,
    name="delete_recipe",
)
async def async_lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle DELETE /recipes/{id} to take a recipe out of its meal.

    Request:
        Path: id (string, required) - the id of the recipe
        Auth: the author of the recipe, or manage_recipes

    Responses:
        200: The recipe was deleted
        403: The recipe belongs to another user
        404: No recipe has this id
        409: Another request changed the meal at the same moment

    Idempotency:
        No. The second time the recipe is not found.

    Notes:
        The meal and the menus with the meal follow.
    """
    recipe_id = (event.get("pathParameters") or {}).get("id")
    if not recipe_id:
        raise ValueError("The id of the recipe is required.")

    access = recipe_access(event["_auth_context"].user_object)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(DeleteRecipe(recipe_id=recipe_id, access=access))

    return {"statusCode": 200, "headers": API_headers, "body": json.dumps(f"Recipe {recipe_id} deleted.")}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_lambda_handler, event, context)
