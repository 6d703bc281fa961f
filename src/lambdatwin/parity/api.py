"""The API that a run is about: how it is deployed. Both sides get the same options."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """A kind of API with the payload format of its integrations."""

    REST = "rest"
    HTTP_1 = "http-1.0"
    HTTP_2 = "http-2.0"


class HeaderCase(StrEnum):
    """How a client spells header names, as events of payload 1.0 show them; an ASGI server does not keep it."""

    TRAIN = "train"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Cors:
    """The `CorsConfiguration` of an HTTP API. `max_age` is in seconds. Raises ValueError for what AWS refuses."""

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age: int | None = None
    allow_credentials: bool = False

    def __post_init__(self) -> None:
        if self.allow_credentials and "*" in self.allow_origins:
            raise ValueError("credentials are for named origins, and * names none")


_LONGEST_SECONDS = 86_400
_CORS_KEYS = {
    "AllowOrigins": "allow_origins",
    "AllowMethods": "allow_methods",
    "AllowHeaders": "allow_headers",
    "ExposeHeaders": "expose_headers",
    "MaxAge": "max_age",
    "AllowCredentials": "allow_credentials",
}


@dataclass(frozen=True, slots=True)
class Api:
    """Raises ValueError for what the kind of API does not have.

    `stage` is by default `prod` (REST) or `$default` (HTTP). `timeout` is how long the gateway waits for the
    integration, in seconds; by default 29 (REST) or 30 (HTTP). `binary_media_types` are a REST API's.
    """

    kind: Kind = Kind.REST
    stage: str = ""
    stage_variables: Mapping[str, str] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()
    header_case: HeaderCase = HeaderCase.TRAIN
    timeout: float = 0
    cors: Cors | None = None

    def __post_init__(self) -> None:
        if self.is_rest and self.cors is not None:
            raise ValueError("a REST API answers preflights by OPTIONS methods: only an HTTP API has a CORS policy")
        if self.is_rest and self.stage == "$default":
            raise ValueError("only an HTTP API has the stage $default")
        if not self.is_rest and self.binary_media_types:
            raise ValueError("only a REST API has binary media types: an HTTP API always decodes")
        if not 0 <= self.timeout <= _LONGEST_SECONDS:
            raise ValueError(f"a time limit is a number of seconds, at most {_LONGEST_SECONDS} (a day)")

    @property
    def is_rest(self) -> bool:
        """Whether it is a REST API."""
        return self.kind is Kind.REST

    @property
    def stage_name(self) -> str:
        """The stage, named or by default."""
        return self.stage or ("prod" if self.is_rest else "$default")

    @property
    def integration_seconds(self) -> float:
        """How long the gateway waits."""
        return self.timeout or (29.0 if self.is_rest else 30.0)

    def environment(self) -> dict[str, str]:
        """The options, but for those that the kind decides, as environment variables of the FastAPI runtime."""
        given = {
            "GATEWAY_PAYLOAD": self.kind.value,
            "GATEWAY_STAGE": self.stage,
            "GATEWAY_STAGE_VARIABLES": json.dumps(dict(self.stage_variables)) if self.stage_variables else "",
            "GATEWAY_HEADER_CASE": "" if self.header_case is HeaderCase.TRAIN else self.header_case.value,
            "GATEWAY_TIMEOUT": str(self.timeout or ""),
            "GATEWAY_CORS": json.dumps(_cors_json(self.cors)) if self.cors else "",
            "BINARY_MEDIA_TYPES": ",".join(self.binary_media_types),
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Mock:
    """A MOCK integration that answers OPTIONS of a path. `origins` are patterns: an origin that fits is sent back;
    `is_guarded`: an authorizer has to take the request first."""

    path: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    origins: tuple[str, ...] = ()
    is_guarded: bool = False


@dataclass(frozen=True, slots=True)
class DeclaredApi:
    """An API as a table declares it; `kind` is rest or http, and what is None or empty is as the command says.

    `cors` is an HTTP API's; a REST API's preflights are methods of its own.
    """

    name: str
    kind: str
    stage: str | None = None
    binary_media_types: tuple[str, ...] = ()
    cors: Cors | None = None
    mocks: tuple[Mock, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()

    def deployed(self, given: Api) -> Api:
        """The API of a run, with the options of the command for what is not declared."""
        is_rest = self.kind == "rest"
        default = Kind.HTTP_2 if given.is_rest else given.kind
        return replace(
            given,
            kind=Kind.REST if is_rest else default,
            stage=self.stage or (given.stage if is_rest == given.is_rest else ""),
            stage_variables=dict(self.variables) or given.stage_variables,
            binary_media_types=(self.binary_media_types or given.binary_media_types) if is_rest else (),
            cors=None if is_rest else self.cors or given.cors,
        )


def cors_of(text: str) -> Cors:
    """A `CorsConfiguration` written as JSON with AWS's names. Raises ValueError."""
    fields = json.loads(text)
    if not isinstance(fields, dict) or not fields.keys() <= _CORS_KEYS.keys():
        raise ValueError(f"a CORS policy is a JSON object with the keys {', '.join(_CORS_KEYS)}")
    return Cors(**{_CORS_KEYS[key]: _cors_value(key, value) for key, value in fields.items()})


def _cors_value(key: str, value: Any) -> Any:
    kind = {"MaxAge": int, "AllowCredentials": bool}.get(key, list)
    if type(value) is not kind or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
        raise ValueError(f"{key} must be {'a list of texts' if kind is list else kind.__name__}")
    return tuple(value) if isinstance(value, list) else value


def _cors_json(cors: Cors) -> dict[str, object]:
    values = {key: getattr(cors, name) for key, name in _CORS_KEYS.items()}
    return {key: value for key, value in values.items() if value not in ((), None, False)}
