# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/iam/aws_lambda/assign_role.py
#   src/contexts/iam/aws_lambda/remove_role.py
# Content: sha256:a851511c64940c2a485447e22a52fe4265551c2dbe6e496dc04f38afe187b434
"""Routes of iam: /assign-role."""

from typing import Annotated

from fastapi import Body, Path
from pydantic import BaseModel, Field

from src.contexts.iam.aws_lambda import assign_role as assign_role_module, remove_role as remove_role_module
from src.contexts.iam.core.adapters.api_schemas.role import ApiAssignRole
from src.lambdatwin import ports

router = ports.router("IAM")


class AssignRoleResponseRole(BaseModel):
    context: Annotated[str, Field(min_length=1, max_length=50)]
    name: Annotated[str, Field(min_length=1, max_length=50)]


class AssignRoleResponse(BaseModel):
    message: str = Field(examples=["Role assigned."])
    user_id: str
    role: AssignRoleResponseRole


class RemoveRoleResponse(BaseModel):
    message: str = Field(examples=["Role removed."])


@router.post(
    "/assign-role/{user_id}",
    operation_id="iam_assign_role",
    summary="Give a user a role.",
    status_code=200,
    response_model=AssignRoleResponse,
    response_description="The user has the role",
    responses={
        403: {"description": "The user who asks may not manage roles, or lacks this one"},
        404: {"description": "No user has this id"},
        422: {"description": "There is no such role"},
    },
    openapi_extra={"x-idempotency": "Yes. Giving a role that the user has changes nothing."},
)
@ports.endpoint(
    module=assign_role_module,
    function="async_handler",
    auth="iam",
    permissions=("manage_roles",),
    timeout=30.0,
    access="manage_roles, and the role itself unless the user who asks is an administrator",
)
async def assign_role(
    *,
    user_id: Annotated[str, Path(description="the id of the user, Cognito's `sub`")],
    body: Annotated[ApiAssignRole, Body()],
) -> None: ...


@router.delete(
    "/assign-role/{user_id}/{context}/{name}",
    operation_id="iam_remove_role",
    summary="Take a role from a user.",
    status_code=200,
    response_model=RemoveRoleResponse,
    response_description="The user no longer has the role",
    responses={
        400: {"description": "The last administrator of a context cannot lose the role"},
        403: {"description": "The user who asks may not manage roles, or lacks this one"},
        404: {"description": "No user has this id, or the user does not have the role"},
        422: {"description": "There is no such role"},
    },
    openapi_extra={
        "x-idempotency": "No. The second time the role is not found, unless the first was answered with 503: then the logins are ended."
    },
)
@ports.endpoint(
    module=remove_role_module,
    function="async_handler",
    auth="iam",
    permissions=("manage_roles",),
    timeout=30.0,
    access="manage_roles, and the role itself unless the user who asks is an administrator",
)
async def remove_role(
    *,
    user_id: Annotated[str, Path(description="the id of the user, Cognito's `sub`")],
    context: Annotated[str, Path(description="the context that the role is of")],
    name: Annotated[str, Path(description="the name of the role")],
) -> None: ...
