"""Replay requests against both runtimes and print a table of equal and different.

Exit code 0 when no request is different, 1 when one is, 2 when the run could not take place. What no source tells of
AWS is not compared: such a request is UNDECIDED, and does not count as equal.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ..project import Project
from .api import Api, HeaderCase, Kind, cors_of
from .comparison import Verdict
from .databases import NoDatabase, clones, seeded
from .fastapi_side.client import NoAnswer
from .fastapi_side.process import StartFailed
from .harness import Setup, harness
from .lambda_side.router import BadRouteList, Route, routes_in, routes_of
from .report import Tally, table
from .requests import BadRequestsFile, Request, read_requests

_NO_DATABASE = "postgresql://127.0.0.1:1/none"


class BadApi(Exception):
    """Options of an API that no API has."""


_FAILURES = (BadApi, BadRequestsFile, BadRouteList, NoDatabase, StartFailed, NoAnswer)


def main(arguments: Sequence[str], project: Project, embedded: Callable[[], str]) -> int:
    """The command. Prints to stdout; what prevents a run goes to stderr.

    `embedded` starts the PostgreSQL of development and returns its URL; it raises `NoDatabase`.
    """
    options = _parser().parse_args(arguments)
    # The handlers log to stdout, where the table goes.
    project.prepare()
    if not options.verbose:
        project.silence()
    try:
        requests = read_requests(options.requests)
        if not options.root.is_dir():
            raise BadRouteList(f"{options.root}: no such folder")
        routes = routes_in(options.routes) if options.routes else routes_of(options.root)
        return _run(requests, routes, _api(options), options, project, embedded)
    except _FAILURES as failure:
        print(f"error: {failure}", file=sys.stderr)
        return 2


def _run(
    requests: Sequence[Request],
    routes: Sequence[Route],
    api: Api,
    options: argparse.Namespace,
    project: Project,
    embedded: Callable[[], str],
) -> int:
    tally = Tally()
    root = options.root if _is_foreign(options) else None
    setup = partial(Setup, project, routes, root=root, wrap=options.wrap, api=api)
    with _databases(options, project, embedded) as urls, harness(setup(*urls)) as both:
        for line in table(both.replay(requests), tally):
            print(line, flush=True)
    print(tally.conclusion)
    return 1 if tally[Verdict.DIFFERENT] else 0


def _api(options: argparse.Namespace) -> Api:
    try:
        return Api(
            options.payload,
            options.stage,
            dict(_variable(text) for text in options.stage_variable),
            tuple(options.binary_media_type),
            options.header_case,
            options.timeout,
            cors_of(options.cors) if options.cors else None,
        )
    except ValueError as error:
        raise BadApi(str(error)) from error


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ValueError(f"a stage variable is NAME=VALUE, not {text!r}")
    return name, value


def _is_foreign(options: argparse.Namespace) -> bool:
    """Whether FastAPI serves the routes of the list; this repository's own are served as they were generated."""
    return options.routes is not None or options.root.resolve() != Path.cwd().resolve()


def _databases(
    options: argparse.Namespace, project: Project, embedded: Callable[[], str]
) -> contextlib.AbstractContextManager[tuple[str, str]]:
    if options.no_database or not (options.database_url or project.needs_database):
        nowhere = _NO_DATABASE if project.needs_database else ""
        return contextlib.nullcontext((nowhere, nowhere))
    if options.database_url:
        return clones(options.database_url, project)
    if _is_foreign(options):
        raise NoDatabase("name the database to copy: --database-url URL or DATABASE_URL, or say --no-database")
    return seeded(embedded(), project)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parity", description=__doc__)
    parser.add_argument("requests", type=Path, metavar="REQUESTS.jsonl", help="one JSON object a line")
    parser.add_argument("--root", type=Path, default=Path(), help="folder with the handlers (default: this repository)")
    parser.add_argument("--routes", type=Path, help="a saved `codegen routes --format json`, instead of a scan")
    parser.add_argument(
        "--database-url",
        default=os.environ.get("DATABASE_URL"),
        help="each runtime gets a copy of this database (default: DATABASE_URL, else sample data)",
    )
    parser.add_argument("--verbose", action="store_true", help="print what the handlers log, too")
    parser.add_argument("--no-database", action="store_true", help="the handlers need none")
    parser.add_argument(
        "--wrap", metavar="MODULE:FUNCTION", help="put around the FastAPI app, to see a difference found"
    )
    _add_options_of_the_api(parser)
    return parser


def _add_options_of_the_api(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the API, the same for both sides")
    group.add_argument("--payload", type=Kind, choices=list(Kind), default=Kind.REST, help="its kind (default: rest)")
    group.add_argument("--stage", default="", help="default: prod for REST, $default for HTTP")
    group.add_argument("--stage-variable", action="append", default=[], metavar="NAME=VALUE", help="may be repeated")
    group.add_argument("--binary-media-type", action="append", default=[], metavar="TYPE", help="may be repeated")
    group.add_argument("--header-case", type=HeaderCase, choices=list(HeaderCase), default=HeaderCase.TRAIN)
    group.add_argument("--timeout", type=float, default=0, metavar="SECONDS", help="default: 29 for REST, 30 for HTTP")
    group.add_argument("--cors", metavar="JSON", help="the CorsConfiguration of an HTTP API")
