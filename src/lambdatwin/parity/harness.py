"""Sends each request to both runtimes, each on a database of its own."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dotenv import dotenv_values

from ..project import Project
from ..settings import Settings
from .api import Api, DeclaredApi
from .comparison import Comparison, compared
from .fastapi_side.client import Client
from .fastapi_side.jwks import served
from .fastapi_side.process import FastAPISide, StartFailed, fastapi_process
from .lambda_side.authorizer import TokenAuthorizer
from .lambda_side.declared.functions import Functions
from .lambda_side.declared.lambda_authorizer import LambdaAuthorization
from .lambda_side.gateway import LambdaSide
from .lambda_side.router import Resources, Route, place_of
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
    handlers, `api` those of the gateway for what no table declares, the same for both sides. `verbose`: what declared
    functions print is shown."""

    project: Project
    routes: Sequence[Route]
    lambda_database: str | None
    fastapi_database: str | None
    listed: bool = False
    wrap: str | None = None
    entry: str = "lambda_handler"
    verbose: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    api: Api = field(default_factory=Api)


@dataclass(frozen=True, slots=True)
class Harness:
    """Two running sides. `known_sources`: the project gives both one clock and one source of ids. `other_sides` are
    further APIs, which FastAPI serves on one host."""

    lambda_side: LambdaSide
    fastapi_side: FastAPISide
    tokens: TokenBook
    known_sources: bool = True
    other_sides: tuple[LambdaSide, ...] = ()

    def sent(self, request: Request) -> Sent:
        """The request with the lines and the token that both sides get."""
        address = f"{self.fastapi_side.host}:{self.fastapi_side.port}"
        bare = prepared(request, None, address)
        found = self._side_of(bare).resources.find(request.method, bare.path)
        if found is None:
            return prepared(request, self.tokens.authorization(request.user), address)
        route = found[0]
        token = self.tokens.authorization(request.user, route.token_use, route.scopes if route.declared else ())
        return prepared(request, token, address, route.declared.token_at if route.declared else "")

    def _side_of(self, sent: Sent) -> LambdaSide:
        """The API that has a route for a request; of several the one whose route comes first, as in one API. Where no
        method has one, the API that has the path."""
        sides = (self.lambda_side, *self.other_sides)
        found = [(side, side.resources.find(side.asked_method(sent), sent.path)) for side in sides]
        routed = [(side, one[0]) for side, one in found if one]
        first = min(routed, key=lambda one: place_of(one[1]), default=None)
        if first is not None:
            return first[0]
        return next((side for side in sides if side.resources.serve(sent.path)), self.lambda_side)

    def replay(self, requests: Iterable[Request]) -> Iterator[Comparison]:
        """One request after the other, first in Lambda, then in FastAPI."""
        with self.fastapi_side.client() as client:
            for request in requests:
                yield self.compare(request, client)

    def compare(self, request: Request, client: Client) -> Comparison:
        """One request on both sides."""
        sent = self.sent(request)
        with during_request(sent.id):
            in_lambda = self._side_of(sent).answer(sent)
        return compared(sent, in_lambda, client.answer(sent), known_sources=self.known_sources)


@contextmanager
def harness(setup: Setup) -> Iterator[Harness]:
    """Both sides, until the block ends. Raises StartFailed when the FastAPI side does not start, or has no setting for
    an option of the API."""
    if missing := sorted(name for name in setup.api.environment() if name.lower() not in Settings.model_fields):
        raise StartFailed(f"the FastAPI runtime has no setting {', '.join(missing)}")
    people = setup.project.people
    tokens = TokenBook(_ISSUER, people_by_name(people), {person.sub: person.groups for person in people})
    with ExitStack() as stack:
        jwks_url = stack.enter_context(served(tokens.jwks))
        sources = stack.enter_context(deterministic(EPOCH, setup.project))
        arguments = _arguments(setup, stack)
        fastapi_side = stack.enter_context(fastapi_process(arguments, _environment(setup, jwks_url)))
        lambda_environment = {**_shared(setup), **_database(setup.project, setup.lambda_database)}
        machine = {**_environment(setup, jwks_url), **lambda_environment}
        functions = stack.enter_context(Functions(machine, shown=setup.verbose))
        sides = [
            LambdaSide(
                api,
                Resources(routes, api.kind),
                TokenAuthorizer(api, tokens.jwks, tokens.issuer, CLIENT_ID),
                sources.at,
                lambda_environment,
                setup.entry,
                declared=LambdaAuthorization(functions),
            )
            for api, routes in _apis(setup)
        ]
        known_sources = has_own_sources(setup.project)
        if not known_sources:
            for side in sides:
                side.load()
            stack.enter_context(backend_clock(sources.now, Path.cwd()))
        first, *others = sides
        yield Harness(first, fastapi_side, tokens, known_sources, tuple(others))


def _apis(setup: Setup) -> list[tuple[Api, list[Route]]]:
    """The APIs of a code base, each with its routes."""
    routes: dict[DeclaredApi | None, list[Route]] = {}
    stand_ins = setup.project.authorizers()
    for route in setup.routes:
        replaced = route.without_authorizer() if route.auth in stand_ins else route
        routes.setdefault(route.declared.api if route.declared else None, []).append(replaced)
    found = [(api.deployed(setup.api) if api else setup.api, [*own, *_mocks(api)]) for api, own in routes.items()]
    return found or [(setup.api, [])]


def _mocks(api: DeclaredApi | None) -> list[Route]:
    return [Route("OPTIONS", mock.path, "", "", None, mock=mock) for mock in (api.mocks if api else ())]


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
    return {f"{setup.project.settings_prefix}ENVIRONMENT": "test", **_written(setup), **setup.environment}


def _written(setup: Setup) -> dict[str, str]:
    """From `.env`, what tables do not know before a deploy; a server of development reads it there."""
    functions = (route.declared.function for route in setup.routes if route.declared)
    asked = {name for function in functions for name, value in function.variables if value is None}
    written = dotenv_values(".env")
    return {name: value for name in asked - os.environ.keys() if (value := written.get(name))}


def _database(project: Project, url: str | None) -> dict[str, str]:
    return {} if url is None else {"DATABASE_URL": url, **project.database_variables(url)}


def _environment(setup: Setup, jwks_url: str) -> dict[str, str]:
    """The settings of the FastAPI side; what our own environment says of Cognito or CORS must not reach it."""
    prefix = setup.project.settings_prefix
    ours = ("DATABASE_URL", "COGNITO_", *(f"{prefix}{name}" for name in _SETTINGS))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    # One seed: a body made of a set has no other order on the other side.
    return {"PYTHONHASHSEED": "0", **kept} | {
        **_shared(setup),
        **{f"{prefix}{name}": value for name, value in setup.api.environment().items()},
        **_database(setup.project, setup.fastapi_database),
        "COGNITO_ISSUER": _ISSUER,
        "COGNITO_JWKS_URL": jwks_url,
        "COGNITO_CLIENT_ID": CLIENT_ID,
        "COGNITO_REGION": "local",
        "COGNITO_USER_POOL_ID": "local_parity",
        "COGNITO_TOKEN_USE": "access",
    }
