"""Lambda: add products to the catalogue."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.products_catalog.core.adapters.api_schemas.create_product import ApiCreateProducts
from src.contexts.products_catalog.core.bootstrap.container import Container
from src.contexts.products_catalog.core.domain.commands import AddProducts
from src.contexts.products_catalog.core.domain.policies import require_product_manager
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

HTTP_CREATED = 201

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(
        logger_name="products_catalog.create_product", log_request=True, log_response=True, log_timing=True
    ),
    products_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="create_product", logger_name="products_catalog.create_product.errors"
    ),
    timeout=30.0,
    name="create_product",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /products to add one product or several.

    Request:
        Body: ApiCreateProducts, one product or a list of 1 to 500
        Auth: manage_products

    Responses:
        201: All products were added; their ids, in the order of the request
        403: The user may not manage products
        409: A source has one of the products already; none was added
        422: A field that is not acceptable; none was added

    Idempotency:
        No. Sending the same products again is a conflict.
    """
    require_product_manager(event["_auth_context"].user_object)

    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    cmd = AddProducts(products=ApiCreateProducts.model_validate_json(raw).to_domain())

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": HTTP_CREATED,
        "headers": API_headers,
        "body": json.dumps({"message": "Products created.", "product_ids": cmd.product_ids}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
