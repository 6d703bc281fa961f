"""What `make` does with an interrupted installation, with a Python and a uv that only pretend."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.postgres import ROOT

TOOLS = ("sh", "cat", "chmod", "echo", "env", "mkdir", "mv", "rm", "test", "touch")
# `-m venv [--clear] FOLDER`, `-m pip install uv==...`: what a real one leaves, up to the step that is interrupted.
PYTHON = """#!/bin/sh
case "$*" in
*venv*)
  for folder; do :; done
  case "$*" in *--clear*) rm -rf "$folder";; esac
  test ! -e "$folder/bin/pip-is-broken" || exit 1
  mkdir -p "$folder/bin"
  cat "$0" > "$folder/bin/python"; chmod +x "$folder/bin/python"
  test "$INTERRUPTED" != venv || { touch "$folder/bin/pip-is-broken"; exit 130; };;
*pip*)
  here="${0%/*}"
  test ! -e "$here/pip-is-broken" || exit 1
  echo partly > "$here/uv"; chmod +x "$here/uv"
  test "$INTERRUPTED" != pip || exit 130
  cat "$UV_SCRIPT" > "$here/uv";;
*) echo "served" ;;
esac
"""
UV = """#!/bin/sh
case "$1" in
venv)
  case "$*" in *--clear*) rm -rf .venv/* .venv/.[!.]*;; esac  # through a link, as uv does
  mkdir -p .venv/bin
  cat "$PYTHON_SCRIPT" > .venv/bin/python; chmod +x .venv/bin/python;;
pip)
  test ! -e .venv/half || exit 1
  touch .venv/half
  test "$INTERRUPTED" != sync || exit 130
  rm .venv/half;;
esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements-dev.txt").touch()
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(str(shutil.which(tool)))
    for name, script in (("python.sh", PYTHON), ("uv.sh", UV)):
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def make_dev(clone: Path, interrupted: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": str(clone / "tools"),
        "INTERRUPTED": interrupted,
        "PYTHON_SCRIPT": str(clone / "python.sh"),
        "UV_SCRIPT": str(clone / "uv.sh"),
    }
    command = [str(shutil.which("make")), "dev", f"PYTHON={clone / 'python.sh'}"]
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("step", ["venv", "pip", "sync"])
def test_an_interrupted_installation_is_made_good_by_the_next_make(clone: Path, step: str) -> None:
    assert make_dev(clone, interrupted=step).returncode != 0
    again = make_dev(clone)
    assert again.returncode == 0, again.stderr
    assert again.stdout.splitlines()[-1] == "served"


def test_an_interrupted_update_is_made_good_too(clone: Path) -> None:
    assert make_dev(clone).returncode == 0
    (clone / "requirements-dev.txt").write_text("more")
    os.utime(clone / ".venv" / ".ready", (0, 0))
    assert make_dev(clone, interrupted="sync").returncode != 0
    assert make_dev(clone).returncode == 0


def test_an_environment_that_make_did_not_begin_is_not_cleared(clone: Path) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / "of-the-user").touch()
    assert make_dev(clone).returncode == 0
    assert (clone / ".venv" / "of-the-user").exists()


def test_an_environment_behind_a_link_is_never_cleared(clone: Path) -> None:
    shared = clone / "shared"
    shared.mkdir()
    (shared / "of-others").touch()
    (clone / ".venv").symlink_to(shared)
    make_dev(clone, interrupted="sync")
    make_dev(clone)
    assert (shared / "of-others").exists()


def test_the_first_start_says_what_it_does_and_the_second_nothing(clone: Path) -> None:
    first = make_dev(clone).stdout
    assert "installing uv" in first
    assert "Installing what requirements-dev.txt pins" in first
    assert make_dev(clone).stdout == "served\n"
