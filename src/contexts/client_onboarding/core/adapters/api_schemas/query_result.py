"""Answers to queries about responses."""

from datetime import datetime
from typing import Any

from src.contexts.client_onboarding.core.adapters.api_schemas.form import ApiOnboardingForm
from src.contexts.client_onboarding.core.adapters.api_schemas.response import ApiFormResponse
from src.contexts.client_onboarding.core.services.queries import QueryResult, QueryType, ResponseQuery
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel


class ApiQueryResult(ApiModel):
    """A page of forms or of responses; the list that was not asked for is empty.

    A page may hold fewer than `limit`, so that the answer does not grow too long: `has_more` says that others follow
    at `next_offset`.
    """

    query_type: QueryType
    forms: list[ApiOnboardingForm]
    responses: list[ApiFormResponse]
    limit: int
    offset: int
    has_more: bool
    next_offset: int | None

    @classmethod
    def from_domain(cls, query: ResponseQuery, result: QueryResult) -> "ApiQueryResult":
        """The answer for a client."""
        following = query.offset + len(result.forms) + len(result.responses)
        return cls(
            query_type=query.query_type,
            forms=[ApiOnboardingForm.from_domain(form) for form in result.forms],
            responses=[ApiFormResponse.from_domain(response) for response in result.responses],
            limit=query.limit,
            offset=query.offset,
            has_more=result.has_more,
            next_offset=following if result.has_more else None,
        )


class ApiQueryFieldError(ApiModel):
    """A fault of one field of a query."""

    field: str
    code: str
    message: str


class ApiQueryError(ApiModel):
    """Why a query failed: the error body that the query would get by itself."""

    status_code: int
    error_type: str
    message: str
    detail: str | None
    errors: list[ApiQueryFieldError] | None
    timestamp: datetime
    correlation_id: str


class ApiBulkItem(ApiModel):
    """What became of the query at `index`: a result or an error."""

    index: int
    success: bool
    result: ApiQueryResult | None
    error: ApiQueryError | None

    @classmethod
    def succeeded(cls, index: int, result: ApiQueryResult) -> "ApiBulkItem":
        """The query was answered."""
        return cls(index=index, success=True, result=result, error=None)

    @classmethod
    def failed(cls, index: int, error: dict[str, Any]) -> "ApiBulkItem":
        """The query was refused."""
        return cls(index=index, success=False, result=None, error=ApiQueryError.model_validate(error))


class ApiBulkQueryResult(ApiModel):
    """The results in the order of the queries."""

    results: list[ApiBulkItem]
    succeeded: int
    failed: int

    @classmethod
    def of(cls, results: list[ApiBulkItem]) -> "ApiBulkQueryResult":
        """The results, counted."""
        succeeded = sum(item.success for item in results)
        return cls(results=results, succeeded=succeeded, failed=len(results) - succeeded)
