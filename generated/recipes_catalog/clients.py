# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/recipes_catalog/aws_lambda/client/create_client.py
#   src/contexts/recipes_catalog/aws_lambda/client/create_menu.py
#   src/contexts/recipes_catalog/aws_lambda/client/delete_client.py
#   src/contexts/recipes_catalog/aws_lambda/client/delete_menu.py
#   src/contexts/recipes_catalog/aws_lambda/client/fetch_client.py
#   src/contexts/recipes_catalog/aws_lambda/client/get_client_by_id.py
#   src/contexts/recipes_catalog/aws_lambda/client/update_client.py
#   src/contexts/recipes_catalog/aws_lambda/client/update_menu.py
# Content: sha256:295191e2eaebb6e1dfdf99e1800b6b6f354d51d1ecd1f9e20115bf0e512fa328
"""Routes of recipes_catalog: /clients."""

from typing import Annotated

from fastapi import Body, Path, Query
from pydantic import BaseModel, Field

from src.contexts.recipes_catalog.aws_lambda.client import (
    create_client as create_client_module,
    create_menu as create_menu_module,
    delete_client as delete_client_module,
    delete_menu as delete_menu_module,
    fetch_client as fetch_client_module,
    get_client_by_id as get_client_by_id_module,
    update_client as update_client_module,
    update_menu as update_menu_module,
)
from src.contexts.recipes_catalog.core.adapters.api_schemas.client import ApiClient, ApiClientInList
from src.contexts.recipes_catalog.core.adapters.api_schemas.client_requests import ApiCreateClient, ApiUpdateClient
from src.contexts.recipes_catalog.core.adapters.api_schemas.filters import ApiClientFilter
from src.contexts.recipes_catalog.core.adapters.api_schemas.menu import ApiCreateMenu, ApiUpdateMenu
from src.lambdatwin import ports

router = ports.router("Recipes catalog")


@ports.defaults(limit=50, sort="-updated_at")
class FetchClientQuery(ApiClientFilter, alias_generator=ports.kebab):
    """Query of GET /clients."""


class CreateClientResponse(BaseModel):
    message: str = Field(examples=["Client created."])
    client_id: str


class UpdateClientResponse(BaseModel):
    message: str = Field(examples=["Client updated."])
    client_id: str


class CreateMenuResponse(BaseModel):
    message: str = Field(examples=["Menu created."])
    menu_id: str


class UpdateMenuResponse(BaseModel):
    message: str = Field(examples=["Menu updated."])
    menu_id: str


@router.get(
    "/clients",
    operation_id="recipes_catalog_client_fetch_client",
    summary="The user's clients.",
    description="Clients of equal sort keys are ordered by id.",
    status_code=200,
    response_model=list[ApiClientInList],
    response_description="The clients with the ids of their menus, an empty list when none fits",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "A filter, a sort or a page that can't be applied, or a page that is too large"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_client_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_clients",),
    timeout=30.0,
    access="a user of recipes_catalog; with manage_clients the clients of all",
)
async def fetch_client(*, query: Annotated[FetchClientQuery, Query()]) -> None: ...


@router.post(
    "/clients",
    operation_id="recipes_catalog_client_create_client",
    summary="Take on a client.",
    status_code=201,
    response_model=CreateClientResponse,
    response_description="The client was stored; its id",
    responses={
        403: {"description": "The user may not manage clients"},
        422: {"description": "A field that is not acceptable"},
    },
    openapi_extra={"x-idempotency": "No. Sending it again stores another client."},
)
@ports.endpoint(
    module=create_client_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_clients",),
    timeout=30.0,
    access="manage_clients; the user becomes the author",
)
async def create_client(
    *, body: Annotated[ApiCreateClient, ports.Without("author_id"), Body(title="CreateClientBody")]
) -> None: ...


