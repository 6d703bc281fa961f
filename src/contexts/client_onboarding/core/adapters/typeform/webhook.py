"""What Typeform sends for a response.  https://www.typeform.com/developers/webhooks/example-payload/"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field, JsonValue

from src.contexts.client_onboarding.core.adapters.typeform.settings import TypeformSettings
from src.contexts.client_onboarding.core.adapters.typeform.signature import raw_bytes, require_signature
from src.contexts.client_onboarding.core.domain.commands import StoreResponse
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel, ApiRequest
from src.contexts.shared_kernel.sources import utc_now

# As queries take them: printable ASCII.
Token = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
# Far from the ends of what a timestamp can be, where a change of zone overflows.
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2999, 12, 31, tzinfo=UTC))]


class ApiTypeformResponse(ApiModel):
    """The response; what has no field here is kept as well."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)

    form_id: Token
    token: Token
    submitted_at: Moment | None = None
    hidden: Annotated[dict[str, JsonValue], Field(max_length=500)] | None = None
    definition: dict[str, JsonValue] | None = None
    answers: Annotated[list[dict[str, JsonValue]], Field(max_length=500, fail_fast=True)] | None = None


class ApiTypeformWebhook(ApiRequest):
    """One delivery of one response."""

    event_id: Token
    event_type: Literal["form_response"]
    form_response: ApiTypeformResponse


def read_delivery(body: str, headers: Mapping[str, Any], settings: TypeformSettings, *, encoded: bool) -> StoreResponse:
    """The command for a genuine delivery.

    Raises in this order: `PayloadTooLarge`, `DependencyUnavailable` or `AuthenticationError` for a signature that
    can't be checked or is wrong, `ValidationError` for a body that is no response.
    """
    raw = raw_bytes(body, encoded=encoded)
    require_signature(raw, headers, settings)
    delivery = ApiTypeformWebhook.model_validate_json(raw)
    response = delivery.form_response
    return StoreResponse(
        typeform_id=response.form_id,
        response_id=response.token,
        submission_id=delivery.event_id,
        submitted_at=response.submitted_at or utc_now(),
        data=response.model_dump(mode="json", exclude_unset=True),
    )
