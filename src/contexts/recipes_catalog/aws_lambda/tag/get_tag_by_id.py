"""Lambda: one tag."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.recipes_catalog.core.adapters.api_schemas.label import ApiKnownTag
from src.contexts.recipes_catalog.core.bootstrap.container import Container
from src.contexts.recipes_catalog.core.domain.policies import may_see_tag
from src.contexts.shared_kernel.correlation import generate_correlation_id
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
    aws_lambda_logging_middleware(logger_name="recipes_catalog.tag.get_tag_by_id"),
    recipes_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="get_tag_by_id", logger_name="recipes_catalog.tag.get_tag_by_id.errors"
    ),
    timeout=30.0,
    name="get_tag_by_id",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /tags/{tag_id} for one tag.

    Request:
        Path: tag_id (string, required) - the id of the tag
        Auth: a user of recipes_catalog who may see what the tag stands on

    Responses:
        200: The tag
        403: The tag stands on what the user may not see
        404: No tag has this id

    Idempotency:
        Yes. Read only.
    """
    try:
        tag_id = event["pathParameters"]["tag_id"]
    except (KeyError, TypeError) as error:
        raise ValueError("The id of the tag is required.") from error

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        tag = await uow.tags.get(tag_id)
        public = await uow.tags.is_on_public_recipe(tag)
    if not may_see_tag(event["_auth_context"].user_object, tag, on_public_recipe=public):
        raise PermissionError("The tag stands on what the user may not see.")

    return {"statusCode": 200, "headers": API_headers, "body": ApiKnownTag.from_domain(tag).model_dump_json()}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
