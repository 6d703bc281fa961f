# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Sources:
#   src/contexts/client_onboarding/aws_lambda/create_form.py
#   src/contexts/client_onboarding/aws_lambda/delete_form.py
#   src/contexts/client_onboarding/aws_lambda/fetch_form.py
#   src/contexts/client_onboarding/aws_lambda/get_form_by_id.py
#   src/contexts/client_onboarding/aws_lambda/update_form.py
# Content: sha256:9bf3229342081432a5ef5987990af8d295fb2ee674cdf2184e3772f9e03f01c8
"""Routes of client_onboarding: /forms."""

from typing import Annotated

from fastapi import Body, Path, Query
from pydantic import BaseModel, Field

from src.contexts.client_onboarding.aws_lambda import (
    create_form as create_form_module,
    delete_form as delete_form_module,
    fetch_form as fetch_form_module,
    get_form_by_id as get_form_by_id_module,
    update_form as update_form_module,
)
from src.contexts.client_onboarding.core.adapters.api_schemas.form import ApiOnboardingForm
from src.contexts.client_onboarding.core.adapters.api_schemas.form_filter import ApiFormFilter
from src.contexts.client_onboarding.core.adapters.api_schemas.form_requests import ApiCreateForm, ApiUpdateForm
from src.lambdatwin import ports

router = ports.router("Client onboarding")


@ports.defaults(limit=50, sort="-updated_at")
class FetchFormQuery(ApiFormFilter, alias_generator=ports.kebab):
    """Query of GET /forms."""


class CreateFormResponse(BaseModel):
    message: str = Field(examples=["Form created."])
    form_id: int


class DeleteFormResponse(BaseModel):
    message: str = Field(examples=["Form deleted."])
    form_id: int


@router.get(
    "/forms",
    operation_id="client_onboarding_fetch_form",
    summary="The user's own onboarding forms.",
    description="Keys may be written in kebab-case; unknown keys are ignored. Forms of equal sort keys are ordered by id.",
    status_code=200,
    response_model=list[ApiOnboardingForm],
    response_description="The forms, an empty list when none fits",
    responses={
        403: {"description": "The user has no role in this context"},
        422: {"description": "A filter, a sort or a page that can't be applied"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=fetch_form_module,
    function="async_handler",
    auth="client_onboarding",
    timeout=30.0,
    access="a user of client_onboarding",
)
async def fetch_form(*, query: Annotated[FetchFormQuery, Query()]) -> None: ...


@router.post(
    "/forms",
    operation_id="client_onboarding_create_form",
    summary="Add an onboarding form of the user.",
    description="Without an API key nothing is sent to Typeform, and the log says so. The webhook of a draft is registered but\ndisabled. In production a webhook_url has the https origin of TYPEFORM_WEBHOOK_URL.",
    status_code=201,
    response_model=CreateFormResponse,
    response_description="The form was added, and Typeform sends its responses; its id",
    responses={
        400: {
            "description": "Typeform has no such form or refuses the webhook, or no webhook is configured; nothing was added"
        },
        403: {"description": "The user may not manage clients"},
        409: {"description": "There is a form with this Typeform id already, or another user had one"},
        422: {"description": "A field that is not acceptable, or a webhook outside of this API"},
        503: {"description": "Typeform does not answer; nothing was added"},
    },
    openapi_extra={"x-idempotency": "No. Adding the same Typeform form again is a conflict."},
)
@ports.endpoint(
    module=create_form_module,
    function="async_handler",
    auth="client_onboarding",
    permissions=("manage_clients",),
    timeout=30.0,
    access="manage_clients",
)
async def create_form(*, body: Annotated[ApiCreateForm, Body()]) -> None: ...


@router.get(
    "/forms/{form_id}",
    operation_id="client_onboarding_get_form_by_id",
    summary="One onboarding form of the user.",
    status_code=200,
    response_model=ApiOnboardingForm,
    response_description="The form",
    responses={
        403: {"description": "The form belongs to another user"},
        404: {"description": "No form has this id"},
        422: {"description": "The id is no integer"},
    },
    openapi_extra={"x-idempotency": "Yes. Read only."},
)
@ports.endpoint(
    module=get_form_by_id_module,
    function="async_handler",
    auth="client_onboarding",
    timeout=30.0,
    access="a user of client_onboarding, the owner of the form",
)
async def get_form_by_id(*, form_id: Annotated[int, Path(description="the id of the form")]) -> None: ...


@router.patch(
    "/forms/{form_id}",
    operation_id="client_onboarding_update_form",
    summary="Change an onboarding form of the user.",
    description="Typeform sends responses of active forms only. Forms are deleted by DELETE, not by their status.",
    status_code=200,
    response_model=ApiOnboardingForm,
    response_description="The form as it is now",
    responses={
        400: {
            "description": "The form can't get from its status to this one, or Typeform refuses the webhook; nothing was changed"
        },
        403: {"description": "The form belongs to another user"},
        404: {"description": "No form has this id"},
        409: {"description": "The form was changed since `version` was read"},
        422: {
            "description": "A field that is not acceptable, a webhook outside of this API, or an id that is no integer"
        },
        503: {"description": "Typeform does not answer; nothing was changed"},
    },
    openapi_extra={
        "x-idempotency": "Yes. The same change twice leaves the form as it is after the first, if it names no version."
    },
)
@ports.endpoint(
    module=update_form_module,
    function="async_handler",
    auth="client_onboarding",
    timeout=30.0,
    access="a user of client_onboarding, the owner of the form",
)
async def update_form(
    *, form_id: Annotated[int, Path(description="the id of the form")], body: Annotated[ApiUpdateForm, Body()]
) -> None: ...


@router.delete(
    "/forms/{form_id}",
    operation_id="client_onboarding_delete_form",
    summary="Delete an onboarding form of the user.",
    description="The form and its responses are kept but not shown any more. Its owner alone may add the Typeform form again.\nWhen Typeform did not answer, its webhook is still there: deleting the form again removes it.",
    status_code=200,
    response_model=DeleteFormResponse,
    response_description="The form was deleted",
    responses={
        403: {"description": "The form belongs to another user"},
        404: {"description": "No form has this id, or not any more"},
        422: {"description": "The id is no integer"},
    },
    openapi_extra={"x-idempotency": "Yes. A second deletion finds no form and changes nothing."},
)
@ports.endpoint(
    module=delete_form_module,
    function="async_lambda_handler",
    auth="client_onboarding",
    timeout=30.0,
    access="a user of client_onboarding, the owner of the form",
)
async def delete_form(*, form_id: Annotated[int, Path(description="the id of the form")]) -> None: ...
