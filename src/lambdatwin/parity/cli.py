"""Replay requests against both runtimes and print a table of equal and different.

Exit code 0 when no request is different, 1 when one is, 2 when the run could not take place. What no source tells of
AWS is not compared: such a request is UNDECIDED, and does not count as equal.
"""

import argparse
import contextlib
import importlib.util
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ..project import DatabaseError, Project, ProjectError, tool_table
from ..settings import Settings, SettingsError, database_problem, load_settings
from .api import Api, Cors, HeaderCase, Kind, cors_of
from .comparison import Verdict
from .fastapi_side.client import NoAnswer
from .fastapi_side.process import StartFailed
from .harness import Setup, harness
from .lambda_side.router import BadRouteList, Route, routes_in, routes_of
from .report import Tally, table
from .requests import BadRequestsFile, Request, read_requests
from .roots import is_elsewhere, run_in

# A project that needs a database does not start without one, even if none of the requests asks it.
_NOWHERE = "postgresql://127.0.0.1:1/none"


class BadApi(Exception):
    """Options of an API that no API has."""


class NotInstalled(Exception):
    """A package that the proof needs is not there."""


_FAILURES = (
    BadApi,
    BadRequestsFile,
    BadRouteList,
    DatabaseError,
    NotInstalled,
    ProjectError,
    SettingsError,
    StartFailed,
    NoAnswer,
)


@dataclass(frozen=True, slots=True)
class _Given:
    """What the command was given, read."""

    options: argparse.Namespace
    requests: Sequence[Request]
    routes: Sequence[Route]
    api: Api


def main(
    arguments: Sequence[str], project: Project, embedded: Callable[[], str], make_routers: Callable[[], None]
) -> int:
    """The command. Prints to stdout; what prevents a run goes to stderr.

    `embedded` starts the PostgreSQL of development and returns its URL; it raises `DatabaseError`. `make_routers`
    writes routers where none are committed; it raises `ProjectError`. Another root has a project of its own, and the
    process begins again there.
    """
    options = _parser().parse_args(arguments)
    try:
        if not options.root.is_dir():
            raise BadRouteList(f"{options.root}: no such folder")
        if is_elsewhere(options.root):
            run_in(options.root, arguments)
        # The handlers log to stdout, where the table goes.
        project.prepare()
        if not options.verbose:
            project.silence()
        given = _read(options, project)
        if not options.routes:
            make_routers()
        return _run(given, project, embedded)
    except _FAILURES as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2


def _read(options: argparse.Namespace, project: Project) -> _Given:
    requests = read_requests(options.base / options.requests)
    _require("awslambdaric", "parity")
    routes = routes_in(options.base / options.routes) if options.routes else routes_of(options.root)
    return _Given(options, requests, routes, _api(options, load_settings(project.settings_prefix), routes))


def _require(package: str, extra: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise NotInstalled(f"{package} is not installed: pip install 'lambdatwin[{extra}]'")


def _run(given: _Given, project: Project, embedded: Callable[[], str]) -> int:
    tally, options = Tally(), given.options
    setup = partial(
        Setup,
        project,
        given.routes,
        listed=options.routes is not None,
        wrap=options.wrap,
        verbose=options.verbose,
        entry=str(tool_table("codegen", options.root).get("entry", "lambda_handler")),
        api=given.api,
    )
    with _interrupts() as check, _databases(options, project, embedded) as urls, harness(setup(*urls)) as both:
        for line in table(both.replay(given.requests), tally):
            check()
            print(line, flush=True)
    print(tally.conclusion)
    return 1 if tally[Verdict.DIFFERENT] else 0


@contextlib.contextmanager
def _interrupts() -> Iterator[Callable[[], None]]:
    """What it yields raises KeyboardInterrupt after a Ctrl-C, which a handler may have taken for something of its own.

    `asyncio.run` cancels its task in the place of the exception, unless a signal handler is set.
    """
    interrupted = False

    def interrupt(*_: object) -> None:
        nonlocal interrupted
        interrupted = True
        raise KeyboardInterrupt

    def check() -> None:
        if interrupted:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)


