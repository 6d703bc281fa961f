# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/recipes_catalog/aws_lambda/meal/copy_meal.py
#   src/contexts/recipes_catalog/aws_lambda/meal/create_meal.py
#   src/contexts/recipes_catalog/aws_lambda/meal/delete_meal.py
#   src/contexts/recipes_catalog/aws_lambda/meal/fetch_meal.py
#   src/contexts/recipes_catalog/aws_lambda/meal/get_meal_by_id.py
#   src/contexts/recipes_catalog/aws_lambda/meal/update_meal.py
# Content: sha256:b643c26a105af9d00cab64a4839febe36bc3009f47c05ea1914023e600990a2a
"""Routes of recipes_catalog: /meals."""

from typing import Annotated

from fastapi import Body, Path, Query
from pydantic import BaseModel, Field

from src.contexts.recipes_catalog.aws_lambda.meal import (
    copy_meal as copy_meal_module,
    create_meal as create_meal_module,
    delete_meal as delete_meal_module,
    fetch_meal as fetch_meal_module,
    get_meal_by_id as get_meal_by_id_module,
    update_meal as update_meal_module,
)
from src.contexts.recipes_catalog.core.adapters.api_schemas.filters import ApiMealFilter
from src.contexts.recipes_catalog.core.adapters.api_schemas.meal import ApiMeal
from src.contexts.recipes_catalog.core.adapters.api_schemas.meal_requests import (
    ApiCopyMeal,
    ApiCreateMeal,
    ApiUpdateMeal,
)
from src.lambdatwin import ports

router = ports.router("Recipes catalog")


@ports.defaults(limit=50, sort="-updated_at")
class FetchMealQuery(ApiMealFilter, alias_generator=ports.kebab):
    """Query of GET /meals."""


class CreateMealResponse(BaseModel):
    message: str = Field(examples=["Meal created."])
    meal_id: str


class CopyMealResponse(BaseModel):
    message: str = Field(examples=["Meal copied."])
    meal_id: str


class UpdateMealResponse(BaseModel):
    message: str = Field(examples=["Meal updated."])
    meal_id: str


class DeleteMealResponse(BaseModel):
    message: str = Field(examples=["Meal deleted."])
    meal_id: str


@router.get(
    "/meals",
    operation_id="recipes_catalog_meal_fetch_meal",
    summary="The user's meals.",
    description="Tags are the user's own, unless the user sees the meals of all. Meals of equal sort keys are ordered by id.",
    status_code=200,
    response_model=list[ApiMeal],
    response_description="The meals, an empty list when none fits",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "A filter, a sort or a page that can't be applied, or a page that is too large"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_meal_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_meals", "manage_recipes"),
    timeout=30.0,
    access="a user of recipes_catalog; with manage_meals the meals of all",
)
async def fetch_meal(*, query: Annotated[FetchMealQuery, Query()]) -> None: ...


@router.post(
    "/meals",
    operation_id="recipes_catalog_meal_create_meal",
    summary="Write a meal, with or without recipes.",
    status_code=201,
    response_model=CreateMealResponse,
    response_description="The meal was written; its id",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "A field that is not acceptable, or a product or menu that does not exist"},
    },
    openapi_extra={"x-idempotency": "No. Sending it again writes another meal."},
)
@ports.endpoint(
    module=create_meal_module,
    function="async_handler",
    auth="recipes_catalog",
    timeout=30.0,
    access="a user of recipes_catalog, who becomes the author",
)
async def create_meal(
    *, body: Annotated[ApiCreateMeal, ports.Without("author_id"), Body(title="CreateMealBody")]
) -> None: ...


@router.post(
    "/meals/copy",
    operation_id="recipes_catalog_meal_copy_meal",
    summary="Copy a meal with its recipes.",
    status_code=201,
    response_model=CopyMealResponse,
    response_description="The meal was copied; the id of the copy",
    responses={
        403: {"description": "The meal belongs to another user"},
        404: {"description": "No meal has the id that the body names"},
        422: {"description": "A field that is not acceptable, or a menu that does not exist"},
    },
    openapi_extra={"x-idempotency": "No. Sending it again makes another copy."},
)
@ports.endpoint(
    module=copy_meal_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_meals",),
    timeout=30.0,
    access="the author of the meal, or manage_meals; the user becomes the author of the copy",
)
async def copy_meal(*, body: Annotated[ApiCopyMeal, Body()]) -> None: ...


@router.get(
    "/meals/{meal_id}",
    operation_id="recipes_catalog_meal_get_meal_by_id",
    summary="One meal with its recipes.",
    description="Who manages meals but not recipes does not see the private recipes of others; the sums count them.",
    status_code=200,
    response_model=ApiMeal,
    response_description="The meal",
    responses={
        403: {"description": "The meal belongs to another user"},
        404: {"description": "No meal has this id"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_meal_by_id_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_meals", "manage_recipes"),
    timeout=30.0,
    access="the author of the meal, or manage_meals",
)
async def get_meal_by_id(*, meal_id: Annotated[str, Path(description="the id of the meal")]) -> None: ...


@router.put(
    "/meals/{meal_id}",
    operation_id="recipes_catalog_meal_update_meal",
    summary="Change a meal.",
    description="Menus with the meal follow.",
    status_code=200,
    response_model=UpdateMealResponse,
    response_description="The meal was changed",
    responses={
        403: {"description": "The meal belongs to another user"},
        404: {"description": "No meal has this id"},
        409: {"description": "The version is stale"},
        422: {"description": "A field that is not acceptable, or an id that is not the path's"},
    },
    openapi_extra={
        "x-idempotency": "Yes. Without a version the same request leaves the same meal, unless it brings new recipes."
    },
)
@ports.endpoint(
    module=update_meal_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_meals",),
    timeout=30.0,
    access="the author of the meal, or manage_meals",
)
async def update_meal(
    *, meal_id: Annotated[str, Path(description="the id of the meal")], body: Annotated[ApiUpdateMeal, Body()]
) -> None: ...


@router.delete(
    "/meals/{meal_id}",
    operation_id="recipes_catalog_meal_delete_meal",
    summary="Delete a meal with its recipes.",
    description="It leaves every menu on which it stood.",
    status_code=200,
    response_model=DeleteMealResponse,
    response_description="The meal was deleted",
    responses={
        403: {"description": "The meal belongs to another user"},
        404: {"description": "No meal has this id"},
        409: {"description": "Another request changed the meal at the same moment"},
    },
    openapi_extra={"x-idempotency": "No. The second time the meal is not found."},
)
@ports.endpoint(
    module=delete_meal_module,
    function="async_lambda_handler",
    auth="recipes_catalog",
    permissions=("manage_meals",),
    timeout=30.0,
    access="the author of the meal, or manage_meals",
)
async def delete_meal(*, meal_id: Annotated[str, Path(description="the id of the meal")]) -> None: ...
