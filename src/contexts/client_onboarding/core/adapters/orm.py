"""The tables of the schema `client_onboarding`; their indexes stand in the migration."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Sequence, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from src.contexts.client_onboarding.core.domain.identifiers import ClientIdentifier, IdentifierKind
from src.contexts.shared_kernel.adapters.orm import EntityRow
from src.contexts.shared_kernel.adapters.types import JsonTupleOf, enumeration, record

SCHEMA = {"schema": "client_onboarding"}
IDENTIFIER = record(ClientIdentifier, kind=enumeration(IdentifierKind))
FORM_IDS = Sequence("onboarding_form_ids", schema="client_onboarding")


class FormRow(EntityRow):
    """An `OnboardingForm`."""

    __tablename__ = "onboarding_forms"
    __table_args__ = SCHEMA

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # type: ignore[assignment]
    user_id: Mapped[str] = mapped_column(String(128))
    typeform_id: Mapped[str] = mapped_column(String(100))
    webhook_url: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))


class ResponseRow(EntityRow):
    """A `FormResponse`."""

    __tablename__ = "form_responses"
    __table_args__ = SCHEMA

    form_id: Mapped[int] = mapped_column(ForeignKey(FormRow.id))
    user_id: Mapped[str] = mapped_column(String(128))
    response_id: Mapped[str] = mapped_column(String(100))
    submission_id: Mapped[str] = mapped_column(String(100))
    response_data: Mapped[Any] = mapped_column(JSONB)
    data_size: Mapped[int]
    client_identifiers: Mapped[tuple[ClientIdentifier, ...]] = mapped_column(JsonTupleOf(IDENTIFIER))
    submitted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    processed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
