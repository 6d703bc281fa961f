"""Lambda: the list of recipes."""

from typing import TYPE_CHECKING, Any

import anyio
from pydantic import TypeAdapter

from src.contexts.recipes_catalog.core.adapters.api_schemas import recipe as api_recipe
from src.contexts.recipes_catalog.core.adapters.api_schemas.filters import ApiRecipeFilter
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware
from src.contexts.shared_kernel.page_size import require_sendable

from ..api_headers import API_headers
from ..recipes_auth import recipes_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()

ApiRecipe = api_recipe.ApiRecipe
RecipeListAdapter = TypeAdapter(list[ApiRecipe])


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.recipe.fetch_recipe", log_response=False),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="fetch_recipe", logger_name="recipes_catalog.recipe.fetch_recipe.errors"
    ),
    timeout=30.0,
    name="fetch_recipe",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /recipes for the recipes that the user may see.

    Request:
        Query: filters of ApiRecipeFilter; `skip`, `limit` (1 to 500, default 50), `sort` (default -updated_at)
        Auth: a user of recipes_catalog

    Responses:
        200: The recipes, an empty list when none fits
        403: The user has no role in this context
        422: A filter, a sort or a page that can't be applied, or a page that is too large

    Idempotency:
        Yes. Read only.

    Notes:
        Private recipes of others are left out, except for who manages recipes. Equal sort keys are ordered by id.
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(
        event=event,
        filter_schema_class=ApiRecipeFilter,
        use_multi_value=True,
        default_limit=50,
        default_sort="-updated_at",
    )
    user = event["_auth_context"].user_object

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        recipes = await uow.recipes.query_visible(user, filters)

    body = RecipeListAdapter.dump_json([ApiRecipe.from_domain(recipe) for recipe in recipes])
    require_sendable(body)
    return {"statusCode": 200, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
