"""Lambda: products whose names are like a given one."""

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import anyio
from pydantic import TypeAdapter

from src.contexts.products_catalog.core.adapters.api_schemas import product as api_product
from src.contexts.products_catalog.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .api_headers import API_headers
from .products_auth import products_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.products_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()

ApiProduct = api_product.ApiProduct
SimilarProducts = TypeAdapter(list[ApiProduct])


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="products_catalog.search_product_similar_name", log_response=False),
    products_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="search_product_similar_name", logger_name="products_catalog.search_product_similar_name.errors"
    ),
    timeout=30.0,
    name="search_product_similar_name",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /products/search/{name} for the products with the most similar names.

    Request:
        Path: name (string, required) - what to look for, percent-encoded
        Auth: a user of products_catalog

    Responses:
        200: At most 20 products, the most similar first
        403: The user has no role in this context
        422: A name that can't be searched for

    Idempotency:
        Yes. Read only.

    Notes:
        Accents and case are ignored; similarity is that of trigrams.
    """
    try:
        name = event["pathParameters"]["name"]
    except (KeyError, TypeError) as error:
        raise ValueError("The name to search for is required.") from error
    name = unquote(name)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        products = await uow.products.search_similar(name)

    found = [ApiProduct.from_domain(product) for product in products]
    return {"statusCode": 200, "headers": API_headers, "body": SimilarProducts.dump_json(found)}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
