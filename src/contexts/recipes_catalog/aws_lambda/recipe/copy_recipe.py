"""Lambda: copy a recipe into a meal."""

import json
from typing import TYPE_CHECKING, Any

import anyio
from pydantic import ValidationError

from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe_requests import ApiCopyRecipe
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import recipe_access
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.domain.errors import FieldError, ValidationFailed
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.recipe.copy_recipe"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="copy_recipe", logger_name="recipes_catalog.recipe.copy_recipe.errors"
    ),
    timeout=30.0,
    name="copy_recipe",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /recipes/copy to copy a recipe into a meal.

    Request:
        Body: ApiCopyRecipe
        Auth: the author of the target meal, who may see the recipe

    Responses:
        201: The recipe was copied; the id of the copy
        400: The meal has too many recipes
        403: The meal belongs to another user, or the recipe is private
        404: No recipe or no meal has the id that the body names
        409: Another request changed the meal at the same moment
        422: A field that is not acceptable

    Idempotency:
        No. Sending it again makes another copy.

    Notes:
        The copy keeps the content; the ratings stay with the original.
    """
    raw = event.get("body", "")
    if not raw:
        raise ValueError("A request body is required.")
    try:
        api = ApiCopyRecipe.model_validate_json(raw)
    except ValidationError as error:
        raise ValidationFailed(
            "Name the recipe and the meal by their ids.",
            tuple(FieldError(".".join(map(str, one["loc"])), one["type"], one["msg"]) for one in error.errors()),
        ) from error
    cmd = api.to_domain(recipe_access(event["_auth_context"].user_object))

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": 201,
        "headers": API_headers,
        "body": json.dumps({"message": "Recipe copied.", "recipe_id": cmd.copy_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
