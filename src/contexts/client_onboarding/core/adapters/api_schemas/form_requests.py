"""What a client sends to add or change a form."""

from typing import Annotated, Literal

from pydantic import Field

from src.contexts.client_onboarding.core.domain.commands import UpdateForm
from src.contexts.client_onboarding.core.domain.form import FormStatus
from src.contexts.shared_kernel.adapters.api_schemas.base import WHOLE, ApiRequest

TypeformId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
WebhookUrl = Annotated[
    str, Field(min_length=8, max_length=2000, pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-~]*)?$")
]
Version = Annotated[int, Field(ge=1, le=2_147_483_647), WHOLE]


class ApiCreateForm(ApiRequest):
    """A new form; without a `webhook_url` its responses come to this API."""

    typeform_id: TypeformId
    webhook_url: WebhookUrl | None = None
    status: Literal["draft", "active"] = "active"


class ApiUpdateForm(ApiRequest):
    """A change of a form: what is null or missing stays as it is.

    `version` is the one that the client has read; a form that was changed since then is not changed.
    """

    webhook_url: WebhookUrl | None = None
    status: Literal["draft", "active", "paused", "completed"] | None = None
    version: Version | None = None

    def to_command(self, form_id: int, user_id: str) -> UpdateForm:
        """The change that the user asks for."""
        status = FormStatus(self.status) if self.status else None
        return UpdateForm(form_id, user_id, self.webhook_url, status, self.version)
