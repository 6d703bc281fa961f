"""Running queries for one user: no handler, what the two handlers of queries share."""

from pydantic import JsonValue, ValidationError

from src.contexts.client_onboarding.core.adapters.api_schemas.query_result import ApiBulkItem, ApiQueryResult
from src.contexts.client_onboarding.core.adapters.api_schemas.response_query import ApiResponseQuery
from src.contexts.client_onboarding.core.services.queries import Budget, run_query
from src.contexts.client_onboarding.core.services.unit_of_work import UnitOfWork
from src.contexts.shared_kernel.domain.errors import ApplicationError
from src.contexts.shared_kernel.middleware.error_table import error_body, kind_of

type Queries = list[ApiResponseQuery | dict[str, JsonValue]]


async def execute(asked: ApiResponseQuery, user_id: str, uow: UnitOfWork, budget: Budget) -> ApiQueryResult:
    """The answer to one query; raises what the error table knows."""
    query = asked.to_query()
    return ApiQueryResult.from_domain(query, await run_query(query, user_id, uow, budget))


async def execute_each(queries: Queries, user_id: str, uow: UnitOfWork) -> list[ApiBulkItem]:
    """The answers in their order; only a database that does not answer fails them all."""
    budget = Budget()
    return [await _item(index, asked, user_id, uow, budget) for index, asked in enumerate(queries)]


async def _item(
    index: int, asked: ApiResponseQuery | dict[str, JsonValue], user_id: str, uow: UnitOfWork, budget: Budget
) -> ApiBulkItem:
    try:
        query = asked if isinstance(asked, ApiResponseQuery) else ApiResponseQuery.model_validate(asked)
        return ApiBulkItem.succeeded(index, await execute(query, user_id, uow, budget))
    except (ApplicationError, PermissionError, ValidationError) as error:
        return ApiBulkItem.failed(index, error_body(error, kind_of(error)))
