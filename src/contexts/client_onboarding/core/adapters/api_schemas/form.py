"""Response schemas of onboarding forms."""

from datetime import datetime

from src.contexts.client_onboarding.core.domain.form import FormStatus, OnboardingForm
from src.contexts.shared_kernel.adapters.api_schemas.base import ApiModel


class ApiOnboardingForm(ApiModel):
    """A form; `webhook_url` is where Typeform sends its responses."""

    id: int
    user_id: str
    typeform_id: str
    webhook_url: str
    status: FormStatus
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def from_domain(cls, form: OnboardingForm) -> "ApiOnboardingForm":
        """The form for its owner."""
        return cls(**{name: getattr(form, name) for name in cls.model_fields})