def _api(options: argparse.Namespace, settings: Settings, routes: Sequence[Route]) -> Api:
    """The API of the options, by default that of the settings under which the backend is served."""
    try:
        return Api(
            options.payload or _kind(settings, routes),
            options.stage or settings.gateway_stage or "",
            dict(map(_variable, options.stage_variable)) or settings.gateway_stage_variables,
            tuple(options.binary_media_type) or settings.binary_media_types,
            options.header_case or HeaderCase(settings.gateway_header_case),
            options.timeout or _set(settings, "gateway_timeout") or 0,
            cors_of(options.cors) if options.cors else _cors(settings),
        )
    except ValueError as error:
        raise BadApi(str(error)) from error


def _cors(settings: Settings) -> Cors | None:
    """The policy of the settings as this package has it: the fields have the same names."""
    return Cors(**asdict(settings.gateway_cors)) if settings.gateway_cors else None


def _kind(settings: Settings, routes: Sequence[Route]) -> Kind:
    """What the settings say, else what the payload of the routes says."""
    chosen = _set(settings, "gateway_payload")
    if chosen is not None:
        return Kind(chosen)
    match sorted({route.payload for route in routes if route.payload and not route.declared}):
        case [] | ["1.0"]:
            return Kind.REST
        case ["2.0"]:
            return Kind.HTTP_2
        case formats:
            raise ValueError(f"the routes have payload {' and '.join(formats)}: choose one API with --payload")


def _set(settings: Settings, name: str) -> Any:
    """The value of a setting; None where it was not set."""
    return getattr(settings, name) if name in settings.model_fields_set else None


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValueError(f"a stage variable is NAME=VALUE, not {text!r}")
    return name, value


def _databases(
    options: argparse.Namespace, project: Project, embedded: Callable[[], str]
) -> contextlib.AbstractContextManager[tuple[str | None, str | None]]:
    """Copies of the database that is named, else sample data for a project that needs one, else none."""
    if options.no_database and project.needs_database:
        return contextlib.nullcontext((_NOWHERE, _NOWHERE))
    if options.no_database or not (options.database_url or project.needs_database):
        return contextlib.nullcontext((None, None))
    problem = database_problem(options.database_url) if options.database_url else None
    if problem:
        raise DatabaseError(f"--database-url (DATABASE_URL) {problem}")
    for package in ("asyncpg", "sqlalchemy"):
        _require(package, "postgres")
    from .databases import clones, seeded

    return clones(options.database_url, project) if options.database_url else seeded(embedded(), project)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parity", description=__doc__)
    parser.add_argument("requests", type=Path, metavar="REQUESTS.jsonl", help="one JSON object a line")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (default: the working directory)")
    parser.add_argument("--base", type=Path, default=Path(), help=argparse.SUPPRESS)
    parser.add_argument("--routes", type=Path, help="a saved `routes --format json`, served in place of generated ones")
    parser.add_argument(
        "--database-url",
        default=os.environ.get("DATABASE_URL"),
        help="each runtime gets a copy of this database (default: DATABASE_URL, else the project's sample data)",
    )
    parser.add_argument("--verbose", action="store_true", help="print what the handlers log, too")
    parser.add_argument("--no-database", action="store_true", help="the handlers need none")
    parser.add_argument(
        "--wrap", metavar="MODULE:FUNCTION", help="put around the FastAPI app, to see a difference found"
    )
    _add_options_of_the_api(parser)
    return parser


def _add_options_of_the_api(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the API, the same for both sides; by default as the settings say")
    group.add_argument("--payload", type=Kind, choices=list(Kind), help="its kind (default: that of the routes)")
    group.add_argument("--stage", default="", help="default: prod for REST, $default for HTTP")
    group.add_argument("--stage-variable", action="append", default=[], metavar="NAME=VALUE", help="may be repeated")
    group.add_argument("--binary-media-type", action="append", default=[], metavar="TYPE", help="may be repeated")
    group.add_argument("--header-case", type=HeaderCase, choices=list(HeaderCase))
    group.add_argument("--timeout", type=float, default=0, metavar="SECONDS", help="default: 29 for REST, 30 for HTTP")
    group.add_argument("--cors", metavar="JSON", help="the CorsConfiguration of an HTTP API")
