# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/products_catalog/aws_lambda/create_product.py
#   src/contexts/products_catalog/aws_lambda/fetch_product.py
#   src/contexts/products_catalog/aws_lambda/get_product_by_id.py
#   src/contexts/products_catalog/aws_lambda/search_product_similar_name.py
# Content: sha256:b57eca5e1c0143f2a3c2303a3e4cf18a66abb28ef72038e5bcefe90f0d44b952
"""Routes of products_catalog: /products."""

from typing import Annotated

from fastapi import Body, Path, Query
from pydantic import BaseModel, Field

from src.contexts.products_catalog.aws_lambda import (
    create_product as create_product_module,
    fetch_product as fetch_product_module,
    get_product_by_id as get_product_by_id_module,
    search_product_similar_name as search_product_similar_name_module,
)
from src.contexts.products_catalog.core.adapters.api_schemas.create_product import ApiCreateProducts
from src.contexts.products_catalog.core.adapters.api_schemas.product import ApiProduct
from src.contexts.products_catalog.core.adapters.api_schemas.product_filter import ApiProductFilter
from src.lambdatwin import ports

router = ports.router("Products catalog")


@ports.defaults(limit=50, sort="-updated_at")
class FetchProductQuery(ApiProductFilter, alias_generator=ports.kebab):
    """Query of GET /products."""


class CreateProductResponse(BaseModel):
    message: str = Field(examples=["Products created."])
    product_ids: list[str]


@router.get(
    "/products",
    operation_id="products_catalog_fetch_product",
    summary="The list of products.",
    description="Keys may be written in kebab-case; unknown keys are ignored. Products of equal sort keys are ordered by id.",
    status_code=200,
    response_model=list[ApiProduct],
    response_description="The products, an empty list when none fits",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "A filter, a sort or a page that can't be applied, or a page that is too large"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_product_module,
    function="async_handler",
    auth="products_catalog",
    timeout=30.0,
    access="a user of products_catalog",
)
async def fetch_product(*, query: Annotated[FetchProductQuery, Query()]) -> None: ...


@router.post(
    "/products",
    operation_id="products_catalog_create_product",
    summary="Add one product or several.",
    status_code=201,
    response_model=CreateProductResponse,
    response_description="All products were added; their ids, in the order of the request",
    responses={
        403: {"description": "The user may not manage products"},
        409: {"description": "A source has one of the products already; none was added"},
        422: {"description": "A field that is not acceptable; none was added"},
    },
    openapi_extra={"x-idempotency": "No. Sending the same products again is a conflict."},
)
@ports.endpoint(
    module=create_product_module,
    function="async_handler",
    auth="products_catalog",
    permissions=("manage_products",),
    timeout=30.0,
    access="manage_products",
)
async def create_product(*, body: Annotated[ApiCreateProducts, Body()]) -> None: ...


@router.get(
    "/products/search/{name}",
    operation_id="products_catalog_search_product_similar_name",
    summary="The products with the most similar names.",
    description="Accents and case are ignored; similarity is that of trigrams.",
    status_code=200,
    response_model=list[ApiProduct],
    response_description="At most 20 products, the most similar first",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "A name that can't be searched for"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=search_product_similar_name_module,
    function="async_handler",
    auth="products_catalog",
    timeout=30.0,
    access="a user of products_catalog",
)
async def search_product_similar_name(
    *, name: Annotated[str, Path(description="what to look for, percent-encoded")]
) -> None: ...


@router.get(
    "/products/{id}",
    operation_id="products_catalog_get_product_by_id",
    summary="One product.",
    status_code=200,
    response_model=ApiProduct,
    response_description="The product",
    responses={
        403: {"description": "The user has no role in this context"},
        404: {"description": "No product has this id"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_product_by_id_module,
    function="async_handler",
    auth="products_catalog",
    timeout=30.0,
    access="a user of products_catalog",
)
async def get_product_by_id(*, id: Annotated[str, Path(description="the id of the product")]) -> None: ...
