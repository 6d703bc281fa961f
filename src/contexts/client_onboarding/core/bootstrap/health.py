"""What a runtime asks before and while it serves: whether Typeform is configured, and whether it answers."""

from collections.abc import Awaitable, Callable, Mapping

from src.contexts.client_onboarding.core.adapters.typeform.client import make_typeform
from src.contexts.client_onboarding.core.adapters.typeform.settings import load_settings, settings_problems

__all__ = ["external_services", "settings_problems"]


def external_services() -> Mapping[str, Callable[[], Awaitable[str | None]]]:
    """Typeform, with why it can't be used now or None; in development and tests only where there is a key for it."""
    settings = load_settings()
    return {} if settings.trial and settings.typeform_api_key is None else {"typeform": make_typeform(settings).problem}
