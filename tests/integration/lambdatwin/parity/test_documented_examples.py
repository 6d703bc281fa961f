"""The documented example of each operation, on both runtimes: a new endpoint is proven without a row of its own."""

from src.lambdatwin.parity.harness import Harness
from tests.integration.lambdatwin.parity.documented_rows import documented_rows
from tests.integration.lambdatwin.parity.rows import run


def test_both_runtimes_answer_every_documented_example_alike(both: Harness) -> None:
    rows = list(documented_rows())
    assert len(rows) > 40
    assert run(both, "documented", rows) == []
