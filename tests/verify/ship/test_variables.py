"""The start command of railway.json with the variables of docs/deploy.md: all, each one missing, each one mistyped."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.development import free_port
from tests.support.postgres import ROOT

_DATABASE_URL = "postgresql://app:secret@127.0.0.1:9/app"
_ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| `([^`]+)` \|", re.MULTILINE)
# Any text is a good value of these.
_FREE_TEXTS = {
    "COGNITO_CLIENT_SECRET",
    "METRICS_TOKEN",
    "TYPEFORM_API_KEY",
    "TYPEFORM_WEBHOOK_SECRET",
}


@dataclass(frozen=True, slots=True)
class Variable:
    """A row of the table."""

    required: str
    example: str


def variables() -> dict[str, Variable]:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    found = {name: Variable(required.strip(), example) for name, required, example in _ROW.findall(page)}
    assert found["DATABASE_URL"].example == "${{Postgres.DATABASE_URL}}"
    return found | {"DATABASE_URL": Variable("yes", _DATABASE_URL)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it started, and what it said until then."""

    started: bool
    said: str


def start(given: Mapping[str, str]) -> Outcome:
    """The start command, until it serves or has ended."""
    command = json.loads((ROOT / "railway.json").read_text(encoding="utf-8"))["deploy"]["startCommand"]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with subprocess.Popen(
        ["/bin/sh", "-c", f"exec {command}"],
        cwd=ROOT,
        env={"PATH": path, "PORT": str(free_port()), "PYTHONUNBUFFERED": "1", "RAILWAY_PROJECT_ID": "p", **given},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "(production) started: " in line:
                process.terminate()
                process.stdout.read()
                assert process.wait(60) == 0
                return Outcome(True, said)
        assert process.wait(60) == 1, said
        return Outcome(False, said)


def started_each(cases: Mapping[str, Mapping[str, str]]) -> dict[str, Outcome]:
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(cases, pool.map(start, cases.values()), strict=True))


@pytest.fixture(scope="module")
def good() -> dict[str, str]:
    return {name: variable.example for name, variable in variables().items()}


def test_every_variable_of_the_page_is_taken(good: dict[str, str]) -> None:
    assert len(good) > 12
    outcome = start(good)
    assert outcome.started, outcome.said
    assert "is not read" not in outcome.said


def test_a_missing_variable_is_named_or_not_needed(good: dict[str, str]) -> None:
    outcomes = started_each({name: {k: v for k, v in good.items() if k != name} for name in good})
    for name, outcome in outcomes.items():
        assert outcome.started or name in outcome.said, (name, outcome.said)
        assert "Traceback" not in outcome.said, (name, outcome.said)
    refused = {name for name, outcome in outcomes.items() if not outcome.started}
    table = variables()
    assert refused == {name for name, variable in table.items() if variable.required in ("yes", "session mode")}


def test_a_mistyped_name_is_told_with_the_one_that_is_meant(good: dict[str, str]) -> None:
    def mistyped(name: str) -> str:
        return f"{name[:-2]}{name[-1]}{name[-2]}"

    names = [name for name in good if len(name) > 5]  # a shorter one is too like the names of others
    outcomes = started_each({name: {mistyped(k) if k == name else k: v for k, v in good.items()} for name in names})
    for name, outcome in outcomes.items():
        assert f"{mistyped(name)} is no setting and is not read: is {name} meant?" in outcome.said, outcome.said
        assert "Traceback" not in outcome.said, (name, outcome.said)


def test_a_mistyped_value_is_refused_with_its_name(good: dict[str, str]) -> None:
    outcomes = started_each({name: good | {name: "no good value!"} for name in good})
    for name, outcome in outcomes.items():
        assert outcome.started == (name in _FREE_TEXTS), (name, outcome.said)
        assert outcome.started or name in outcome.said, (name, outcome.said)
        assert "Traceback" not in outcome.said, (name, outcome.said)
    assert "no good value!" not in outcomes["SESSION_SECRET"].said
