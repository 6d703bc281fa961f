"""What happens to a response that Typeform sent."""

from src.contexts.client_onboarding.core.domain.commands import StoreResponse
from src.contexts.client_onboarding.core.domain.events import ResponseStored
from src.contexts.client_onboarding.core.domain.extraction import extract_identifiers
from src.contexts.client_onboarding.core.domain.form import OnboardingForm
from src.contexts.client_onboarding.core.domain.response import FormResponse, named_client, onboarding_data, size_of
from src.contexts.client_onboarding.core.services.ports import Clients
from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.sources import utc_now


async def store_response(command: StoreResponse, uow: UnitOfWork) -> None:
    """Store the response unless it is known; only a new one has followers."""
    form = await uow.forms.by_typeform_id(command.typeform_id)
    response = _response(command, form)
    if await uow.responses.add_once(response):
        client_id = named_client(response.response_data)
        form.record(ResponseStored(response.id, form.user_id, client_id, onboarding_data(response)))


async def hand_to_client(event: ResponseStored, uow: UnitOfWork, clients: Clients) -> None:
    """Give the answers to the client whom the response names, if it names one; then it is processed."""
    if event.client_id is not None:
        # Before anything is read: this unit of work holds no connection while the other context uses one.
        await clients.attach_onboarding_data(event.client_id, event.author_id, event.onboarding_data)
    response = await uow.responses.get(event.id)
    response.processed_at = utc_now()
    await uow.responses.save(response)


def _response(command: StoreResponse, form: OnboardingForm) -> FormResponse:
    identifiers = extract_identifiers(command.data)
    return FormResponse(
        id=command.id,
        form_id=form.id,
        user_id=form.user_id,
        response_id=command.response_id,
        submission_id=command.submission_id,
        response_data=command.data,
        client_identifiers=identifiers,
        data_size=size_of(command.data, identifiers),
        submitted_at=command.submitted_at,
    )
