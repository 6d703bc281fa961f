"""The wheel, installed by pip into a fresh environment: the page, and the foreign backends outside this checkout."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from src.lambdatwin.parity.lambda_side.router import routes_of
from tests.support import foreign
from tests.support.development import free_port
from tests.support.environment import GIVEN
from tests.support.installed import build_wheel
from tests.support.postgres import ROOT
from tests.support.walkthrough import follow

_PAGE = ROOT / "docs" / "another-repository.md"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables of a process whose first commands are those of a new environment; pip finds the wheel there."""
    folder = tmp_path_factory.mktemp("installation")
    build_wheel(folder / "wheel")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    kept = {name: value for name, value in GIVEN.items() if name.startswith(("PIP_", "HTTP", "SSL", "LANG"))}
    path = f"{folder / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "HOME": str(folder), "PIP_FIND_LINKS": str(folder / "wheel")}


@pytest.fixture(scope="module")
def installed(environment: dict[str, str]) -> Callable[..., foreign.Ran]:
    """Runs a command of the environment in a folder."""
    foreign.run(["pip", "install", "-q", "lambdatwin[codegen,parity,postgres]"], Path("/"), environment)
    return lambda root, *command: foreign.run(["lambdatwin", *command], root, environment)


def test_the_page_holds_word_for_word(environment: dict[str, str], tmp_path: Path) -> None:
    assert follow(_PAGE.read_text("utf-8"), tmp_path, environment, free_port()) >= 10


@pytest.mark.parametrize("name", ["clinic", "parcels"])
def test_a_foreign_backend_answers_as_lambda(
    name: str, installed: Callable[..., foreign.Ran], clinic_database: str, tmp_path: Path
) -> None:
    root = foreign.copied(name, tmp_path)
    assert installed(root, "check").code == 0
    options = ["--database-url", clinic_database] if name == "clinic" else []
    ran = installed(root, "parity", "requests.jsonl", *options)
    assert (ran.code, ran.errors) == (0, "")
    assert {line.split()[0] for line in ran.lines[1:-1]} == {"equal"}
    print(f"\n{name}: {ran.lines[-1]} by the installed command")


@pytest.mark.parametrize("name", ["clinic", "parcels"])
def test_a_handler_that_raises_is_the_gateways_502(
    name: str, installed: Callable[..., foreign.Ran], clinic_database: str, tmp_path: Path
) -> None:
    root = foreign.copied(name, tmp_path)
    foreign.make_raising(root)
    happy = [line for line in (root / "requests.jsonl").read_text("utf-8").splitlines() if "happy" in line]
    (tmp_path / "happy.jsonl").write_text("\n".join(happy), "utf-8")
    options = ["--database-url", clinic_database] if name == "clinic" else []
    ran = installed(root, "parity", str(tmp_path / "happy.jsonl"), *options)
    assert (ran.code, ran.errors) == (0, "")
    assert {(line.split()[0], *line.split()[-2:]) for line in ran.lines[1:-1]} == {("equal", "502", "502")}
    assert len(happy) >= len(routes_of(root))
    print(f"\n{name}, each handler raising: {ran.lines[-1]}")
