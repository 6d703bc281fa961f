"""What happened to forms."""

from dataclasses import dataclass
from typing import Any

from src.contexts.shared_kernel.domain.events import Event


@dataclass(frozen=True, slots=True)
class ResponseStored(Event):
    """A response was kept for the first time; `client_id` is the client that it names, `author_id` the form's owner."""

    id: str
    author_id: str
    client_id: str | None
    onboarding_data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FormDeleted(Event):
    """Nobody waits for the form's responses any more."""

    typeform_id: str
