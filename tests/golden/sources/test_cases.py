"""Small projects of each source with their truth: all routes, no others, and every refused place."""

from pathlib import Path

import pytest

from codegen.diagnostics import RULES

from .cases import case, cases, linked, said


@pytest.mark.parametrize("path", cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_routes_and_findings_are_the_truth(path: Path, tmp_path: Path) -> None:
    project = case(path)
    project.lay(tmp_path)
    assert said(linked(tmp_path)) == project.truth()


@pytest.mark.parametrize("kind", sorted({path.parent.name for path in cases()}))
def test_each_source_has_its_set(kind: str) -> None:
    assert len([path for path in cases() if path.parent.name == kind]) >= 8


def test_each_rule_about_tables_has_a_case() -> None:
    said = {line.split()[0] for path in cases() for line in case(path).lines("findings")}
    elsewhere = {"CG155", "CG250", "CG251", "CG255"}  # tests/unit/codegen/sources: they need code in the handlers
    assert said | elsewhere == {code for code in RULES if code[3] == "5"}
