"""Every golden case still says what it said."""

import pytest

from codegen.diagnostics import RULES
from tests.golden.codegen.cases import Case, cases

# What no handler text brings about: a fault of a template, or of the generator itself.
WITHOUT_CASE = {"CG114", "CG199"}
# Rules about tables of routes, one of them about docstrings too: tests/golden/sources has their cases.
WITHOUT_CASE |= {code for code in RULES if code[3] == "5"} - {"CG155"}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_says_what_it_said(case: Case) -> None:
    assert case.actual() == case.expected


def test_every_rule_has_a_case_that_breaks_it() -> None:
    said = " ".join(case.expected["findings"] for case in cases())
    assert {code for code in RULES if code not in said} == WITHOUT_CASE


def test_every_rule_has_a_case_that_keeps_it() -> None:
    kept: set[str] = set()
    for case in cases():
        said = case.expected
        if any(path.endswith("/good.py") for path in case.inputs):
            assert "/good.py:" not in said["findings"], case.name
            assert " good {" in said["routes"], case.name
            kept |= {code for code in RULES if code in said["findings"]}
    assert set(RULES) - kept == WITHOUT_CASE
