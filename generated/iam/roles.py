# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/iam/aws_lambda/fetch_role.py
# Content: sha256:da5002620f653a77c84ec69dc03cf166cb8e5cd250b79f760a6ffa32edf419c0
"""Routes of iam: /roles."""

from src.contexts.iam.aws_lambda import fetch_role as fetch_role_module
from src.contexts.iam.core.adapters.api_schemas.role import ApiRole
from src.lambdatwin import ports

router = ports.router("IAM")


@router.get(
    "/roles",
    operation_id="iam_fetch_role",
    summary="The roles of each context and what they allow.",
    status_code=200,
    response_model=list[ApiRole],
    response_description="Every role of every context with its permissions",
    responses={
        403: {"description": "The user has no role in this context"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_role_module,
    function="async_handler",
    auth="iam",
    timeout=30.0,
    access="any user",
)
async def fetch_role() -> None: ...
