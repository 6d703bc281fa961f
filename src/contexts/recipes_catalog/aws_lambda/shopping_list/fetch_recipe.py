"""Lambda: recipes with what buying their ingredients needs to know."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.shopping import ApiRecipeToBuy, ApiShoppingFilter
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.ingredient import product_ids
from src.contexts.recipes_catalog.core.domain.policies import own_access
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.domain.errors import ValidationFailed
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from ..api_headers import API_headers
from ..recipes_auth import recipes_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

HTTP_OK = 200

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.shopping_list.fetch_recipe"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="fetch_recipe", logger_name="recipes_catalog.shopping_list.fetch_recipe.errors"
    ),
    timeout=30.0,
    name="fetch_recipe",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /shopping-list/recipes for recipes with what buying their ingredients needs to know.

    Request:
        Query: menu_id, meal_id or one or more recipe_id; `skip`, `limit` (1 to 500, default 100), `sort` (default name)
        Auth: a user of recipes_catalog; the author of the menu for menu_id

    Responses:
        200: The recipes that the user may see, with their ingredients and the products of these
        403: The menu belongs to another user, or the user has no role in this context
        422: Not exactly one of the three ids, or a page that can't be applied

    Idempotency:
        Yes. Read only.

    Notes:
        A recipe stands here once, on however many days its meal is eaten.
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(
        event=event,
        filter_schema_class=ApiShoppingFilter,
        use_multi_value=True,
        default_limit=100,
        default_sort="name",
    )
    given = [name for name in ("menu_id", "meal_id", "recipe_id") if filters.get(name) is not None]
    if len(given) != 1:
        raise ValidationFailed.of("menu_id", "exactly_one", "Give exactly one of menu_id, meal_id and recipe_id.")
    user = event["_auth_context"].user_object

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        for menu in await uow.menus.get_named(filters["menu_id"]) if "menu_id" in given else ():
            own_access(user).require(menu)
        recipes = await uow.recipes.query_to_buy(user, filters)
    # The unit of work has given its connection back before the catalogue takes one.
    wanted = {product_id for recipe in recipes for product_id in product_ids(recipe.ingredients)}
    products = await uow.catalogue.get_products(wanted)

    return {
        "statusCode": HTTP_OK,
        "headers": API_headers,
        "body": json.dumps([ApiRecipeToBuy.from_domain(one, products).model_dump(mode="json") for one in recipes]),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
