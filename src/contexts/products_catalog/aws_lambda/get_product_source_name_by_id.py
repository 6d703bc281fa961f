"""Lambda: the name of one source of products."""

import json
from typing import TYPE_CHECKING, Any

import anyio

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


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="products_catalog.get_product_source_name_by_id"),
    products_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="get_product_source_name_by_id", logger_name="products_catalog.get_product_source_name_by_id.errors"
    ),
    timeout=30.0,
    name="get_product_source_name_by_id",
)
async def async_lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle GET /product-sources/{id} for the name of one source.

    Request:
        Path: id (string, required) - the id of the source
        Auth: a user of products_catalog

    Responses:
        200: An object with the id and the name of the source
        403: The user has no role in this context
        404: No source has this id

    Idempotency:
        Yes. Read only.
    """
    source_id = (event.get("pathParameters") or {}).get("id")
    if not source_id:
        raise ValueError("The id of the source is required.")

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        source = await uow.sources.get(source_id)

    return {"statusCode": 200, "headers": API_headers, "body": json.dumps({source.id: source.name})}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_lambda_handler, event, context)
