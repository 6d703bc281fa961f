"""Lambda: several queries about the user's forms and their responses."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.client_onboarding.core.adapters.api_schemas import query_result as api_query_result
from src.contexts.client_onboarding.core.adapters.api_schemas.response_query import ApiBulkResponseQuery
from src.contexts.client_onboarding.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .api_headers import API_headers
from .onboarding_auth import onboarding_aws_auth_middleware
from .query_executor import execute_each

if TYPE_CHECKING:
    from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()

ApiBulkQueryResult = api_query_result.ApiBulkQueryResult


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="client_onboarding.bulk_query_responses", log_response=False),
    onboarding_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="bulk_query_responses", logger_name="client_onboarding.bulk_query_responses.errors"
    ),
    timeout=30.0,
    name="bulk_query_responses",
)
async def async_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle POST /query-responses/bulk for several queries about the user's own forms and their responses.

    Request:
        Body: ApiBulkResponseQuery, 1 to 20 queries as POST /query-responses takes them
        Auth: a user of client_onboarding, the owner of what is asked for

    Responses:
        200: A result or an error for each query, in their order
        403: The user has no role in this context
        422: The body is no list of queries

    Idempotency:
        Yes. Read only.

    Notes:
        Each query succeeds or fails by itself. The queries share the length of the answer: one that does not find room
        any more fails with business_rule_error and can be sent by itself.
    """
    user = event["_auth_context"].user_object
    raw = event.get("body", "")
    if not raw:
        raise ValueError("A request body is required.")
    asked = ApiBulkResponseQuery.model_validate_json(raw)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        results = await execute_each(asked.queries, user.id, uow)

    answer = ApiBulkQueryResult.of(results)
    return {"statusCode": 200, "headers": API_headers, "body": answer.model_dump_json()}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
