# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/recipes_catalog/aws_lambda/tag/fetch_tag.py
#   src/contexts/recipes_catalog/aws_lambda/tag/get_tag_by_id.py
# Content: sha256:9d1ad0efbbf1052a5a0887c42b183ce37e6c989b5dc800c66c333ae347c22bef
"""Routes of recipes_catalog: /tags."""

from typing import Annotated

from fastapi import Path, Query

from src.contexts.recipes_catalog.aws_lambda.tag import (
    fetch_tag as fetch_tag_module,
    get_tag_by_id as get_tag_by_id_module,
)
from src.contexts.recipes_catalog.core.adapters.api_schemas.filters import ApiTagFilter
from src.contexts.recipes_catalog.core.adapters.api_schemas.label import ApiKnownTag
from src.lambdatwin import ports

router = ports.router("Recipes catalog")


@ports.defaults(limit=100, sort="key")
class FetchTagQuery(ApiTagFilter, alias_generator=ports.kebab):
    """Query of GET /tags."""


@router.get(
    "/tags",
    operation_id="recipes_catalog_tag_fetch_tag",
    summary="The tags that are in use.",
    description="A tag gets its id when an author first uses it. Tags of others on clients, menus and private recipes are left\nout, except for users who manage these. Tags of equal sort keys are ordered by id.",
    status_code=200,
    response_model=list[ApiKnownTag],
    response_description="The tags, an empty list when none fits",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "A filter, a sort or a page that can't be applied"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_tag_module,
    function="async_handler",
    auth="recipes_catalog",
    timeout=30.0,
    access="a user of recipes_catalog",
)
async def fetch_tag(*, query: Annotated[FetchTagQuery, Query()]) -> None: ...


@router.get(
    "/tags/{tag_id}",
    operation_id="recipes_catalog_tag_get_tag_by_id",
    summary="One tag.",
    status_code=200,
    response_model=ApiKnownTag,
    response_description="The tag",
    responses={
        403: {"description": "The tag stands on what the user may not see"},
        404: {"description": "No tag has this id"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_tag_by_id_module,
    function="async_handler",
    auth="recipes_catalog",
    permissions=("manage_clients", "manage_menus", "manage_recipes"),
    timeout=30.0,
    access="a user of recipes_catalog who may see what the tag stands on",
)
async def get_tag_by_id(*, tag_id: Annotated[str, Path(description="the id of the tag")]) -> None: ...
