"""Forms and responses in PostgreSQL."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.dialects.postgresql import insert

from src.contexts.client_onboarding.core.adapters.orm import FORM_IDS, FormRow, ResponseRow
from src.contexts.client_onboarding.core.adapters.queries import FORM_QUERIES
from src.contexts.client_onboarding.core.domain.form import FormStatus, OnboardingForm
from src.contexts.client_onboarding.core.domain.response import FormResponse
from src.contexts.shared_kernel.adapters.database import PLAIN_READ
from src.contexts.shared_kernel.adapters.repository import SqlRepository
from src.contexts.shared_kernel.domain.errors import NotFoundError

_IDS = range(1, 2**31)


class SqlForms(SqlRepository[OnboardingForm, FormRow]):
    """Forms."""

    entity_type = OnboardingForm
    row_type = FormRow
    queries = FORM_QUERIES

    def to_entity(self, row: FormRow) -> OnboardingForm:
        """The form, its status as one of ours."""
        form = super().to_entity(row)
        form.status = FormStatus(row.status)
        return form

    async def next_id(self) -> int:
        """The next number of the sequence; a number that is not used is lost, and that does not matter."""
        return (await self._session.execute(FORM_IDS.next_value().select())).scalar_one()

    async def by_id(self, form_id: int, *, deleted: bool = False) -> OnboardingForm:
        """The form; a number that the column can't hold is no form's."""
        rows = select(FormRow) if deleted else self._select()
        return await self._one(rows.where(FormRow.id == form_id) if form_id in _IDS else None, form_id)

    async def by_typeform_id(self, typeform_id: str) -> OnboardingForm:
        """The form that Typeform calls so."""
        return await self._one(self._of_typeform(typeform_id), typeform_id)

    async def is_taken(self, typeform_id: str) -> bool:
        """Whether the unique index has it."""
        return bool(await self._fetch(self._of_typeform(typeform_id)))

    async def owners_ever(self, typeform_id: str) -> frozenset[str]:
        """The users, in one statement."""
        owners = select(FormRow.user_id).where(FormRow.typeform_id == typeform_id).distinct()
        return frozenset(await self._session.scalars(owners, execution_options=PLAIN_READ))

    async def of_user(self, user_id: str, filters: Mapping[str, object]) -> list[OnboardingForm]:
        """A user's forms."""
        return await self.query(filters, FormRow.user_id == user_id)

    def _of_typeform(self, typeform_id: str) -> Select[FormRow]:
        return self._select().where(FormRow.typeform_id == typeform_id)

    async def _one(self, wanted: Select[FormRow] | None, identifier: object) -> OnboardingForm:
        found = [] if wanted is None else await self._fetch_to_change(wanted)
        if not found:
            raise NotFoundError("Form", identifier)
        return found[0]


class SqlResponses(SqlRepository[FormResponse, ResponseRow]):
    """Responses."""

    entity_type = FormResponse
    row_type = ResponseRow

    async def by_response_id(self, response_id: str) -> FormResponse:
        """The response that Typeform calls so."""
        found = await self._fetch(self._select().where(ResponseRow.response_id == response_id))
        if not found:
            raise NotFoundError("Response", response_id)
        return found[0]

    async def sizes_of_form(self, form_id: int, offset: int, limit: int) -> list[tuple[str, int]]:
        """A page by the index on form and time."""
        return await self._sizes(offset, limit, ResponseRow.form_id == form_id)

    async def sizes_of_user(self, user_id: str, offset: int, limit: int) -> list[tuple[str, int]]:
        """A page by the index on user and time."""
        alive = select(FormRow.id).where(FormRow.id == ResponseRow.form_id, ~FormRow.discarded).exists()
        return await self._sizes(offset, limit, ResponseRow.user_id == user_id, alive)

    async def in_order(self, entity_ids: Sequence[str]) -> list[FormResponse]:
        """The responses in the order of their ids here."""
        found = {response.id: response for response in await self.get_many(entity_ids)}
        return [found[entity_id] for entity_id in entity_ids if entity_id in found]

    async def add_once(self, response: FormResponse) -> bool:
        """Of two deliveries at the same moment the second waits for the first's commit, and stores nothing."""
        response.updated_at = response.created_at
        values = {name: getattr(response, name) for name in self._names}
        statement = insert(ResponseRow).values(values).on_conflict_do_nothing(index_elements=[ResponseRow.response_id])
        stored = await self._session.scalar(statement.returning(ResponseRow.id))
        return stored is not None

    async def _sizes(self, offset: int, limit: int, *conditions: ColumnElement[bool]) -> list[tuple[str, int]]:
        statement = (
            select(ResponseRow.id, ResponseRow.data_size)
            .where(~ResponseRow.discarded, *conditions)
            .order_by(ResponseRow.submitted_at.desc(), ResponseRow.id.desc())
            .offset(offset)
            .limit(limit)
        )
        found = await self._session.execute(statement, execution_options=PLAIN_READ)
        return [(identifier, size) for identifier, size in found]
