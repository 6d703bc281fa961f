"""What happens to a response that Typeform sent."""

from src.contexts.client_onboarding.core.domain.commands import StoreResponse
from src.contexts.client_onboarding.core.domain.events import ResponseStored
from src.contexts.client_onboarding.core.domain.extraction import extract_identifiers
from src.contexts.client_onboarding.core.domain.form import OnboardingForm
from src.contexts.client_onboarding.core.domain.response import FormResponse, named_client, onboarding_data, size_of
from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.errors import NotFoundError
from src.contexts.shared_kernel.logging import get_logger
from src.contexts.shared_kernel.sources import utc_now

_logger = get_logger(__name__)


async def store_response(command: StoreResponse, uow: UnitOfWork) -> None:
    """Store the response unless it is known; as long as it is not processed, every delivery hands it over again."""
    form = await uow.forms.by_typeform_id(command.typeform_id)
    response = _response(command, form)
    if not await uow.responses.add_once(response):
        response = await uow.responses.by_response_id(command.response_id)
    if response.processed_at is None:
        form.record(ResponseStored(response.id))


async def hand_to_client(event: ResponseStored, uow: UnitOfWork) -> None:
    """Give the answers to the client that the response names, if it names one; then it is processed, once.

    A response that names no client of the form's owner stays as it is: there may be one by the next delivery.
    """
    response = await uow.responses.hold(event.id)
    if response.processed_at is not None:
        return
    client_id = named_client(response.response_data)
    if client_id is not None:
        try:
            await uow.clients.attach_onboarding_data(client_id, response.user_id, onboarding_data(response))
        except NotFoundError:
            _logger.warning("response_names_no_client", response=response.id)
            return
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
