"""Lambda: change an onboarding form."""

from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.client_onboarding.core.adapters.api_schemas.form import ApiOnboardingForm
from src.contexts.client_onboarding.core.adapters.api_schemas.form_requests import ApiUpdateForm
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

HTTP_OK = 200

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(
        logger_name="client_onboarding.update_form", log_request=True, log_response=True, log_timing=True
    ),
    onboarding_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="update_form", logger_name="client_onboarding.update_form.errors"),
    timeout=30.0,
    name="update_form",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle PATCH /forms/{form_id} to change an onboarding form of the user.

    Request:
        Path: form_id (integer, required) - the id of the form
        Body: ApiUpdateForm; what is missing stays as it is
        Auth: a user of client_onboarding, the owner of the form

    Responses:
        200: The form as it is now
        400: The form can't get from its status to this one, or Typeform refuses the webhook; nothing was changed
        403: The form belongs to another user
        404: No form has this id
        409: The form was changed since `version` was read
        422: A field that is not acceptable, a webhook outside of this API, or an id that is no integer
        503: Typeform does not answer; nothing was changed

    Idempotency:
        Yes. The same change twice leaves the form as it is after the first, if it names no version.

    Notes:
        Typeform sends responses of active forms only. Forms are deleted by DELETE, not by their status.
    """
    user = event["_auth_context"].user_object
    try:
        form_id = event["pathParameters"]["form_id"]
    except (KeyError, TypeError) as error:
        raise ValueError("The id of the form is required.") from error
    form_id = int(form_id)
    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    cmd = ApiUpdateForm.model_validate_json(raw).to_command(form_id, user.id)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        form = await uow.forms.by_id(form_id)

    body = ApiOnboardingForm.from_domain(form).model_dump_json()
    return {"statusCode": HTTP_OK, "headers": API_headers, "body": body}


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
