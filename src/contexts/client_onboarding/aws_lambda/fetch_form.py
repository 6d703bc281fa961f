"""Lambda: the list of the user's onboarding forms."""

from typing import TYPE_CHECKING, Any

import anyio
from pydantic import TypeAdapter

from src.contexts.client_onboarding.core.adapters.api_schemas import form as api_form
from src.contexts.client_onboarding.core.adapters.api_schemas.form_filter import ApiFormFilter
from src.contexts.client_onboarding.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.lambda_helpers import LambdaHelpers
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .api_headers import API_headers
from .onboarding_auth import onboarding_aws_auth_middleware

if TYPE_CHECKING:
    from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

container = Container()

ApiOnboardingForm = api_form.ApiOnboardingForm
FormListAdapter = TypeAdapter(list[ApiOnboardingForm])


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="client_onboarding.fetch_form", log_response=False),
    onboarding_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="fetch_form", logger_name="client_onboarding.fetch_form.errors"),
    timeout=30.0,
    name="fetch_form",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /forms for the user's own onboarding forms.

    Request:
        Query: filters of ApiFormFilter; `skip`, `limit` (1 to 500, default 50), `sort` (default -updated_at)
        Auth: a user of client_onboarding

    Responses:
        200: The forms, an empty list when none fits
        403: The user has no role in this context
        422: A filter, a sort or a page that can't be applied

    Idempotency:
        Yes. Read only.

    Notes:
        Keys may be written in kebab-case; unknown keys are ignored. Forms of equal sort keys are ordered by id.
    """
    user = event["_auth_context"].user_object
    filters = LambdaHelpers.process_query_filters_from_aws_event(
        event=event,
        filter_schema_class=ApiFormFilter,
        use_multi_value=True,
        default_limit=50,
        default_sort="-updated_at",
    )

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        forms = await uow.forms.of_user(user.id, filters)

    api_forms = [ApiOnboardingForm.from_domain(form) for form in forms]
    return {"statusCode": 200, "headers": API_headers, "body": FormListAdapter.dump_json(api_forms)}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
