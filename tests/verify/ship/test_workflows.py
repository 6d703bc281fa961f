"""The workflows are valid, and the drift job fails with annotations on a tree that has drifted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.environment import GIVEN
from tests.support.postgres import ROOT

_WORKFLOW = ROOT / ".github" / "workflows" / "ci.yml"
_HANDLER = "src/contexts/products_catalog/aws_lambda/get_product_by_id.py"


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("schemas")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "check-jsonschema"]
    subprocess.run([folder / "bin" / "python", *install], env=GIVEN, check=True)
    return folder / "bin" / "check-jsonschema"


@pytest.mark.parametrize(
    ("schema", "file"),
    [("vendor.github-workflows", ".github/workflows/ci.yml"), ("vendor.dependabot", ".github/dependabot.yml")],
)
def test_the_files_follow_githubs_schemas(checker: Path, schema: str, file: str) -> None:
    subprocess.run([checker, "--builtin-schema", schema, ROOT / file], check=True)


@pytest.fixture
def drifted(tmp_path: Path) -> Path:
    """A copy of the tree in which a handler says something new and a generated file was edited."""
    for name in ("src", "codegen", "templates", "generated"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "requirements-dev.txt"):
        shutil.copy2(ROOT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (tmp_path / ".venv" / part).symlink_to(ROOT / ".venv" / part)
    (tmp_path / ".venv" / ".ready").touch()
    uv = tmp_path / ".local" / "uv" / "bin" / "uv"
    uv.parent.mkdir(parents=True)
    uv.touch()
    os.utime(uv, (0, 0))
    return tmp_path


def steps(job: str) -> list[str]:
    workflow: dict[str, Any] = yaml.safe_load(_WORKFLOW.read_text(encoding="utf-8"))
    return [step["run"] for step in workflow["jobs"][job]["steps"] if "run" in step]


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    shell = ["bash", "-e", "-c", command]
    return subprocess.run(shell, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


def test_the_drift_job_annotates_what_has_drifted(drifted: Path) -> None:
    (command,) = steps("drift")
    assert run(drifted, command).returncode == 0
    handler = drifted / _HANDLER
    handler.write_text(handler.read_text().replace("Handle GET /products/{id} ", "Handle GET /products/by-id/{id} "))
    edited = drifted / "generated" / "iam" / "users.py"
    edited.write_text(edited.read_text() + "\n# by hand\n")
    found = run(drifted, command)
    assert found.returncode != 0
    assert "::error file=generated/products_catalog/products.py,line=1,col=1,title=changed::" in found.stdout
    assert "::error file=generated/iam/users.py,line=1,col=1,title=hand-edited::" in found.stdout
    print(f"drift job: {found.stdout.count('::error ')} annotations on a drifted tree")