@router.get(
    "/clients/{client_id}",
    operation_id="recipes_catalog_client_get_client_by_id",
    summary="One client with all menus.",
    status_code=200,
    response_model=ApiClient,
    response_description="The client",
    responses={
        403: {"description": "The client belongs to another user"},
        404: {"description": "No client has this id"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_client_by_id_module,
    function="async_lambda_handler",
    auth="recipes_catalog",
    permissions=("manage_clients",),
    timeout=30.0,
    access="the author of the client, or manage_clients",
)
async def get_client_by_id(*, client_id: Annotated[str, Path(description="the id of the client")]) -> None: ...


@router.put(
    "/clients/{client_id}",
    operation_id="recipes_catalog_client_update_client",
    summary="Change a client.",
    status_code=200,
    response_model=UpdateClientResponse,
    response_description="The client was changed",
    responses={
        403: {"description": "The user may not manage clients"},
        404: {"description": "No client has this id"},
        409: {"description": "The version is stale"},
        422: {"description": "A field that is not acceptable, or an id that is not the path's"},
    },
    openapi_extra={"x-idempotency": "Yes. Without a version the same request leaves the same client."},
)
@ports.endpoint(
    module=update_client_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_clients",),
    timeout=30.0,
    access="manage_clients",
)
async def update_client(
    *, client_id: Annotated[str, Path(description="the id of the client")], body: Annotated[ApiUpdateClient, Body()]
) -> None: ...


@router.delete(
    "/clients/{client_id}",
    operation_id="recipes_catalog_client_delete_client",
    summary="Delete a client with all menus.",
    description="The meals of the menus stay.",
    status_code=200,
    response_model=str,
    response_description="The client was deleted",
    responses={
        403: {"description": "The user may not manage clients"},
        404: {"description": "No client has this id"},
        409: {"description": "Another request changed the client at the same moment"},
    },
    openapi_extra={"x-idempotency": "No. The second time the client is not found."},
)
@ports.endpoint(
    module=delete_client_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_clients",),
    timeout=30.0,
    access="manage_clients",
)
async def delete_client(*, client_id: Annotated[str, Path(description="the id of the client")]) -> None: ...


@router.post(
    "/clients/{client_id}/menus",
    operation_id="recipes_catalog_client_create_menu",
    summary="Write a menu for a client.",
    description="The menu keeps a copy of each meal's name and nutrients, which follows the meal.",
    status_code=201,
    response_model=CreateMenuResponse,
    response_description="The menu was written; its id",
    responses={
        403: {"description": "The user may not manage menus, or a meal belongs to another user"},
        404: {"description": "No client has this id"},
        422: {
            "description": "A field that is not acceptable, a meal that does not exist, or an id that is not the path's"
        },
    },
    openapi_extra={"x-idempotency": "No. Sending it again writes another menu."},
)
@ports.endpoint(
    module=create_menu_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_meals", "manage_menus"),
    timeout=30.0,
    access="manage_menus; meals of others need manage_meals",
)
async def create_menu(
    *,
    client_id: Annotated[str, Path(description="the id of the client")],
    body: Annotated[ApiCreateMenu, Body()] = ports.UNSENT,
) -> None: ...


@router.put(
    "/clients/{client_id}/menus/{menu_id}",
    operation_id="recipes_catalog_client_update_menu",
    summary="Change a client's menu.",
    status_code=200,
    response_model=UpdateMenuResponse,
    response_description="The menu was changed",
    responses={
        403: {"description": "The user may not manage menus, or a meal belongs to another user"},
        404: {"description": "The client has no menu with this id"},
        409: {"description": "The version is stale"},
        422: {
            "description": "A field that is not acceptable, a meal that does not exist, or an id that is not the path's"
        },
    },
    openapi_extra={"x-idempotency": "Yes. Without a version the same request leaves the same menu."},
)
@ports.endpoint(
    module=update_menu_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_meals", "manage_menus"),
    timeout=30.0,
    access="manage_menus; new meals of others need manage_meals",
)
async def update_menu(
    *,
    client_id: Annotated[str, Path(description="the id of the client")],
    menu_id: Annotated[str, Path(description="the id of the menu")],
    body: Annotated[ApiUpdateMenu, Body()],
) -> None: ...


@router.delete(
    "/clients/{client_id}/menus/{menu_id}",
    operation_id="recipes_catalog_client_delete_menu",
    summary="Delete a client's menu.",
    description="Its meals stay.",
    status_code=200,
    response_model=str,
    response_description="The menu was deleted",
    responses={
        403: {"description": "The user may not manage menus"},
        404: {"description": "The client has no menu with this id"},
        409: {"description": "Another request changed the menu at the same moment"},
    },
    openapi_extra={"x-idempotency": "No. The second time the menu is not found."},
)
@ports.endpoint(
    module=delete_menu_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_menus",),
    timeout=30.0,
    access="manage_menus",
)
async def delete_menu(
    *,
    client_id: Annotated[str, Path(description="the id of the client")],
    menu_id: Annotated[str, Path(description="the id of the menu")],
) -> None: ...
