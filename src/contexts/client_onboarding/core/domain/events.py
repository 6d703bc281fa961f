"""What happened to forms and responses."""

from dataclasses import dataclass

from src.contexts.shared_kernel.domain.events import Event


@dataclass(frozen=True, slots=True)
class ResponseStored(Event):
    """A response was stored and is not processed yet; `id` is our own."""

    id: str


@dataclass(frozen=True, slots=True)
class FormDeleted(Event):
    """A form was deleted, and Typeform still has its webhook."""

    form_id: int
