"""The wheel in a fresh environment outside of this checkout, installed by pip from the registry."""

import json
import subprocess
import venv
from pathlib import Path

import pytest

from tests.support.environment import GIVEN
from tests.support.installed import Installation, build_wheel, changes, write_shop
from tests.support.server import clean_environment

MOST_PACKAGES = 36


def _pip(python: Path, *arguments: str) -> str:
    command = [str(python), "-m", "pip", *arguments, "--disable-pip-version-check"]
    return subprocess.run(command, env=GIVEN, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


def _installed(wheel: Path, folder: Path, extras: str) -> Installation:
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv/bin/python"
    _pip(python, "install", f"{wheel}{extras}")
    (folder / "elsewhere").mkdir()
    return Installation(python, (), folder / "elsewhere")


@pytest.fixture(scope="module")
def bare(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return _installed(wheel, tmp_path_factory.mktemp("bare"), "")


@pytest.fixture(scope="module")
def full(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return _installed(wheel, tmp_path_factory.mktemp("full"), "[codegen]")


def test_the_wheel_brings_few_packages(bare: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    found = [entry["name"] for entry in json.loads(_pip(bare.python, "list", "--format", "json"))]
    packages = sorted(set(found) - {"pip", "setuptools"})
    with capsys.disabled():
        print(f"\nwheel without extras: {len(packages)} packages (at most {MOST_PACKAGES})")
    assert len(packages) <= MOST_PACKAGES
    assert "lambdatwin" in packages


def test_a_repository_is_served_by_what_pip_has_installed(
    bare: Installation, full: Installation, tmp_path: Path
) -> None:
    shop = write_shop(tmp_path / "shop")
    with full.serving("--root", shop, "--no-reload") as server:
        assert server.get("/orders/7").headers["x-shop"] == "the shop stubs samples"
    assert changes(shop) == []
    with open(shop / "pyproject.toml", "a", encoding="utf-8") as settings:
        settings.write('output = "routers"\n')
    assert full.run("generate", "--root", shop).returncode == 0
    with bare.serving("--root", shop) as server:
        assert server.get("/orders/7").json() == {"id": "7", "colour": "red"}
        assert "pip install 'lambdatwin[codegen]'" in server.printed


def test_the_script_is_the_command(bare: Installation) -> None:
    script = bare.python.with_name("lambdatwin")
    said = subprocess.run(
        [script, "--version"], env=clean_environment(), cwd=bare.elsewhere, capture_output=True, text=True, check=True
    )
    assert said.stdout == bare.run("--version").stdout
    assert said.stdout.startswith("lambdatwin ")
