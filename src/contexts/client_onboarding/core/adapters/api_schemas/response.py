"""Responses as JSON, for the owner of their form."""

from datetime import datetime

from pydantic import JsonValue

from src.contexts.client_onboarding.core.domain.identifiers import ClientIdentifier, IdentifierKind
from src.contexts.client_onboarding.core.domain.response import FormResponse
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel


class ApiClientIdentifier(ApiModel):
    """Who the response may be from; `confidence` is 0 to 1, `source` the question or the hidden field."""

    kind: IdentifierKind
    value: str
    confidence: float
    source: str

    @classmethod
    def from_domain(cls, identifier: ClientIdentifier) -> "ApiClientIdentifier":
        """The identifier for a client."""
        return cls.model_validate(identifier, from_attributes=True)


class ApiFormResponse(ApiModel):
    """A response; `response_id` and `submission_id` are Typeform's, `response_data` is what Typeform sent."""

    id: str
    form_id: int
    response_id: str
    submission_id: str
    response_data: dict[str, JsonValue]
    client_identifiers: list[ApiClientIdentifier]
    submitted_at: datetime
    processed_at: datetime | None
    created_at: datetime

    @classmethod
    def from_domain(cls, response: FormResponse) -> "ApiFormResponse":
        """The response for a client."""
        plain = {name: getattr(response, name) for name in cls.model_fields if name != "client_identifiers"}
        identifiers = [ApiClientIdentifier.from_domain(one) for one in response.client_identifiers]
        return cls(**plain, client_identifiers=identifiers)
