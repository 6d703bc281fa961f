"""Every setting of the FastAPI runtime, read from the environment (and, in development, from `.env`).

A project chooses the prefix of the variables (`Project.settings_prefix`), so that none is taken for a backend's own.
HOST, PORT, DATABASE_URL and COGNITO_* count without the prefix as well; with the prefix they go first.
"""

import json
import os
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

from .gateway.cors import CorsConfiguration
from .project import tool_table

LOCAL_FOLDER = Path(".local")
# No path, and lower case: it is compared to what browsers send.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@*\sA-Z]+")
_STAGE = re.compile(r"[A-Za-z0-9_-]{1,128}")
# How alike two names are at least, of which one is taken for the other mistyped.
_NEAR, _SHORT = 0.8, 5
_PLAIN = re.compile(r"host|port|database_url|cognito_\w+")
_NO_DATABASE = (
    "must be like postgresql://user:password@host:5432/name, special characters of the password as in %40 for @"
)


class SettingsError(Exception):
    """The settings do not allow a start; the message names each setting and says how to correct it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The settings do not allow a start:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = problems


def _comma_separated(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _blank_is_none(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


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
    problem = None if value is None else database_problem(value.get_secret_value())
    if problem:
        raise ValueError(problem)
    return value


def database_problem(url: str) -> str | None:
    """What is wrong with the address of a database, to be said behind the name of its setting; None for nothing."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return _NO_DATABASE
    return None if parts.scheme.partition("+")[0] in ("postgres", "postgresql") else _NO_DATABASE


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


