"""Lambda: rate a recipe."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe_requests import ApiRate
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

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.recipe.rate_recipe"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="rate_recipe", logger_name="recipes_catalog.recipe.rate_recipe.errors"
    ),
    timeout=30.0,
    name="rate_recipe",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /recipes/{id}/rate to rate a recipe, or to rate it anew.

    Request:
        Path: id (string, required) - the id of the recipe
        Body: taste and convenience (0 to 5), comment
        Auth: a user of recipes_catalog who may see the recipe

    Responses:
        200: The rating counts, in place of the user's former one
        403: The recipe is private and belongs to another user
        404: No recipe has this id
        422: A field that is not acceptable, or an id that is not the path's

    Idempotency:
        Yes. One user has one rating.
    """
    recipe_id = LambdaHelpers.extract_path_parameter(event, "id")
    if not recipe_id:
        raise ValueError("The id of the recipe is required.")
    user = event["_auth_context"].user_object

    data = LambdaHelpers.extract_request_body(event)
    if not isinstance(data, dict):
        raise ValueError("The body must be a JSON object.")
    data["user_id"] = user.id
    api = ApiRate(rating=data)
    require_same_id(recipe_id, recipe_id=api.rating.recipe_id)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(api.to_domain(recipe_id, recipe_access(user)))

    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": json.dumps({"message": "Recipe rated.", "recipe_id": recipe_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
