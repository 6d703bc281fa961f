"""One FastAPI process for a whole module, and two clones of the seeded database."""

from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from codegen.cli import app as generator
from src.lambdatwin.parity.harness import Harness, Setup
from src.lambdatwin.parity.lambda_side.router import Route, parse_routes
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.parity.forked import harness
from tests.integration.lambdatwin.parity.onboarding_rows import ENVIRONMENT
from tests.support import postgres
from tests.support.postgres import ROOT


@pytest.fixture(scope="session")
def project_routes() -> list[Route]:
    """As `routes_of` reads them, without a process of the generator: the tests of the command have that."""
    printed = CliRunner().invoke(generator, ["routes", "--format", "json", "--root", str(ROOT)])
    assert printed.exit_code == 0, printed.output
    return parse_routes(printed.stdout, "the routes of this repository")


@pytest.fixture(scope="module")
def both(project_routes: list[Route], postgres_server: str, seeded_template: str) -> Iterator[Harness]:
    with (
        postgres.clone(postgres_server, seeded_template) as in_lambda,
        postgres.clone(postgres_server, seeded_template) as in_fastapi,
        harness(Setup(MenuPlanning(), project_routes, in_lambda, in_fastapi, environment=ENVIRONMENT)) as running,
    ):
        yield running
