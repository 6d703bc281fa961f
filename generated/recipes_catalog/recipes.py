# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/recipes_catalog/aws_lambda/recipe/copy_recipe.py
#   src/contexts/recipes_catalog/aws_lambda/recipe/create_recipe.py
#   src/contexts/recipes_catalog/aws_lambda/recipe/delete_recipe.py
#   src/contexts/recipes_catalog/aws_lambda/recipe/fetch_recipe.py
#   src/contexts/recipes_catalog/aws_lambda/recipe/get_recipe_by_id.py
#   src/contexts/recipes_catalog/aws_lambda/recipe/rate_recipe.py
#   src/contexts/recipes_catalog/aws_lambda/recipe/update_recipe.py
# Content: sha256:07e726522b744c265118f6710a562d3ef888911d2361f43507927c63b55405ab
"""Routes of recipes_catalog: /recipes."""

from typing import Annotated

from fastapi import Body, Path, Query
from pydantic import BaseModel, Field

from src.contexts.recipes_catalog.aws_lambda.recipe import (
    copy_recipe as copy_recipe_module,
    create_recipe as create_recipe_module,
    delete_recipe as delete_recipe_module,
    fetch_recipe as fetch_recipe_module,
    get_recipe_by_id as get_recipe_by_id_module,
    rate_recipe as rate_recipe_module,
    update_recipe as update_recipe_module,
)
from src.contexts.recipes_catalog.core.adapters.api_schemas.filters import ApiRecipeFilter
from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe import ApiRecipe
from src.contexts.recipes_catalog.core.adapters.api_schemas.recipe_requests import (
    ApiCopyRecipe,
    ApiCreateRecipe,
    ApiRatingInput,
    ApiRecipeChanges,
)
from src.lambdatwin import ports

router = ports.router("Recipes catalog")


@ports.defaults(limit=50, sort="-updated_at")
class FetchRecipeQuery(ApiRecipeFilter, alias_generator=ports.kebab):
    """Query of GET /recipes."""


class CreateRecipeResponse(BaseModel):
    message: str = Field(examples=["Recipe created."])
    recipe_id: str


class CopyRecipeResponse(BaseModel):
    message: str = Field(examples=["Recipe copied."])
    recipe_id: str


class UpdateRecipeResponse(BaseModel):
    message: str = Field(examples=["Recipe updated."])
    recipe_id: str


class RateRecipeResponse(BaseModel):
    message: str = Field(examples=["Recipe rated."])
    recipe_id: str


@router.get(
    "/recipes",
    operation_id="recipes_catalog_recipe_fetch_recipe",
    summary="The recipes that the user may see.",
    description="Private recipes of others are left out, except for who manages recipes. Equal sort keys are ordered by id.",
    status_code=200,
    response_model=list[ApiRecipe],
    response_description="The recipes, an empty list when none fits",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "A filter, a sort or a page that can't be applied, or a page that is too large"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_recipe_module,
    function="async_handler",
    auth="recipes_catalog",
    timeout=30.0,
    access="a user of recipes_catalog",
)
async def fetch_recipe(*, query: Annotated[FetchRecipeQuery, Query()]) -> None: ...


@router.post(
    "/recipes",
    operation_id="recipes_catalog_recipe_create_recipe",
    summary="Write a recipe into a meal.",
    description="The recipe has the meal's author. Nutrition is computed from the products and their yields. Menus with the meal\nfollow.",
    status_code=201,
    response_model=CreateRecipeResponse,
    response_description="The recipe was written; its id",
    responses={
        400: {"description": "The meal has too many recipes"},
        403: {"description": "The meal belongs to another user"},
        404: {"description": "No meal has the id that the body names"},
        409: {"description": "Another request changed the meal at the same moment"},
        422: {"description": "A field that is not acceptable, or a product that does not exist"},
    },
    openapi_extra={"x-idempotency": "No. Sending it again writes another recipe."},
)
@ports.endpoint(
    module=create_recipe_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_recipes",),
    timeout=30.0,
    access="the author of the meal, or manage_recipes",
)
async def create_recipe(*, body: Annotated[ApiCreateRecipe, Body()]) -> None: ...


