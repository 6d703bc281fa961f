"""One FastAPI process for a whole module, and two clones of the seeded database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from src.lambdatwin.parity.harness import Harness, Setup
from src.lambdatwin.parity.lambda_side.router import Route, routes_of
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.parity.forked import harness
from tests.integration.lambdatwin.parity.onboarding_rows import ENVIRONMENT
from tests.support import postgres


@pytest.fixture(scope="session")
def project_routes() -> list[Route]:
    return routes_of(Path())


@pytest.fixture(scope="module")
def both(project_routes: list[Route], postgres_server: str, seeded_template: str) -> Iterator[Harness]:
    with (
        postgres.clone(postgres_server, seeded_template) as in_lambda,
        postgres.clone(postgres_server, seeded_template) as in_fastapi,
        harness(Setup(MenuPlanning(), project_routes, in_lambda, in_fastapi, environment=ENVIRONMENT)) as running,
    ):
        yield running
