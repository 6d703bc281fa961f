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
from .sources import backend_clock, deterministic, during_request, has_own_sources
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
    """What a run needs. A database is a URL, or None for handlers that need none. `listed`: FastAPI serves `routes` in
    the place of the generated ones. `entry` is what Lambda calls in each module. `environment` has settings of the
    handlers, `api` those of the gateway, the same for both sides."""

    project: Project
    routes: Sequence[Route]
    lambda_database: str | None
    fastapi_database: str | None
    listed: bool = False
    wrap: str | None = None
    entry: str = "lambda_handler"
    environment: Mapping[str, str] = field(default_factory=dict)
    api: Api = field(default_factory=Api)


@dataclass(frozen=True, slots=True)
class Harness:
    """Two running sides. `known_sources`: the project gives both one clock and one source of ids."""

    lambda_side: LambdaSide
    fastapi_side: FastAPISide
    tokens: TokenBook
    known_sources: bool = True

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
        with during_request(sent.id):
            in_lambda = self.lambda_side.answer(sent)
        return compared(sent, in_lambda, client.answer(sent), known_sources=self.known_sources)


@contextmanager
def harness(setup: Setup) -> Iterator[Harness]:
    """Both sides, until the block ends. Raises StartFailed when the FastAPI side does not start, or has no setting for
    an option of the API."""
    if missing := sorted(name for name in setup.api.environment() if name.lower() not in Settings.model_fields):
        raise StartFailed(f"the FastAPI runtime has no setting {', '.join(missing)}")
    tokens = TokenBook(_ISSUER, people_by_name(setup.project.people))
    with ExitStack() as stack:
        jwks_url = stack.enter_context(served(tokens.jwks))
        sources = stack.enter_context(deterministic(EPOCH, setup.project))
        arguments = _arguments(setup, stack)
        fastapi_side = stack.enter_context(fastapi_process(arguments, _environment(setup, jwks_url)))
        authorizer = TokenAuthorizer(setup.api, tokens.jwks, tokens.issuer, CLIENT_ID)
        lambda_environment = {**_shared(setup), **_database(setup.lambda_database)}
        resources = Resources(setup.routes, setup.api.kind)
        lambda_side = LambdaSide(setup.api, resources, authorizer, sources.at, lambda_environment, setup.entry)
        known_sources = has_own_sources(setup.project)
        if not known_sources:
            lambda_side.load()
            stack.enter_context(backend_clock(sources.now, Path.cwd()))
        yield Harness(lambda_side, fastapi_side, tokens, known_sources)


def _arguments(setup: Setup, stack: ExitStack) -> list[str]:
    arguments = ["--epoch", EPOCH.isoformat()]
    if setup.wrap is not None:
        arguments += ["--wrap", setup.wrap]
    if setup.listed:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        listed = folder / "routes.json"
        listed.write_text(json.dumps([_entry(route) for route in setup.routes]))
        arguments += ["--routes", str(listed)]
    return arguments


def _entry(route: Route) -> dict[str, object]:
    fields = asdict(route)
    authorizer = fields.pop("authorizer")
    return {"path": fields.pop("resource"), "authorizer": authorizer and {"kind": authorizer}, **fields}


def _shared(setup: Setup) -> dict[str, str]:
    return {f"{setup.project.settings_prefix}ENVIRONMENT": "test", **setup.environment}


def _database(url: str | None) -> dict[str, str]:
    return {} if url is None else {"DATABASE_URL": url}


def _environment(setup: Setup, jwks_url: str) -> dict[str, str]:
    """The settings of the FastAPI side; what our own environment says of Cognito or CORS must not reach it."""
    prefix = setup.project.settings_prefix
    ours = ("DATABASE_URL", "COGNITO_", *(f"{prefix}{name}" for name in _SETTINGS))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        **_shared(setup),
        **{f"{prefix}{name}": value for name, value in setup.api.environment().items()},
        **_database(setup.fastapi_database),
        "COGNITO_ISSUER": _ISSUER,
        "COGNITO_JWKS_URL": jwks_url,
        "COGNITO_CLIENT_ID": CLIENT_ID,
        "COGNITO_REGION": "local",
        "COGNITO_USER_POOL_ID": "local_parity",
        "COGNITO_TOKEN_USE": "access",
    }
