"""Lambda: the list of products."""

from typing import TYPE_CHECKING, Any

import anyio
from pydantic import TypeAdapter

from src.contexts.products_catalog.core.adapters.api_schemas.product import ApiProduct
from src.contexts.products_catalog.core.adapters.api_schemas.product_filter import ApiProductFilter
from src.contexts.products_catalog.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware
from src.contexts.shared_kernel.page_size import require_sendable

from .api_headers import API_headers
from .products_auth import products_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.products_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()

ProductListAdapter = TypeAdapter(list[ApiProduct])


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="products_catalog.fetch_product", log_request=True, log_response=False),
    products_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="fetch_product", logger_name="products_catalog.fetch_product.errors"),
    timeout=30.0,
    name="fetch_product",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /products for the list of products.

    Request:
        Query: filters of ApiProductFilter; `skip`, `limit` (1 to 500, default 50), `sort` (default -updated_at)
        Auth: a user of products_catalog

    Responses:
        200: The products, an empty list when none fits
        403: The user has no role in this context
        422: A filter, a sort or a page that can't be applied, or a page that is too large

    Idempotency:
        Yes. Read only.

    Notes:
        Keys may be written in kebab-case; unknown keys are ignored. Products of equal sort keys are ordered by id.
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(
        event=event,
        filter_schema_class=ApiProductFilter,
        use_multi_value=True,
        default_limit=50,
        default_sort="-updated_at",
    )

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        products = await uow.products.query(filters)

    body = ProductListAdapter.dump_json([ApiProduct.from_domain(product) for product in products])
    require_sendable(body)
    return {"statusCode": 200, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
