# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/iam/aws_lambda/fetch_role.py
# Content: sha256:9aa9af3b456b27fb1b0408d110886c0f7232cd80f69a8060c7d31dffefadc105
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
)
@ports.endpoint(
    module=fetch_role_module,
    function="async_handler",
    auth="iam",
    timeout=30.0,
    access="any user",
    idempotency="Yes. Read only.",
)
async def fetch_role() -> None: ...
