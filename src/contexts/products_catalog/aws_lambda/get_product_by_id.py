"""Lambda: one product."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.products_catalog.core.adapters.api_schemas.product import ApiProduct
from src.contexts.products_catalog.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .api_headers import API_headers
from .products_auth import products_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.products_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(
        logger_name="products_catalog.get_product_by_id",
        log_request=True,
        log_response=True,
        log_timing=True,
        include_event_summary=True,
    ),
    products_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="get_product_by_id", logger_name="products_catalog.get_product_by_id.errors"
    ),
    timeout=30.0,
    name="get_product_by_id",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /products/{id} for one product.

    Request:
        Path: id (string, required) - the id of the product
        Auth: a user of products_catalog

    Responses:
        200: The product
        403: The user has no role in this context
        404: No product has this id

    Idempotency:
        Yes. Read only.
    """
    product_id = LambdaHelpers.extract_path_parameter(event, "id")
    if not product_id:
        raise ValueError("The id of the product is required.")

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        product = await uow.products.get(product_id)

    body = ApiProduct.from_domain(product).model_dump_json()
    return {"statusCode": 200, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
