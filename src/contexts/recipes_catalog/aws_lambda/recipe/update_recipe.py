"""Lambda: change a recipe."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe_requests import ApiRecipeChanges, ApiUpdateRecipe
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import recipe_access
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

HTTP_OK = 200

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(
        logger_name="recipes_catalog.recipe.update_recipe", log_request=True, log_response=True
    ),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="update_recipe", logger_name="recipes_catalog.recipe.update_recipe.errors"
    ),
    timeout=30.0,
    name="update_recipe",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle PUT /recipes/{id} to change a recipe.

    Request:
        Path: id (string, required) - the id of the recipe
        Body: ApiRecipeChanges; a field that is not sent stays as it is
        Auth: the author of the recipe, or manage_recipes

    Responses:
        200: The recipe was changed
        400: The body names another meal
        403: The recipe belongs to another user
        404: No recipe has this id
        409: The version is stale
        422: A field that is not acceptable, or an id that is not the path's

    Idempotency:
        Yes. Without a version the same request leaves the same recipe.

    Notes:
        Nutrition is computed anew. The meal and the menus with the meal follow.
    """
    recipe_id = LambdaHelpers.extract_path_parameter(event, "id")
    if not recipe_id:
        raise ValueError("The id of the recipe is required.")

    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    sent = ApiRecipeChanges.model_validate_json(raw)
    require_same_id(recipe_id, id=sent.id)
    update = ApiUpdateRecipe(recipe_id=recipe_id, changes=sent)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(update.to_domain(recipe_access(event["_auth_context"].user_object)))

    return {
        "statusCode": HTTP_OK,
        "headers": API_headers,
        "body": json.dumps({"message": "Recipe updated.", "recipe_id": recipe_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
