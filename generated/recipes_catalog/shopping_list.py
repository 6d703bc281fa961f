# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/recipes_catalog/aws_lambda/shopping_list/fetch_recipe.py
#   src/contexts/recipes_catalog/aws_lambda/shopping_list/get_shopping_list.py
# Content: sha256:f0c13a4fc21bc3cbdaf725be063c1f4d68f3e97f2cb65fede7866bef95ed7295
"""Routes of recipes_catalog: /shopping-list."""

from typing import Annotated

from fastapi import Path, Query

from src.contexts.recipes_catalog.aws_lambda.shopping_list import (
    fetch_recipe as fetch_recipe_module,
    get_shopping_list as get_shopping_list_module,
)
from src.contexts.recipes_catalog.core.adapters.api_schemas.shopping import (
    ApiRecipeToBuy,
    ApiShoppingFilter,
    ApiShoppingList,
)
from src.lambdatwin import ports

router = ports.router("Recipes catalog")


@ports.defaults(limit=100, sort="name")
class FetchRecipeQuery(ApiShoppingFilter, alias_generator=ports.kebab):
    """Query of GET /shopping-list/recipes."""


@router.get(
    "/shopping-list/recipes",
    operation_id="recipes_catalog_shopping_list_fetch_recipe",
    summary="Recipes with what buying their ingredients needs to know.",
    description="A recipe stands here once, on however many days its meal is eaten.",
    status_code=200,
    response_model=list[ApiRecipeToBuy],
    response_description="The recipes that the user may see, with their ingredients and the products of these",
    responses={
        403: {"description": "The menu belongs to another user, or the user has no role in this context"},
        422: {"description": "Not exactly one of the three ids, or a page that can't be applied"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_recipe_module,
    function="async_handler",
    auth="recipes_catalog",
    timeout=30.0,
    access="a user of recipes_catalog; the author of the menu for menu_id",
)
async def fetch_recipe(*, query: Annotated[FetchRecipeQuery, Query()]) -> None: ...


@router.get(
    "/shopping-list/{menu_id}",
    operation_id="recipes_catalog_shopping_list_get_shopping_list",
    summary="What to buy for all meals of a menu.",
    description="A meal counts as often as it stands on the menu. Quantities are summed per product and unit, as they are bought:\nwith peel and raw.",
    status_code=200,
    response_model=ApiShoppingList,
    response_description="The quantities, by department of the store",
    responses={
        403: {"description": "The menu belongs to another user"},
        404: {"description": "No menu has this id"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_shopping_list_module,
    function="async_handler",
    auth="recipes_catalog",
    timeout=30.0,
    access="the author of the menu",
)
async def get_shopping_list(*, menu_id: Annotated[str, Path(description="the id of the menu")]) -> None: ...
