"""Sends each request to both runtimes, each on a database of its own."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ..project import Project
from ..settings import Settings
from .api import Api
from .comparison import Comparison, compared
from .fastapi_side.client import Client
from .fastapi_side.jwks import served
from .fastapi_side.process import FastAPISide, StartFailed, fastapi_process
from .lambda_side.authorizer import TokenAuthorizer
from .lambda_side.gateway import LambdaSide
from .lambda_side.router import Resources, Route
from .requests import Request
from .roots import make_importable
from .sources import deterministic
from .tokens import CLIENT_ID, TokenBook, people_by_name
from .wire import Sent, prepared

# Whole seconds before any token or row of this run; the same for both runtimes.
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_SETTINGS = (
    "DATABASE_URL",
    "COGNITO_",
    "CORS_",
    "GATEWAY_",
    "BINARY_MEDIA_",
    "FORWARDED_",
    "AUTH_",
    "SESSION_",
    "USER_CACHE_",
)
_ISSUER = "https://cognito-idp.local.example/parity"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a run needs. `root` is None for this repository's own generated routes; else FastAPI serves `routes`.
    `environment` has settings of the handlers, `api` those of the gateway, the same for both sides."""

    project: Project
    routes: Sequence[Route]
    lambda_database: str
    fastapi_database: str
    root: Path | None = None
    wrap: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    api: Api = field(default_factory=Api)


@dataclass(frozen=True, slots=True)
class Harness:
    """Two running sides."""

    lambda_side: LambdaSide
    fastapi_side: FastAPISide
    tokens: TokenBook

    def sent(self, request: Request) -> Sent:
        """The request with the lines and the token that both sides get."""
        address = f"{self.fastapi_side.host}:{self.fastapi_side.port}"
        return prepared(request, self.tokens.authorization(request.user), address)

    def replay(self, requests: Iterable[Request]) -> Iterator[Comparison]:
        """One request after the other, first in Lambda, then in FastAPI."""
        with self.fastapi_side.client() as client:
            for request in requests:
                yield self.compare(request, client)

    def compare(self, request: Request, client: Client) -> Comparison:
        """One request on both sides."""
        sent = self.sent(request)
        return compared(sent, self.lambda_side.answer(sent), client.answer(sent))


@contextmanager
def harness(setup: Setup) -> Iterator[Harness]:
    """Both sides, until the block ends. Raises StartFailed when the FastAPI side does not start, or has no setting for
    an option of the API."""
    if missing := sorted(name for name in setup.api.environment() if name.lower() not in Settings.model_fields):
        raise StartFailed(f"the FastAPI runtime has no setting {', '.join(missing)}")
    tokens = TokenBook(_ISSUER, people_by_name(setup.project.people))
    with ExitStack() as stack:
        if setup.root is not None:
            make_importable(setup.root)
        jwks_url = stack.enter_context(served(tokens.jwks))
        sources = stack.enter_context(deterministic(EPOCH, setup.project))
        arguments = _arguments(setup, stack)
        fastapi_side = stack.enter_context(fastapi_process(arguments, _environment(setup, jwks_url)))
        authorizer = TokenAuthorizer(setup.api, tokens.jwks, tokens.issuer, CLIENT_ID)
        lambda_environment = {**_shared(setup), "DATABASE_URL": setup.lambda_database}
        resources = Resources(setup.routes, setup.api.kind)
        lambda_side = LambdaSide(setup.api, resources, authorizer, sources.at, lambda_environment)
        yield Harness(lambda_side, fastapi_side, tokens)


def _arguments(setup: Setup, stack: ExitStack) -> list[str]:
    arguments = ["--epoch", EPOCH.isoformat()]
    if setup.wrap is not None:
        arguments += ["--wrap", setup.wrap]
    if setup.root is not None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        listed = folder / "routes.json"
        listed.write_text(json.dumps([_entry(route) for route in setup.routes]))
        arguments += ["--root", str(setup.root), "--routes", str(listed)]
    return arguments


def _entry(route: Route) -> dict[str, object]:
    fields = asdict(route)
    authorizer = fields.pop("authorizer")
    return {"path": fields.pop("resource"), "authorizer": authorizer and {"kind": authorizer}, **fields}


def _shared(setup: Setup) -> dict[str, str]:
    return {f"{setup.project.settings_prefix}ENVIRONMENT": "test", **setup.environment}


def _environment(setup: Setup, jwks_url: str) -> dict[str, str]:
    """The settings of the FastAPI side; what our own environment says of Cognito or CORS must not reach it."""
    prefix = setup.project.settings_prefix
    kept = {name: value for name, value in os.environ.items() if not name.removeprefix(prefix).startswith(_SETTINGS)}
    return kept | {
        **_shared(setup),
        **{f"{prefix}{name}": value for name, value in setup.api.environment().items()},
        "DATABASE_URL": setup.fastapi_database,
        "COGNITO_ISSUER": _ISSUER,
        "COGNITO_JWKS_URL": jwks_url,
        "COGNITO_CLIENT_ID": CLIENT_ID,
        "COGNITO_REGION": "local",
        "COGNITO_USER_POOL_ID": "local_parity",
        "COGNITO_TOKEN_USE": "access",
    }
