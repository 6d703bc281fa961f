"""How to reach Typeform, from the environment; read when it is needed, never at import."""

import os
from typing import Annotated, Any

from pydantic import AnyHttpUrl, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from src.contexts.client_onboarding.core.domain.webhook import WebhookPolicy
from src.contexts.shared_kernel.domain.errors import DependencyUnavailable
from src.contexts.shared_kernel.logging import get_logger

_DEVELOPMENT, _TEST = "development", "test"


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


type Secret = Annotated[SecretStr | None, BeforeValidator(_blank_is_none)]


class TypeformSettings(BaseSettings):
    """Names are those of the environment variables, in lower case. The timeout is in seconds, for a whole call."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    environment: str = ""
    typeform_base_url: AnyHttpUrl = AnyHttpUrl("https://api.typeform.com")
    typeform_api_key: Secret = None
    typeform_webhook_secret: Secret = None
    typeform_webhook_url: Annotated[AnyHttpUrl | None, BeforeValidator(_blank_is_none)] = None
    typeform_timeout: Annotated[float, Field(gt=0, le=20)] = 5.0
    port: int = 8000

    @field_validator("typeform_api_key")
    @classmethod
    def check_key(cls, value: SecretStr | None) -> SecretStr | None:
        """A header can carry it."""
        if value is not None and not (value.get_secret_value().isascii() and value.get_secret_value().isprintable()):
            raise ValueError("The key has a character that no header can carry.")
        return value

    @property
    def development(self) -> bool:
        """Whether unsigned webhooks may pass: never by default inside Lambda, where no ENVIRONMENT is an oversight."""
        default = "" if "AWS_LAMBDA_FUNCTION_NAME" in os.environ else _DEVELOPMENT
        return (self.environment.strip().lower() or default) == _DEVELOPMENT

    @property
    def trial(self) -> bool:
        """Whether responses may be sent anywhere: in development and in tests, nowhere else."""
        return self.development or self.environment.strip().lower() == _TEST

    @property
    def default_webhook_url(self) -> str | None:
        """Where Typeform sends responses of forms that name no place of their own; None if it is not configured."""
        if self.typeform_webhook_url is not None:
            return str(self.typeform_webhook_url)
        return f"http://127.0.0.1:{self.port}/webhooks/typeform" if self.development else None


def webhook_policy(settings: TypeformSettings) -> WebhookPolicy:
    """Where responses may be sent."""
    return WebhookPolicy(settings.default_webhook_url, anywhere=settings.trial)


def load_settings() -> TypeformSettings:
    """The present settings; raises `DependencyUnavailable` for settings that make no sense, and logs their names."""
    try:
        return _read()
    except ValidationError as error:
        names = [name for name, _ in _faults(error)]
        get_logger(__name__).error("typeform_settings_unusable", names=names)
        raise DependencyUnavailable("Typeform is not configured correctly.") from None


def settings_problems() -> list[str]:
    """What is wrong with the present settings, a sentence for each variable; empty when they can be used."""
    try:
        _read()
    except ValidationError as error:
        return [f"{name}: {reason}" for name, reason in _faults(error)]
    return []


def _read() -> TypeformSettings:
    development = os.environ.get("ENVIRONMENT", _DEVELOPMENT).strip().lower() == _DEVELOPMENT
    return TypeformSettings(_env_file=".env" if development else None)


def _faults(error: ValidationError) -> list[tuple[str, str]]:
    faults = error.errors(include_input=False)
    return [(".".join(map(str, fault["loc"])).upper(), fault["msg"].removeprefix("Value error, ")) for fault in faults]
