"""Queries about responses: one class for each type, told apart by `query_type`."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, RootModel

from src.contexts.client_onboarding.core.services.queries import QueryType, ResponseQuery
from src.contexts.shared_kernel.adapters.api_schemas.base import WHOLE, ApiRequest

MAX_QUERIES = 20

FormId = Annotated[int, Field(ge=1, le=2_147_483_647), WHOLE]
ResponseId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[!-~]+$")]
UserId = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[!-~]+$")]
Limit = Annotated[int, Field(ge=1, le=100), WHOLE]
Offset = Annotated[int, Field(ge=0, le=100_000), WHOLE]


class ApiResponsesByForm(ApiRequest):
    """The responses to one form, the newest first."""

    query_type: Literal["responses_by_form"]
    form_id: FormId
    limit: Limit = 50
    offset: Offset = 0


class ApiResponseById(ApiRequest):
    """One response by Typeform's id."""

    query_type: Literal["response_by_id"]
    response_id: ResponseId


class ApiFormsByUser(ApiRequest):
    """The user's forms, the newest first; `user_id` may be given, but only the user's own is answered."""

    query_type: Literal["forms_by_user"]
    user_id: UserId | None = None
    limit: Limit = 50
    offset: Offset = 0


class ApiResponsesByUser(ApiRequest):
    """The responses to all of the user's forms, the newest first; `user_id` as for forms."""

    query_type: Literal["responses_by_user"]
    user_id: UserId | None = None
    limit: Limit = 50
    offset: Offset = 0


class ApiResponseQuery(
    RootModel[
        Annotated[
            ApiResponsesByForm | ApiResponseById | ApiFormsByUser | ApiResponsesByUser,
            Field(discriminator="query_type"),
        ]
    ]
):
    """One query."""

    def to_query(self) -> ResponseQuery:
        """The query as the services know it."""
        sent = self.root.model_dump()
        return ResponseQuery(QueryType(sent.pop("query_type")), **sent)


class ApiBulkResponseQuery(ApiRequest):
    """Several queries; one that is no query fails by itself, like one that is refused."""

    queries: Annotated[
        list[Annotated[ApiResponseQuery | dict[str, JsonValue], Field(union_mode="left_to_right")]],
        Field(min_length=1, max_length=MAX_QUERIES, fail_fast=True),
    ]
