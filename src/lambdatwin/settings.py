"""Every setting of the FastAPI runtime, read from the environment (and, in development, from `.env`)."""

import json
import os
import re
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .gateway.cors import CorsConfiguration

LOCAL_FOLDER = Path(".local")
# No path, and lower case: it is compared to what browsers send.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@*\sA-Z]+")
_STAGE = re.compile(r"[A-Za-z0-9_-]{1,128}")


_NO_DATABASE = (
    "must be like postgresql://user:password@host:5432/name, special characters of the password as in %40 for @"
)


class Environment(StrEnum):
    """Where the process runs; only `production` refuses development settings."""

    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class SettingsError(Exception):
    """The settings do not allow a start; the message names each setting and says how to correct it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The settings do not allow a start:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = problems


def _comma_separated(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return None
    return parts


def _json_object(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else {}
    except ValueError:
        raise ValueError("write a JSON object") from None


def _is_stage(value: str | None) -> str | None:
    if value is not None and value != "$default" and not _STAGE.fullmatch(value):
        raise ValueError("a stage is $default, or letters, digits, hyphens and underscores")
    return value


def _is_database(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        parts = _split(value.get_secret_value())
        if parts is None or parts.scheme.partition("+")[0] not in ("postgres", "postgresql"):
            raise ValueError(_NO_DATABASE)
    return value


def _are_origins(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if value != "*" and not _ORIGIN.fullmatch(value):
            raise ValueError(
                f"{value!r} is no origin: write scheme and host as a browser does, https://app.example.com"
            )
    return values


def _are_networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            ip_network(value if value != "*" else "0.0.0.0/0")
        except ValueError:
            raise ValueError(f"{value!r} is no address and no network: write 10.0.0.1, 10.0.0.0/8 or *") from None
    return values


def _cors(value: Any) -> Any:
    """AWS's names, as `AllowOrigins`, become those of the fields."""
    fields = _json_object(value)
    if not isinstance(fields, dict):
        return fields
    known = {name.title().replace("_", ""): name for name in CorsConfiguration.__dataclass_fields__}
    if not fields.keys() <= known.keys():
        raise ValueError(f"write a JSON object with the keys {', '.join(known)}")
    return {known[key]: item for key, item in fields.items()} or None


type Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_separated)]
type Text = Annotated[str | None, BeforeValidator(_blank_is_none)]
type Variables = Annotated[dict[str, str], NoDecode, BeforeValidator(_json_object)]
type Secret = Annotated[SecretStr | None, BeforeValidator(_blank_is_none)]


class Settings(BaseSettings):
    """Names are those of the environment variables, in lower case. Times are seconds, sizes bytes."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    environment: Environment = Environment.DEVELOPMENT
    host: str | None = None
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    database_url: Annotated[Secret, AfterValidator(_is_database)] = None

    cognito_region: Text = None
    cognito_user_pool_id: Text = None
    cognito_client_id: Names = ()
    cognito_client_secret: Secret = None
    cognito_issuer: Text = None
    cognito_jwks_url: Text = None
    cognito_endpoint: Text = None
    cognito_token_use: Literal["access", "id"] = "access"  # noqa: S105 - a kind of token
    cognito_refresh_flow: Literal["get_tokens", "initiate_auth"] = "get_tokens"
    cognito_resource: Text = None
    cognito_domain: Text = None
    auth_redirect_uri: Text = None
    session_secret: Secret = None
    docs: Literal["open", "closed"] = "open"

    cors_allow_origins: Annotated[Names, AfterValidator(_are_origins)] = ()
    forwarded_allow_ips: Annotated[Names, AfterValidator(_are_networks)] = ()

    gateway_payload: Literal["rest", "http-1.0", "http-2.0"] = "rest"
    gateway_stage: Annotated[Text, AfterValidator(_is_stage)] = None
    gateway_stage_variables: Variables = {}
    gateway_header_case: Literal["train", "lower"] = "train"
    gateway_timeout: PositiveFloat | None = None
    gateway_cors: Annotated[CorsConfiguration | None, NoDecode, BeforeValidator(_cors)] = None
    gateway_max_body: PositiveInt = 10 * 1024 * 1024
    gateway_max_url: PositiveInt = 8192
    gateway_max_headers: PositiveInt = 10_240
    binary_media_types: Names = ()

    database_pool_size: PositiveInt = 10
    database_pool_wait: PositiveFloat = 5.0
    user_cache_seconds: Annotated[float, Field(ge=0, le=300)] = 30.0
    graceful_timeout: PositiveInt = 20
    metrics_token: Secret = None

    @model_validator(mode="after")
    def _cors_is_an_http_apis(self) -> Self:
        if self.gateway_payload == "rest" and self.gateway_cors is not None:
            raise ValueError("GATEWAY_CORS: only an HTTP API has it; a REST API answers preflights by OPTIONS methods")
        return self

    @property
    def production(self) -> bool:
        """Whether development settings are refused."""
        return self.environment is Environment.PRODUCTION

    @property
    def development(self) -> bool:
        """Whether this is a developer's own machine."""
        return self.environment is Environment.DEVELOPMENT

    @property
    def listen_host(self) -> str:
        """All interfaces in production, where a proxy stands in front; else only this machine."""
        return self.host or ("0.0.0.0" if self.production else "127.0.0.1")  # noqa: S104 - the container's only door

    @property
    def local_issuer(self) -> bool:
        """Whether the process signs its own tokens: nothing of Cognito is configured, and this is not production."""
        given = (self.cognito_user_pool_id, self.cognito_issuer, self.cognito_jwks_url)
        return not self.production and not any(given)


def load_settings() -> Settings:
    """The settings of this process; raises `SettingsError` naming all that cannot be used."""
    development = os.environ.get("ENVIRONMENT", "development").strip().lower() == "development"
    try:
        return Settings(_env_file=".env" if development else None)
    except ValidationError as error:
        raise SettingsError([_problem(fault) for fault in error.errors()]) from None
    except UnicodeDecodeError:
        raise SettingsError([".env: is no text in UTF-8; save it as such"]) from None
    except OSError as error:
        raise SettingsError([f".env: cannot be read ({error.strerror})"]) from None


def _problem(fault: Any) -> str:
    name = ".".join(str(part) for part in fault["loc"]).upper()
    words: str = fault["msg"].removeprefix("Value error, ")
    # A fault between settings has no place: its words name them.
    return f"{name}: {words}" if name else words