def _are_words(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if len(value.split()) > 1:
            raise ValueError(f"{value!r} has spaces: separate several with commas")
    return values


def _are_media_types(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in _are_words(values):
        if not all(value.partition("/")):
            raise ValueError(f"{value!r} is no media type: write application/pdf, image/* or */*")
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
type Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
type Secret = Annotated[SecretStr | None, BeforeValidator(_blank_is_none)]


class Settings(BaseSettings):
    """Names are the variables', in lower case and without prefix. Times are seconds, sizes bytes."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    # Where the process runs; only production refuses development settings.
    environment: Literal["development", "test", "production"] = "development"
    host: str | None = None
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    database_url: Annotated[Secret, AfterValidator(_is_database)] = None

    cognito_region: Text = None
    cognito_user_pool_id: Text = None
    cognito_client_id: Annotated[Names, AfterValidator(_are_words)] = ()
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
    gateway_timeout: Seconds | None = None
    gateway_cors: Annotated[CorsConfiguration | None, NoDecode, BeforeValidator(_cors)] = None
    gateway_max_body: PositiveInt = 10 * 1024 * 1024
    gateway_max_url: PositiveInt = 8192
    gateway_max_headers: PositiveInt = 10_240
    binary_media_types: Annotated[Names, AfterValidator(_are_media_types)] = ()

    # Processes for handlers that are no coroutines; 0 runs them in the server's own, for a debugger.
    lambda_environments: NonNegativeInt = 8
    lambda_queue: PositiveInt = 256
    lambda_environment_memory: PositiveInt = 1024  # megabytes

    database_pool_size: PositiveInt = 10
    database_pool_wait: Seconds = 5.0
    user_cache_seconds: Annotated[float, Field(ge=0, le=300)] = 30.0
    graceful_timeout: PositiveInt = 20
    metrics_token: Secret = None

    _prefix: str = PrivateAttr("")

    @field_validator("gateway_cors", mode="after")
    @classmethod
    def _cors_is_an_http_apis(cls, value: CorsConfiguration | None, info: ValidationInfo) -> CorsConfiguration | None:
        if value is not None and info.data.get("gateway_payload") == "rest":
            raise ValueError("only an HTTP API has it; a REST API answers preflights by OPTIONS methods")
        return value

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def development(self) -> bool:
        return self.environment == "development"

    @property
    def listen_host(self) -> str:
        """Every network in production (`::`, of IPv4 too), where a proxy stands in front; else only this machine."""
        return self.host or ("::" if self.production else "127.0.0.1")

    @property
    def local_issuer(self) -> bool:
        """Whether the process signs its own tokens: nothing of Cognito is configured, and this is not production."""
        given = (self.cognito_user_pool_id, self.cognito_issuer, self.cognito_jwks_url)
        return not self.production and not any(given)

    def named(self, prefix: str) -> Self:
        """The same settings, whose variables begin with `prefix`."""
        self._prefix = prefix
        return self

    def variable(self, field: str) -> str:
        """The environment variable of a field, as it has to be written."""
        return _variable(field, self._prefix)


def load_settings(prefix: str = "") -> Settings:
    """The settings of this process; raises `SettingsError` naming all that cannot be used, and `ProjectError` for a
    pyproject.toml that cannot be read."""
    try:
        settings = Settings(_env_prefix=prefix, _env_file=None, **_given(prefix, _dotenv(prefix)))
    except ValidationError as error:
        raise SettingsError([_problem(fault, prefix) for fault in error.errors()]) from None
    except UnicodeDecodeError:
        raise SettingsError([".env: is no text in UTF-8; save it as such"]) from None
    except OSError as error:
        raise SettingsError([f".env: cannot be read ({error.strerror})"]) from None
    return settings.named(prefix)


def mistyped_variables(prefix: str, others: Collection[str]) -> Mapping[str, str | None]:
    """Variables that nothing reads, and which one is meant, if one is near.

    They begin with the prefix, are called like a setting without it, or nearly so or like one of `others`.
    """
    try:
        in_file = DotEnvSettingsSource(Settings, env_file=_dotenv(prefix)).env_vars
    except (UnicodeDecodeError, OSError):  # `load_settings` says so
        in_file = {}
    fields = [field.upper() for field in Settings.model_fields]
    plain = [field for field in fields if not prefix or _PLAIN.fullmatch(field.lower())]
    known = {*others, *plain, *(f"{prefix}{field}" for field in fields)}
    found: dict[str, str | None] = {}
    for name in sorted({*os.environ, *map(str.upper, in_file)} - known):
        ours = bool(prefix) and name.startswith(prefix)
        # HOST and PORT are too short to tell a mistyped one from PGHOST and PGPORT.
        candidates = fields if ours else [other for other in (*others, *plain) if len(other) > _SHORT]
        # A backend's own ENVIRONMENT is none of ours that lacks the prefix; GATEWAY_TIMEOUT can hardly be another's.
        if name in fields and "_" in name:
            found[name] = f"{prefix}{name}"
            continue
        near = get_close_matches(name.removeprefix(prefix) if ours else name, candidates, 1, _NEAR)
        if ours or near:
            found[name] = f"{prefix if ours else ''}{near[0]}" if near else None
    return found


def _dotenv(prefix: str) -> str | None:
    environment = os.environ.get(_variable("environment", prefix), "development")
    return ".env" if environment.strip().lower() == "development" else None


def _given(prefix: str, file: str | None) -> dict[str, Any]:
    plain = {field: value for field, value in _read("", file).items() if _counts_without_prefix(field, value)}
    # Handlers that the generator reads as those of payload format 2.0 are of an HTTP API.
    is_http = tool_table("codegen", Path()).get("payload") == "2.0"
    return ({"gateway_payload": "http-2.0"} if is_http else {}) | plain | _read(prefix, file)


def _read(prefix: str, file: str | None) -> dict[str, Any]:
    found = DotEnvSettingsSource(Settings, env_file=file, env_prefix=prefix)()
    found |= EnvSettingsSource(Settings, env_prefix=prefix)()
    return {field: value for field, value in found.items() if field in Settings.model_fields}


def _counts_without_prefix(field: str, value: Any) -> bool:
    # Another database than PostgreSQL is the backend's own affair.
    return _PLAIN.fullmatch(field) is not None and (field != "database_url" or not value or not database_problem(value))


def ignored_database(prefix: str) -> str | None:
    """Why the DATABASE_URL that is set does not count, for a backend that needs PostgreSQL."""
    given = _read("", _dotenv(prefix)).get("database_url")
    problem = database_problem(given) if given else None
    return problem and f"DATABASE_URL {problem}; where that is the backend's own, set {prefix}DATABASE_URL too"


def _variable(field: str, prefix: str) -> str:
    name = field.upper()
    return name if _PLAIN.fullmatch(field) and f"{prefix}{name}" not in os.environ else f"{prefix}{name}"


def _problem(fault: Any, prefix: str) -> str:
    field, *rest = map(str, fault["loc"])
    name = ".".join([_variable(field, prefix), *rest])
    return f"{name}: {fault['msg'].removeprefix('Value error, ')}"
