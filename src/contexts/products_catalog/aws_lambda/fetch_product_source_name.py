"""Lambda: the names of all sources of products."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.products_catalog.core.adapters.api_schemas.source_filter import ApiSourceFilter
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
    aws_lambda_logging_middleware(logger_name="products_catalog.fetch_product_source_name"),
    products_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="fetch_product_source_name", logger_name="products_catalog.fetch_product_source_name.errors"
    ),
    timeout=30.0,
    name="fetch_product_source_name",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /product-sources for the names of sources by their ids.

    Request:
        Query: filters of ApiSourceFilter; `skip`, `limit` (1 to 500, default 500), `sort` (default name)
        Auth: a user of products_catalog

    Responses:
        200: An object with an id and a name for each source
        403: The user has no role in this context
        422: A filter, a sort or a page that can't be applied

    Idempotency:
        Yes. Read only.
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(
        event=event, filter_schema_class=ApiSourceFilter, default_limit=500, default_sort="name"
    )

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        sources = await uow.sources.query(filters)

    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": json.dumps({source.id: source.name for source in sources}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
