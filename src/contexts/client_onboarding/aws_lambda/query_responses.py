"""Lambda: one query about the user's forms and their responses."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.client_onboarding.core.adapters.api_schemas.response_query import ApiResponseQuery
from src.contexts.client_onboarding.core.bootstrap.container import Container
from src.contexts.client_onboarding.core.services.queries import Budget
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .api_headers import API_headers
from .onboarding_auth import onboarding_aws_auth_middleware
from .query_executor import execute

if TYPE_CHECKING:
    from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="client_onboarding.query_responses", log_response=False),
    onboarding_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="query_responses", logger_name="client_onboarding.query_responses.errors"
    ),
    timeout=30.0,
    name="query_responses",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /query-responses for one query about the user's own forms and their responses.

    Request:
        Body: ApiResponseQuery; `query_type` is responses_by_form, response_by_id, forms_by_user or responses_by_user,
            `limit` 1 to 100 (default 50), `offset` from 0
        Auth: a user of client_onboarding, the owner of what is asked for

    Responses:
        200: A page of forms or of responses, the newest first
        403: The form, the response or the user is not the user's own
        404: No form or no response has this id
        422: A field that is not acceptable

    Idempotency:
        Yes. Read only.

    Notes:
        A page ends early rather than make the answer too long; `has_more` and `next_offset` say how to go on.
    """
    user = event["_auth_context"].user_object
    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    query = ApiResponseQuery.model_validate_json(raw)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        result = await execute(query, user.id, uow, Budget())

    return {"statusCode": 200, "headers": API_headers, "body": result.model_dump_json()}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
