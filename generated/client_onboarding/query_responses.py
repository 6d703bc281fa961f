# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/client_onboarding/aws_lambda/bulk_query_responses.py
#   src/contexts/client_onboarding/aws_lambda/query_responses.py
# Content: sha256:5048d364183fb141579cddd8ecf7b7470be978f178c3224eac51a772666a3dc6
"""Routes of client_onboarding: /query-responses."""

from typing import Annotated

from fastapi import Body

from src.contexts.client_onboarding.aws_lambda import (
    bulk_query_responses as bulk_query_responses_module,
    query_responses as query_responses_module,
)
from src.contexts.client_onboarding.core.adapters.api_schemas.query_result import ApiBulkQueryResult, ApiQueryResult
from src.contexts.client_onboarding.core.adapters.api_schemas.response_query import (
    ApiBulkResponseQuery,
    ApiResponseQuery,
)
from src.lambdatwin import ports

router = ports.router("Client onboarding")


@router.post(
    "/query-responses",
    operation_id="client_onboarding_query_responses",
    summary="One query about the user's own forms and their responses.",
    description="A page ends early rather than make the answer too long; `has_more` and `next_offset` say how to go on.",
    status_code=200,
    response_model=ApiQueryResult,
    response_description="A page of forms or of responses, the newest first",
    responses={
        403: {"description": "The form, the response or the user is not the user's own"},
        404: {"description": "No form or no response has this id"},
        422: {"description": "A field that is not acceptable"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=query_responses_module,
    function="async_handler",
    auth="client_onboarding",
    timeout=30.0,
    access="a user of client_onboarding, the owner of what is asked for",
)
async def query_responses(*, body: Annotated[ApiResponseQuery, Body()]) -> None: ...


@router.post(
    "/query-responses/bulk",
    operation_id="client_onboarding_bulk_query_responses",
    summary="Several queries about the user's own forms and their responses.",
    description="Each query succeeds or fails by itself. The queries share the length of the answer: one that does not find room\nany more fails with business_rule_error and can be sent by itself.",
    status_code=200,
    response_model=ApiBulkQueryResult,
    response_description="A result or an error for each query, in their order",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "The body is no list of queries"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=bulk_query_responses_module,
    function="async_handler",
    auth="client_onboarding",
    timeout=30.0,
    access="a user of client_onboarding, the owner of what is asked for",
)
async def bulk_query_responses(*, body: Annotated[ApiBulkResponseQuery, Body()]) -> None: ...
