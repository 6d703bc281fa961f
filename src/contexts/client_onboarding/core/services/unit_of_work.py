"""Protocols of this context's unit of work and repositories."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from src.contexts.client_onboarding.core.domain.form import OnboardingForm
from src.contexts.client_onboarding.core.domain.response import FormResponse
from src.contexts.client_onboarding.core.services.ports import Clients
from src.contexts.shared_kernel.services.unit_of_work import UnitOfWork as AbstractUnitOfWork


class FormRepository(Protocol):
    """Forms; deleted ones are not found."""

    async def next_id(self) -> int:
        """An id that no form has or will get."""
        ...

    async def by_id(self, form_id: int, *, deleted: bool = False) -> OnboardingForm:
        """The form, with `deleted` also one that was deleted; raises `NotFoundError`."""
        ...

    async def is_taken(self, typeform_id: str) -> bool:
        """Whether a form that is not deleted has this Typeform id."""
        ...

    async def by_typeform_id(self, typeform_id: str) -> OnboardingForm:
        """The form; raises `NotFoundError`."""
        ...

    async def owners_ever(self, typeform_id: str) -> frozenset[str]:
        """The ids of the users of all forms that had this Typeform id, deleted ones too."""
        ...

    async def of_user(self, user_id: str, filters: Mapping[str, object]) -> list[OnboardingForm]:
        """A user's forms that the filters let through; 422 for a filter that can't be applied."""
        ...

    async def add(self, entity: OnboardingForm) -> None:
        """Store a new form; raises `ConflictError` when its Typeform id is taken."""
        ...

    async def save(self, entity: OnboardingForm) -> None:
        """Store the changes of a form that was read here; raises `StaleVersionError` if another was faster."""
        ...


class ResponseRepository(Protocol):
    """Responses; those of deleted forms are never found by their owner's id."""

    async def get(self, entity_id: str) -> FormResponse:
        """The response by our own id; raises `NotFoundError`."""
        ...

    async def by_response_id(self, response_id: str) -> FormResponse:
        """The response by Typeform's id; raises `NotFoundError`."""
        ...

    async def sizes_of_form(self, form_id: int, offset: int, limit: int) -> list[tuple[str, int]]:
        """The ids and sizes of a page of a form's responses, the newest first."""
        ...

    async def sizes_of_user(self, user_id: str, offset: int, limit: int) -> list[tuple[str, int]]:
        """The ids and sizes of a page of the responses to a user's forms, the newest first."""
        ...

    async def in_order(self, entity_ids: Sequence[str]) -> list[FormResponse]:
        """The responses by our own ids, in the order of these."""
        ...

    async def hold(self, entity_id: str) -> FormResponse:
        """The response by our own id, locked until the unit of work ends; raises `NotFoundError`."""
        ...

    async def add_once(self, response: FormResponse) -> bool:
        """Store a response unless Typeform's id of it is known; whether it was stored."""
        ...

    async def save(self, entity: FormResponse) -> None:
        """Store the changes of a response that was read here."""
        ...


class UnitOfWork(AbstractUnitOfWork):
    """A transaction over forms, their responses, and the clients that responses name."""

    forms: FormRepository
    responses: ResponseRepository
    clients: Clients
