"""Lambda: what Typeform sends when a client has answered a form."""

import json
from typing import TYPE_CHECKING, Any

import anyio

from src.contexts.client_onboarding.core.adapters.typeform.webhook import read_delivery
from src.contexts.client_onboarding.core.bootstrap.container import Container
from src.contexts.shared_kernel.correlation import generate_correlation_id
from src.contexts.shared_kernel.middleware.decorators import async_endpoint_handler
from src.contexts.shared_kernel.middleware.error_middleware import aws_lambda_exception_handler_middleware
from src.contexts.shared_kernel.middleware.logging_middleware import aws_lambda_logging_middleware

from .api_headers import API_headers

if TYPE_CHECKING:
    from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
    from src.contexts.shared_kernel.services.message_bus import MessageBus

HTTP_OK = 200

container = Container()


@async_endpoint_handler(
    aws_lambda_logging_middleware(
        logger_name="client_onboarding.webhook_processor", log_request=True, log_response=True, log_timing=True
    ),
    aws_lambda_exception_handler_middleware(
        name="webhook_processor", logger_name="client_onboarding.webhook_processor.errors"
    ),
    timeout=30.0,
    name="webhook_processor",
)
async def async_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Handle POST /webhooks/typeform for a response to a form.

    Request:
        Body: Typeform's webhook payload, at most 1 MB
        Headers: Typeform-Signature - `sha256=` and the base64 of the HMAC-SHA256 of the raw body
        Auth: public; signed by Typeform

    Responses:
        200: The response is stored and processed, now or by an earlier delivery
        401: The signature is missing or wrong
        404: No form has the Typeform id of the response
        413: The body is larger than 1 MB
        422: The body is no response of Typeform
        503: No secret is configured, or the response is not stored or not processed yet: deliver it again

    Idempotency:
        Yes. The same response is stored once and processed once, however often and at however many places at once it
        arrives. A delivery of a response that is stored but not processed yet processes it.

    Notes:
        Without TYPEFORM_WEBHOOK_SECRET a development environment takes unsigned bodies and warns in the log; every
        other environment refuses. A response with the hidden field `client_id` becomes the onboarding data of that
        client, if it is the form's owner's; one that names no such client is stored, and stays unprocessed.
    """
    body = event.get("body") or ""
    headers = event.get("headers") or {}
    cmd = read_delivery(body, headers, container.settings(), encoded=bool(event.get("isBase64Encoded")))

    bus: MessageBus[UnitOfWork] = container.bootstrap()
    await bus.handle(cmd)

    return {
        "statusCode": HTTP_OK,
        "headers": API_headers,
        "body": json.dumps({"message": "Response received.", "response_id": cmd.response_id}),
    }


def lambda_handler(event: dict[str, Any], context: Any) -> Any:
    """Entry point for AWS Lambda."""
    generate_correlation_id(event, context)
    return anyio.run(async_handler, event, context)
