"""Lambda: add an onboarding form."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.client_onboarding.core.adapters.api_schemas.form_requests import ApiCreateForm
from src.contexts.client_onboarding.core.bootstrap.container import Container
from src.contexts.client_onboarding.core.domain.commands import CreateForm
from src.contexts.client_onboarding.core.domain.form import FormStatus
from src.contexts.client_onboarding.core.domain.policies import require_form_creator
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

HTTP_CREATED = 201

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(
        logger_name="client_onboarding.create_form", log_request=True, log_response=True, log_timing=True
    ),
    onboarding_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="create_form", logger_name="client_onboarding.create_form.errors"),
    timeout=30.0,
    name="create_form",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /forms to add an onboarding form of the user.

    Request:
        Body: ApiCreateForm
        Auth: manage_clients

    Responses:
        201: The form was added, and Typeform sends its responses; its id
        400: Typeform has no such form or refuses the webhook, or no webhook is configured; nothing was added
        403: The user may not manage clients
        409: There is a form with this Typeform id already, or another user had one
        422: A field that is not acceptable, or a webhook outside of this API
        503: Typeform does not answer; nothing was added

    Idempotency:
        No. Adding the same Typeform form again is a conflict.

    Notes:
        Without an API key nothing is sent to Typeform, and the log says so. The webhook of a draft is registered but
        disabled. In production a webhook_url has the https origin of TYPEFORM_WEBHOOK_URL.
    """
    user = event["_auth_context"].user_object
    require_form_creator(user)
    raw = LambdaHelpers.extract_request_body(event, parse_json=False)
    body = ApiCreateForm.model_validate_json(raw)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    uow: UnitOfWork
    async with bus.uow_factory() as uow:
        form_id = await uow.forms.next_id()
    cmd = CreateForm(form_id, user.id, body.typeform_id, body.webhook_url, FormStatus(body.status))
    await bus.handle(cmd)

    return {
        "statusCode": HTTP_CREATED,
        "headers": API_headers,
        "body": json.dumps({"message": "Form created.", "form_id": cmd.form_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
