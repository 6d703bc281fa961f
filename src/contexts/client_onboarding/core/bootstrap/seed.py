"""A form with responses to start with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from src.contexts.client_onboarding.core.adapters.unit_of_work import OnboardingUnitOfWork
from src.contexts.client_onboarding.core.domain.extraction import extract_identifiers
from src.contexts.client_onboarding.core.domain.form import FormStatus, OnboardingForm
from src.contexts.client_onboarding.core.domain.response import FormResponse, size_of
from src.contexts.shared_kernel.adapters.database import SessionFactory

SEEDED_TYPEFORM_ID = "seeded-onboarding"
_OWNER = "11111111-1111-4111-8111-111111111111"
_FIRST = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
_TITLES = {
    "name": "What is your full name?",
    "email": "What is your e-mail?",
    "phone": "What is your phone number?",
    "goal": "What would you like to achieve?",
}
_ANSWERS = (
    ("Ana Souza", "ana.souza@example.com", "+55 11 95555-0101", "Eat more vegetables"),
    ("Bruno Lima", "bruno.lima@example.com", "+55 21 95555-0102", "Train for a half marathon"),
    ("Célia Prado", "celia.prado@example.com", "+55 31 95555-0103", "Cook at home on weekdays"),
)


async def seed(session_factory: SessionFactory) -> None:
    """Store one form of the seeded administrator with three responses, once."""
    async with OnboardingUnitOfWork(session_factory) as uow:
        form_id = await uow.forms.next_id()
        await uow.forms.add(_form(form_id))
        for number, answers in enumerate(_ANSWERS, start=1):
            await uow.responses.add_once(_response(form_id, number, answers))
        await uow.commit()


def _response_id(number: int) -> str:
    return f"00000000-0000-4000-8000-00000000000{number}"


def _form(form_id: int) -> OnboardingForm:
    return OnboardingForm(
        id=form_id,
        user_id=_OWNER,
        typeform_id=SEEDED_TYPEFORM_ID,
        webhook_url="http://127.0.0.1:8000/webhooks/typeform",
        status=FormStatus.ACTIVE,
        created_at=_FIRST - timedelta(days=1),
    )


def _response(form_id: int, number: int, answers: tuple[str, str, str, str]) -> FormResponse:
    data = _data(number, answers)
    identifiers = extract_identifiers(data)
    moment = _FIRST + timedelta(days=number)
    return FormResponse(
        id=_response_id(number),
        form_id=form_id,
        user_id=_OWNER,
        response_id=data["token"],
        submission_id=f"seeded-event-{number}",
        response_data=data,
        client_identifiers=identifiers,
        data_size=size_of(data, identifiers),
        submitted_at=moment,
        processed_at=moment,
        created_at=moment,
    )


def _data(number: int, answers: tuple[str, str, str, str]) -> dict[str, Any]:
    kinds = {"name": "text", "email": "email", "phone": "phone_number", "goal": "text"}
    return {
        "form_id": SEEDED_TYPEFORM_ID,
        "token": f"seeded-response-{number}",
        "definition": {"fields": [{"id": field, "title": title} for field, title in _TITLES.items()]},
        "answers": [
            {"type": kind, kind: answer, "field": {"id": field}}
            for (field, kind), answer in zip(kinds.items(), answers, strict=True)
        ],
    }
