# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/iam/aws_lambda/create_user.py
#   src/contexts/iam/aws_lambda/delete_user.py
#   src/contexts/iam/aws_lambda/fetch_user.py
#   src/contexts/iam/aws_lambda/get_current_user.py
#   src/contexts/iam/aws_lambda/get_user_by_id.py
# Content: sha256:fd3dc64d2874bc219758cc0814058083e2627a996fa3d14e60b8ca0d2a666919
"""Routes of iam: /users."""

from typing import Annotated

from fastapi import Body, Path, Query
from pydantic import BaseModel, Field

from src.contexts.iam.aws_lambda import (
    create_user as create_user_module,
    delete_user as delete_user_module,
    fetch_user as fetch_user_module,
    get_current_user as get_current_user_module,
    get_user_by_id as get_user_by_id_module,
)
from src.contexts.iam.core.adapters.api_schemas.user import ApiCreateUser, ApiUser
from src.contexts.iam.core.adapters.api_schemas.user_filter import ApiUserFilter
from src.lambdatwin import ports

router = ports.router("IAM")


@ports.defaults(limit=50, sort="-updated_at")
class FetchUserQuery(ApiUserFilter, alias_generator=ports.kebab):
    """Query of GET /users."""


class CreateUserResponse(BaseModel):
    message: str = Field(examples=["User created."])
    user_id: Annotated[str, Field(min_length=1, max_length=128, json_schema_extra={"pattern": "^[^\\s/]+$"})]


class DeleteUserResponse(BaseModel):
    message: str = Field(examples=["User deleted."])
    user_id: str


@router.get(
    "/users",
    operation_id="iam_fetch_user",
    summary="The list of users.",
    status_code=200,
    response_model=list[ApiUser],
    response_description="The users with their roles in all contexts",
    responses={
        403: {"description": "The user may not manage users"},
        422: {"description": "A filter, a sort or a page that can't be applied"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_user_module,
    function="async_handler",
    auth="iam",
    permissions=("manage_users",),
    timeout=30.0,
    access="manage_users",
)
async def fetch_user(*, query: Annotated[FetchUserQuery, Query()]) -> None: ...


@router.post(
    "/users",
    operation_id="iam_create_user",
    summary="Create a user.",
    status_code=201,
    response_model=CreateUserResponse,
    response_description="The user was created, with the basic role in every context",
    responses={
        403: {"description": "The user may not manage users"},
        409: {"description": "The user exists, or was deleted"},
        422: {"description": "A field that is not acceptable"},
    },
    openapi_extra={"x-idempotency": "No. A second time it is a conflict."},
)
@ports.endpoint(
    module=create_user_module,
    function="async_handler",
    auth="iam",
    permissions=("manage_users",),
    timeout=30.0,
    access="manage_users",
)
async def create_user(*, body: Annotated[ApiCreateUser, Body()]) -> None: ...


@router.get(
    "/users/me",
    operation_id="iam_get_current_user",
    summary="The user who asks.",
    status_code=200,
    response_model=ApiUser,
    response_description="The user with the roles in all contexts",
    responses={
        403: {"description": "The user has no role in this context"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_current_user_module,
    function="async_handler",
    auth="iam",
    timeout=30.0,
    access="any user",
)
async def get_current_user() -> None: ...


@router.get(
    "/users/{id}",
    operation_id="iam_get_user_by_id",
    summary="One user.",
    status_code=200,
    response_model=ApiUser,
    response_description="The user with the roles in all contexts",
    responses={
        403: {"description": "Another user, and the one who asks may not manage users"},
        404: {"description": "No user has this id"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_user_by_id_module,
    function="async_handler",
    auth="iam",
    permissions=("manage_users",),
    timeout=30.0,
    access="the user with this id, or manage_users",
)
async def get_user_by_id(*, id: Annotated[str, Path(description="the id of the user, Cognito's `sub`")]) -> None: ...


@router.delete(
    "/users/{id}",
    operation_id="iam_delete_user",
    summary="Take all roles and logins from a user.",
    description="What the user has written stays. The id is not given again.",
    status_code=200,
    response_model=DeleteUserResponse,
    response_description="The user was deleted",
    responses={
        403: {"description": "The user who asks may not manage users, or not delete an administrator"},
        404: {"description": "No user has this id"},
        409: {"description": "The last administrator of a context cannot be deleted"},
    },
    openapi_extra={
        "x-idempotency": "No. The second time the user is not found, unless the first was answered with 503: then the logins are ended."
    },
)
@ports.endpoint(
    module=delete_user_module,
    function="async_handler",
    auth="iam",
    permissions=("manage_users",),
    timeout=30.0,
    access="manage_users; an administrator is deleted by another administrator only",
)
async def delete_user(*, id: Annotated[str, Path(description="the id of the user, Cognito's `sub`")]) -> None: ...
