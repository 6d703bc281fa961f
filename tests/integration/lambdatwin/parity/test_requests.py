"""The request table: every row is sent to both runtimes, and the two answers must be one."""

from itertools import chain

import pytest

from src.lambdatwin.parity.harness import Harness
from src.lambdatwin.parity.lambda_side.router import Route
from tests.integration.lambdatwin.parity import iam_rows, onboarding_rows, products_rows, recipes_rows
from tests.integration.lambdatwin.parity.documented_rows import documented_rows
from tests.integration.lambdatwin.parity.rows import Scenario, run

SCENARIOS: dict[str, Scenario] = {
    **products_rows.SCENARIOS,
    **iam_rows.SCENARIOS,
    **recipes_rows.SCENARIOS,
    **onboarding_rows.SCENARIOS,
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_both_runtimes_answer_alike(both: Harness, name: str) -> None:
    assert run(both, name, SCENARIOS[name]) == []


def test_every_route_has_a_row_that_succeeds(both: Harness, project_routes: list[Route]) -> None:
    """In this table, or as its documented example."""
    asked = set()
    rows = chain(documented_rows(), *SCENARIOS.values())
    for row in (row for row in rows if row.status < 300):
        found = both.lambda_side.resources.find(row.method, row.path.partition("?")[0])
        asked |= {found[0]} if found else set()
    assert [f"{route.method} {route.resource}" for route in project_routes if route not in asked] == []
