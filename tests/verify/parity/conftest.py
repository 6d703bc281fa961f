"""Both runtimes for the long proofs."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from src.contexts.shared_kernel.logging import configure_logging
from src.lambdatwin.parity.harness import Harness, Setup, harness
from src.lambdatwin.parity.lambda_side.router import Route, routes_of
from src.runtimes.fastapi.project import MenuPlanning
from tests.integration.lambdatwin.parity.onboarding_rows import ENVIRONMENT
from tests.support import postgres


@dataclass(frozen=True, slots=True)
class Sides:
    """Two running runtimes and the URLs of their databases."""

    harness: Harness
    databases: tuple[str, str]


@pytest.fixture(scope="session")
def project_routes() -> list[Route]:
    return routes_of(Path())


@pytest.fixture
def sides(project_routes: list[Route], postgres_server: str, seeded_template: str) -> Iterator[Sides]:
    # Thousands of handlers' log lines would bury the figures.
    configure_logging(json_lines=True, level=logging.CRITICAL)
    with (
        postgres.clone(postgres_server, seeded_template) as in_lambda,
        postgres.clone(postgres_server, seeded_template) as in_fastapi,
        harness(Setup(MenuPlanning(), project_routes, in_lambda, in_fastapi, environment=ENVIRONMENT)) as running,
    ):
        yield Sides(running, (in_lambda, in_fastapi))
