"""Lambda: one onboarding form."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.client_onboarding.core.adapters.api_schemas.form import ApiOnboardingForm
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


@async_endpoint_handler(
    aws_lambda_logging_middleware(logger_name="client_onboarding.get_form_by_id", include_event_summary=True),
    onboarding_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(
        name="get_form_by_id", logger_name="client_onboarding.get_form_by_id.errors"
    ),
    timeout=30.0,
    name="get_form_by_id",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle GET /forms/{form_id} for one onboarding form of the user.

    Request:
        Path: form_id (integer, required) - the id of the form
        Auth: a user of client_onboarding, the owner of the form

    Responses:
        200: The form
        403: The form belongs to another user
        404: No form has this id
        422: The id is no integer

    Idempotency:
        Yes. Read only.
    """
    user = event["_auth_context"].user_object
    form_id = LambdaHelpers.extract_path_parameter(event, "form_id")
    if not form_id:
        raise ValueError("The id of the form is required.")

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        form = await uow.forms.by_id(int(form_id))
    form.require_owner(user.id)

    return {"statusCode": 200, "headers": API_headers, "body": ApiOnboardingForm.from_domain(form).model_dump_json()}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
