"""What can be done with forms and their responses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from src.contexts.client_onboarding.core.domain.form import FormStatus
from src.contexts.shared_kernel.domain.commands import Command
from src.contexts.shared_kernel.sources import new_id


@dataclass(frozen=True, slots=True)
class CreateForm(Command):
    """Add a form and have Typeform send its responses; `form_id` comes from the forms' sequence.

    Without a `webhook_url` the responses come to this API.
    """

    form_id: int
    user_id: str
    typeform_id: str
    webhook_url: str | None
    status: FormStatus


@dataclass(frozen=True, slots=True)
class UpdateForm(Command):
    """Change what is given; `version` is the one that the user has seen, None if that is of no matter."""

    form_id: int
    user_id: str
    webhook_url: str | None = None
    status: FormStatus | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class DeleteForm(Command):
    """Delete a form softly; its responses are not shown any more."""

    form_id: int
    user_id: str


@dataclass(frozen=True, slots=True)
class StoreResponse(Command):
    """Keep a response that Typeform sent, once."""

    typeform_id: str
    response_id: str
    submission_id: str
    submitted_at: datetime
    data: dict[str, Any]
    id: str = field(default_factory=new_id)
