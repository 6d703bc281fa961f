"""Lambda: one recipe."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe import ApiRecipe
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import recipe_access
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.recipe.get_recipe_by_id"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="get_recipe_by_id", logger_name="recipes_catalog.recipe.get_recipe_by_id.errors"
    ),
    timeout=30.0,
    name="get_recipe_by_id",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /recipes/{id} for one recipe.

    Request:
        Path: id (string, required) - the id of the recipe
        Auth: a user of recipes_catalog; for a private recipe the author, or manage_recipes

    Responses:
        200: The recipe
        403: The recipe is private and belongs to another user
        404: No recipe has this id

    Idempotency:
        Yes. Read only.
    """
    recipe_id = LambdaHelpers.extract_path_parameter(event, "id")
    if not recipe_id:
        raise ValueError("The id of the recipe is required.")

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        recipe = await uow.recipes.get(recipe_id)

    recipe_access(event["_auth_context"].user_object).require_visible(recipe)

    api = ApiRecipe.from_domain(recipe)
    return {"statusCode": 200, "headers": API_headers, "body": api.model_dump_json()}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
