"""Onboarding forms: what a nutritionist's clients fill in at Typeform."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from src.contexts.shared_kernel.domain.entity import Entity
from src.contexts.shared_kernel.domain.errors import BusinessRuleError


class FormStatus(StrEnum):
    """Where a form stands; Typeform sends responses of active forms only."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    DELETED = "deleted"


_FOLLOWING: Mapping[FormStatus, frozenset[FormStatus]] = MappingProxyType(
    {
        FormStatus.DRAFT: frozenset({FormStatus.ACTIVE, FormStatus.COMPLETED}),
        FormStatus.ACTIVE: frozenset({FormStatus.PAUSED, FormStatus.COMPLETED}),
        FormStatus.PAUSED: frozenset({FormStatus.ACTIVE, FormStatus.COMPLETED}),
        FormStatus.COMPLETED: frozenset(),
        FormStatus.DELETED: frozenset(),
    }
)


@dataclass(slots=True, kw_only=True, eq=False)
class OnboardingForm(Entity):
    """A Typeform form of one user; `webhook_url` is where Typeform sends its responses."""

    id: int  # type: ignore[assignment]  # the kernel's ids are UUIDs; a form's is a number from a sequence
    user_id: str
    typeform_id: str
    webhook_url: str
    status: FormStatus

    @property
    def receives(self) -> bool:
        """Whether Typeform is to send responses."""
        return self.status is FormStatus.ACTIVE

    def require_owner(self, user_id: str) -> None:
        """Raise `PermissionError` for every other user."""
        if self.user_id != user_id:
            raise PermissionError("The form belongs to another user.")

    def move_to(self, status: FormStatus) -> None:
        """Change the status; raises `BusinessRuleError` where there is no way."""
        if status is self.status:
            return
        if status not in _FOLLOWING[self.status]:
            raise BusinessRuleError(f"A form that is {self.status} can't become {status}.")
        self.status = status

    def delete(self) -> None:
        """Delete softly, from any status."""
        self.status = FormStatus.DELETED
        self.discard()