@router.post(
    "/recipes/copy",
    operation_id="recipes_catalog_recipe_copy_recipe",
    summary="Copy a recipe into a meal.",
    description="The copy keeps the content; the ratings stay with the original.",
    status_code=201,
    response_model=CopyRecipeResponse,
    response_description="The recipe was copied; the id of the copy",
    responses={
        400: {"description": "The meal has too many recipes"},
        403: {"description": "The meal belongs to another user, or the recipe is private"},
        404: {"description": "No recipe or no meal has the id that the body names"},
        409: {"description": "Another request changed the meal at the same moment"},
        422: {"description": "A field that is not acceptable"},
    },
    openapi_extra={"x-idempotency": "No. Sending it again makes another copy."},
)
@ports.endpoint(
    module=copy_recipe_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_recipes",),
    timeout=30.0,
    access="the author of the target meal, who may see the recipe",
)
async def copy_recipe(*, body: Annotated[ApiCopyRecipe, Body()]) -> None: ...


@router.get(
    "/recipes/{id}",
    operation_id="recipes_catalog_recipe_get_recipe_by_id",
    summary="One recipe.",
    status_code=200,
    response_model=ApiRecipe,
    response_description="The recipe",
    responses={
        403: {"description": "The recipe is private and belongs to another user"},
        404: {"description": "No recipe has this id"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_recipe_by_id_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_recipes",),
    timeout=30.0,
    access="a user of recipes_catalog; for a private recipe the author, or manage_recipes",
)
async def get_recipe_by_id(*, id: Annotated[str, Path(description="the id of the recipe")]) -> None: ...


@router.put(
    "/recipes/{id}",
    operation_id="recipes_catalog_recipe_update_recipe",
    summary="Change a recipe.",
    description="Nutrition is computed anew. The meal and the menus with the meal follow.",
    status_code=200,
    response_model=UpdateRecipeResponse,
    response_description="The recipe was changed",
    responses={
        400: {"description": "The body names another meal"},
        403: {"description": "The recipe belongs to another user"},
        404: {"description": "No recipe has this id"},
        409: {"description": "The version is stale"},
        422: {"description": "A field that is not acceptable, or an id that is not the path's"},
    },
    openapi_extra={"x-idempotency": "Yes. Without a version the same request leaves the same recipe."},
)
@ports.endpoint(
    module=update_recipe_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_recipes",),
    timeout=30.0,
    access="the author of the recipe, or manage_recipes",
)
async def update_recipe(
    *, id: Annotated[str, Path(description="the id of the recipe")], body: Annotated[ApiRecipeChanges, Body()]
) -> None: ...


@router.delete(
    "/recipes/{id}",
    operation_id="recipes_catalog_recipe_delete_recipe",
    summary="Take a recipe out of its meal.",
    description="The meal and the menus with the meal follow.",
    status_code=200,
    response_model=str,
    response_description="The recipe was deleted",
    responses={
        403: {"description": "The recipe belongs to another user"},
        404: {"description": "No recipe has this id"},
        409: {"description": "Another request changed the meal at the same moment"},
    },
    openapi_extra={"x-idempotency": "No. The second time the recipe is not found."},
)
@ports.endpoint(
    module=delete_recipe_module,
    function="async_lambda_handler",
    auth="recipes_catalog",
    permissions=("manage_recipes",),
    timeout=30.0,
    access="the author of the recipe, or manage_recipes",
)
async def delete_recipe(*, id: Annotated[str, Path(description="the id of the recipe")]) -> None: ...


@router.post(
    "/recipes/{id}/rate",
    operation_id="recipes_catalog_recipe_rate_recipe",
    summary="Rate a recipe, or to rate it anew.",
    status_code=200,
    response_model=RateRecipeResponse,
    response_description="The rating counts, in place of the user's former one",
    responses={
        403: {"description": "The recipe is private and belongs to another user"},
        404: {"description": "No recipe has this id"},
        422: {"description": "A field that is not acceptable, or an id that is not the path's"},
    },
    openapi_extra={"x-idempotency": "Yes. One user has one rating."},
)
@ports.endpoint(
    module=rate_recipe_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_recipes",),
    timeout=30.0,
    access="a user of recipes_catalog who may see the recipe",
)
async def rate_recipe(
    *,
    id: Annotated[str, Path(description="the id of the recipe")],
    body: Annotated[ApiRatingInput, ports.Without("user_id"), Body(title="RateRecipeBody")],
) -> None: ...
