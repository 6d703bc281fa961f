# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/products_catalog/aws_lambda/fetch_product_source_name.py
#   src/contexts/products_catalog/aws_lambda/get_product_source_name_by_id.py
# Content: sha256:796c96c79fac69e0666e35b1389c78e355d75fc158f5d5fc9672e04246ed87f7
"""Routes of products_catalog: /product-sources."""

from typing import Annotated, Any

from fastapi import Path, Query

from src.contexts.products_catalog.aws_lambda import (
    fetch_product_source_name as fetch_product_source_name_module,
    get_product_source_name_by_id as get_product_source_name_by_id_module,
)
from src.contexts.products_catalog.core.adapters.api_schemas.source_filter import ApiSourceFilter
from src.lambdatwin import ports

router = ports.router("Products catalog")


@ports.defaults(limit=500, sort="name")
class FetchProductSourceNameQuery(ApiSourceFilter, alias_generator=ports.kebab):
    """Query of GET /product-sources."""


@router.get(
    "/product-sources",
    operation_id="products_catalog_fetch_product_source_name",
    summary="The names of sources by their ids.",
    status_code=200,
    response_model=dict[str, Any],
    response_description="An object with an id and a name for each source",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "A filter, a sort or a page that can't be applied"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_product_source_name_module,
    function="async_handler",
    auth="products_catalog",
    timeout=30.0,
    access="a user of products_catalog",
)
async def fetch_product_source_name(*, query: Annotated[FetchProductSourceNameQuery, Query()]) -> None: ...


@router.get(
    "/product-sources/{id}",
    operation_id="products_catalog_get_product_source_name_by_id",
    summary="The name of one source.",
    status_code=200,
    response_model=dict[str, Any],
    response_description="An object with the id and the name of the source",
    responses={
        403: {"description": "The user has no role in this context"},
        404: {"description": "No source has this id"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_product_source_name_by_id_module,
    function="async_lambda_handler",
    auth="products_catalog",
    timeout=30.0,
    access="a user of products_catalog",
)
async def get_product_source_name_by_id(*, id: Annotated[str, Path(description="the id of the source")]) -> None: ...
