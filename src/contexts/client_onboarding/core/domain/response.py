"""Responses to onboarding forms."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from src.contexts.client_onboarding.core.domain.answers import answers_of, hidden_of
from src.contexts.client_onboarding.core.domain.identifiers import ClientIdentifier
from src.contexts.shared_kernel.domain.entity import Entity

CLIENT_FIELD = "client_id"


@dataclass(slots=True, kw_only=True, eq=False)
class FormResponse(Entity):
    """What one client answered. `response_id` and `submission_id` are Typeform's ids of the response and its delivery.

    `user_id` is the form's owner; `data_size` counts the bytes of the data and the identifiers as JSON; `processed_at`
    is when everything that follows from the response was done.
    """

    form_id: int
    user_id: str
    response_id: str
    submission_id: str
    response_data: dict[str, Any]
    client_identifiers: tuple[ClientIdentifier, ...]
    data_size: int
    submitted_at: datetime
    processed_at: datetime | None = None


def size_of(data: Mapping[str, Any], identifiers: Iterable[ClientIdentifier]) -> int:
    """The `data_size` of a response."""
    written = json.dumps([data, [asdict(identifier) for identifier in identifiers]], ensure_ascii=False)
    return len(written.encode())


def named_client(data: Mapping[str, Any]) -> str | None:
    """The client whose link was opened: the hidden field `client_id`, if it is an id."""
    try:
        return str(UUID(hidden_of(data).get(CLIENT_FIELD, "")))
    except ValueError:
        return None


def onboarding_data(response: FormResponse) -> dict[str, Any]:
    """What a client keeps of a response: the answers by question, and where they come from."""
    answers: dict[str, Any] = {}
    for answer in answers_of(response.response_data):
        answers.setdefault(answer.label or answer.kind, answer.value)
    return {
        "form_id": response.form_id,
        "response_id": response.response_id,
        "submitted_at": response.submitted_at.isoformat(),
        "answers": answers,
        "client_identifiers": [asdict(identifier) for identifier in response.client_identifiers],
    }
