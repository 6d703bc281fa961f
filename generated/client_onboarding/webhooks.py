# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/client_onboarding/aws_lambda/webhook_processor.py
# Content: sha256:b6f116337691eda28836479cd7fecabbde02b3015daf8016a4d73b542ace88db
"""Routes of client_onboarding: /webhooks."""

from typing import Annotated

from fastapi import Body, Header
from pydantic import BaseModel, Field

from src.contexts.client_onboarding.aws_lambda import webhook_processor as webhook_processor_module
from src.contexts.client_onboarding.core.adapters.typeform.webhook import ApiTypeformWebhook
from src.lambdatwin import ports

router = ports.router("Client onboarding")


class WebhookProcessorResponse(BaseModel):
    message: str = Field(examples=["Response received."])
    response_id: Annotated[str, Field(min_length=1, max_length=100, json_schema_extra={"pattern": "^[!-~]+$"})]


@router.post(
    "/webhooks/typeform",
    operation_id="client_onboarding_webhook_processor",
    summary="A response to a form.",
    description="Without TYPEFORM_WEBHOOK_SECRET a development environment takes unsigned bodies and warns in the log; every\nother environment refuses. A response with the hidden field `client_id` becomes the onboarding data of that\nclient, if it is the form's owner's; one that names no such client is stored, and stays unprocessed.",
    status_code=200,
    response_model=WebhookProcessorResponse,
    response_description="The response is stored and processed, now or by an earlier delivery",
    responses={
        401: {"description": "The signature is missing or wrong"},
        404: {"description": "No form has the Typeform id of the response"},
        413: {"description": "The body is larger than 1 MB"},
        422: {"description": "The body is no response of Typeform"},
        503: {
            "description": "No secret is configured, or the response is not stored or not processed yet: deliver it again"
        },
    },
    openapi_extra={
        "x-idempotency": "Yes. The same response is stored once and processed once, however often and at however many places at once it arrives. A delivery of a response that is stored but not processed yet processes it."
    },
)
@ports.endpoint(
    module=webhook_processor_module,
    function="async_handler",
    auth=None,
    timeout=30.0,
    access="public; signed by Typeform",
)
async def webhook_processor(
    *,
    typeform_signature: Annotated[
        str | None,
        Header(alias="Typeform-Signature", description="`sha256=` and the base64 of the HMAC-SHA256 of the raw body"),
    ] = None,
    body: Annotated[ApiTypeformWebhook, Body()],
) -> None: ...
