"""The request table: every row is sent to both runtimes, and the two answers must be one."""

import pytest

from src.parity.harness import Harness
from tests.integration.parity import products_rows
from tests.integration.parity.rows import Scenario, run

SCENARIOS: dict[str, Scenario] = {**products_rows.SCENARIOS}


@pytest.mark.parametrize("name", SCENARIOS)
def test_both_runtimes_answer_alike(both: Harness, name: str) -> None:
    assert run(both, name, SCENARIOS[name]) == []
