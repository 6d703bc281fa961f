"""Answering queries about a user's own forms and their responses, within a budget of characters.

Lambda refuses an answer of more than 6 MB, in which every quote of the body counts twice. So a page ends before the
answer grows too long, and says that there is more.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from src.contexts.client_onboarding.core.domain.form import OnboardingForm
from src.contexts.client_onboarding.core.domain.response import FormResponse
from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.errors import BusinessRuleError

ANSWER_BUDGET = 2_500_000
# What stands beside the data, or beside a form's URL: ids and times.
_OVERHEAD = 1_000


class QueryType(StrEnum):
    """What is asked for."""

    RESPONSES_BY_FORM = "responses_by_form"
    RESPONSE_BY_ID = "response_by_id"
    FORMS_BY_USER = "forms_by_user"
    RESPONSES_BY_USER = "responses_by_user"


@dataclass(frozen=True, slots=True)
class ResponseQuery:
    """One query; `form_id` and `response_id` stand where the type needs them, `user_id` None is the asking user."""

    query_type: QueryType
    form_id: int = 0
    response_id: str = ""
    user_id: str | None = None
    limit: int = 1
    offset: int = 0


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A page of forms or of responses."""

    forms: list[OnboardingForm] = field(default_factory=list)
    responses: list[FormResponse] = field(default_factory=list)
    has_more: bool = False


@dataclass(slots=True)
class Budget:
    """How many characters the answer may still grow by."""

    left: int = ANSWER_BUDGET

    def take[T](self, page: list[tuple[T, int]]) -> list[T]:
        """The items from the front of the page that fit; raises `BusinessRuleError` if not even the first does."""
        taken: list[T] = []
        for item, size in page:
            if size + _OVERHEAD > self.left:
                break
            self.left -= size + _OVERHEAD
            taken.append(item)
        if page and not taken:
            raise BusinessRuleError("The answer would be too long; send this query by itself.")
        return taken


async def run_query(query: ResponseQuery, user_id: str, uow: UnitOfWork, budget: Budget) -> QueryResult:
    """The result; raises `PermissionError` for what another user owns, `NotFoundError` for what does not exist."""
    if query.user_id not in (None, user_id):
        raise PermissionError("Forms and responses are shown to their owner only.")
    match query.query_type:
        case QueryType.FORMS_BY_USER:
            return await _forms(query, user_id, uow, budget)
        case QueryType.RESPONSE_BY_ID:
            return await _response(query, user_id, uow, budget)
        case QueryType.RESPONSES_BY_FORM:
            (await uow.forms.by_id(query.form_id)).require_owner(user_id)
            page = await uow.responses.sizes_of_form(query.form_id, query.offset, query.limit + 1)
        case QueryType.RESPONSES_BY_USER:
            page = await uow.responses.sizes_of_user(user_id, query.offset, query.limit + 1)
    fitting = budget.take(page[: query.limit])
    return QueryResult(responses=await uow.responses.in_order(fitting), has_more=len(page) > len(fitting))


async def _forms(query: ResponseQuery, user_id: str, uow: UnitOfWork, budget: Budget) -> QueryResult:
    filters = {"skip": query.offset, "limit": query.limit + 1, "sort": "-created_at"}
    page = await uow.forms.of_user(user_id, filters)
    fitting = budget.take([(form, len(form.webhook_url)) for form in page[: query.limit]])
    return QueryResult(forms=fitting, has_more=len(page) > len(fitting))


async def _response(query: ResponseQuery, user_id: str, uow: UnitOfWork, budget: Budget) -> QueryResult:
    response = await uow.responses.by_response_id(query.response_id)
    (await uow.forms.by_id(response.form_id)).require_owner(user_id)
    return QueryResult(responses=budget.take([(response, response.data_size)]))
