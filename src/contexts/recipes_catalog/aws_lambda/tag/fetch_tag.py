"""Lambda: the list of tags."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.filters import ApiTagFilter
from src.contexts.recipes_catalog.core.adapters.api_schemas.label import ApiKnownTag
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from ..api_headers import API_headers
from ..recipes_auth import recipes_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.recipes_catalog.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="recipes_catalog.tag.fetch_tag"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="fetch_tag", logger_name="recipes_catalog.tag.fetch_tag.errors"),
    timeout=30.0,
    name="fetch_tag",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /tags for the tags that are in use.

    Request:
        Query: filters of ApiTagFilter; `skip`, `limit` (1 to 500, default 100), `sort` (default key)
        Auth: a user of recipes_catalog

    Responses:
        200: The tags, an empty list when none fits
        403: The user has no role in this context
        422: A filter, a sort or a page that can't be applied

    Idempotency:
        Yes. Read only.

    Notes:
        A tag gets its id when an author first uses it. Tags of others on clients, menus and private recipes are left
        out, except for users who manage these. Tags of equal sort keys are ordered by id.
    """
    filters = LambdaHelpers.process_query_filters_from_aws_event(
        event=event, filter_schema_class=ApiTagFilter, use_multi_value=True, default_limit=100, default_sort="key"
    )

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        tags = await uow.tags.query_visible(event["_auth_context"].user_object, filters)

    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": json.dumps([ApiKnownTag.from_domain(tag).model_dump() for tag in tags]),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
