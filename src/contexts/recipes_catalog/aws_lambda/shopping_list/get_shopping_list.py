"""Lambda: what to buy for a menu."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas import shopping as api_shopping
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.ingredient import product_ids
from src.contexts.recipes_catalog.core.domain.policies import own_access
from src.contexts.recipes_catalog.core.domain.shopping_list import shopping_list
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

ApiShoppingList = api_shopping.ApiShoppingList


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.shopping_list.get_shopping_list"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="get_shopping_list", logger_name="recipes_catalog.shopping_list.get_shopping_list.errors"
    ),
    timeout=30.0,
    name="get_shopping_list",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /shopping-list/{menu_id} for what to buy for all meals of a menu.

    Request:
        Path: menu_id (string, required) - the id of the menu
        Auth: the author of the menu

    Responses:
        200: The quantities, by department of the store
        403: The menu belongs to another user
        404: No menu has this id

    Idempotency:
        Yes. Read only.

    Notes:
        A meal counts as often as it stands on the menu. Quantities are summed per product and unit, as they are bought:
        with peel and raw.
    """
    menu_id = LambdaHelpers.extract_path_parameter(event, "menu_id")
    if not menu_id:
        raise ValueError("The id of the menu is required.")

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        menu = await uow.menus.get(menu_id)
        own_access(event["_auth_context"].user_object).require(menu)
        meals = {meal.id: meal for meal in await uow.meals.get_many([one.meal_id for one in menu.meals])}

    eaten = [meals[one.meal_id] for one in menu.meals if one.meal_id in meals]
    ingredients = [one for meal in eaten for recipe in meal.recipes for one in recipe.ingredients]
    # The unit of work has given its connection back before the catalogue takes one.
    products = await uow.catalogue.get_products(product_ids(ingredients))

    result = ApiShoppingList.from_domain(menu.id, shopping_list(ingredients, products))
    body = result.model_dump_json()
    return {"statusCode": 200, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
