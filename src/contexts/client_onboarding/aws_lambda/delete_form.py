"""Lambda: delete an onboarding form."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.client_onboarding.core.bootstrap.container import Container
from src.contexts.client_onboarding.core.domain.commands import DeleteForm
from src.contexts.shared_kernel.correlation import generate_correlation_id
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
    aws_lambda_logging_middleware(logger_name="client_onboarding.delete_form"),
    onboarding_aws_auth_middleware(),
    aws_lambda_exception_handler_middleware(name="delete_form", logger_name="client_onboarding.delete_form.errors"),
    timeout=30.0,
    name="delete_form",
)
async def async_lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle DELETE /forms/{form_id} to delete an onboarding form of the user.

    Request:
        Path: form_id (integer, required) - the id of the form
        Auth: a user of client_onboarding, the owner of the form

    Responses:
        200: The form was deleted
        403: The form belongs to another user
        404: No form has this id, or not any more
        422: The id is no integer

    Idempotency:
        Yes. A second deletion finds no form and changes nothing.

    Notes:
        The form and its responses are kept but not shown any more. Its owner alone may add the Typeform form again.
        When Typeform did not answer, its webhook is still there: deleting the form again removes it.
    """
    user = event["_auth_context"].user_object
    form_id = (event.get("pathParameters") or {}).get("form_id")
    if not form_id:
        raise ValueError("The id of the form is required.")
    cmd = DeleteForm(form_id=int(form_id), user_id=user.id)

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": 200,
        "headers": API_headers,
        "body": json.dumps({"message": "Form deleted.", "form_id": cmd.form_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_lambda_handler, event, context)
