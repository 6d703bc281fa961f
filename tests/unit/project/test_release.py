"""A release: one version everywhere, a dated section of the changelog, and the jobs of CI that go with it."""

import json
import re
import tomllib
from datetime import date
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from codegen.cli import app
from src.runtimes.fastapi.project import MenuPlanning
from tests.support.postgres import ROOT

VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def test_the_newest_section_of_the_changelog_is_the_version_with_its_day() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads[0] == "[Unreleased]"
    newest = re.fullmatch(r"\[(.+)\] - (\d{4}-\d\d-\d\d)", heads[1])
    assert newest is not None, heads[1]
    assert newest[1] == VERSION
    assert date.fromisoformat(newest[2])


def test_the_api_its_document_and_the_command_have_that_version() -> None:
    assert MenuPlanning().version == VERSION
    assert json.loads((ROOT / "generated/openapi.json").read_text(encoding="utf-8"))["info"]["version"] == VERSION
    assert CliRunner().invoke(app, ["--version"]).output.split()[-1] == VERSION


def test_it_is_written_in_one_place() -> None:
    literal = re.compile(rf"^\s*version\w* *(: *str *)?= *[\"']{re.escape(VERSION)}", re.MULTILINE | re.IGNORECASE)
    files = [*(ROOT / "src/runtimes").rglob("*.py"), *(ROOT / "codegen").rglob("*.py"), ROOT / "pyproject.toml"]
    assert [file.name for file in files if literal.search(file.read_text(encoding="utf-8"))] == ["pyproject.toml"]


@pytest.mark.parametrize(("job", "command"), [("coverage", "make coverage"), ("wheel", "make wheel")])
def test_ci_has_a_job_of_its_own_that_the_local_run_leaves_out(job: str, command: str) -> None:
    workflow: Any = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert command in [step.get("run") for step in workflow["jobs"][job]["steps"]]
    assert command not in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_the_gate_of_coverage_is_ninety_percent_of_lines_and_branches() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["coverage"]
    assert tool["report"]["fail_under"] >= 90
    assert tool["run"]["branch"] is True
    assert set(tool["run"]["source"]) == {"src.lambdatwin", "src.runtimes"}
