"""docs/another-repository.md, word for word, with the packages of the wheel alone on the path."""

import sys
from pathlib import Path

import pytest

from tests.support.development import free_port
from tests.support.installed import build_wheel, unpacked
from tests.support.postgres import ROOT
from tests.support.walkthrough import commands_of, follow

PAGE = ROOT / "docs" / "another-repository.md"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    return unpacked(build_wheel(tmp_path / "wheel"), tmp_path / "packages")


def test_the_page_holds_word_for_word(packages: Path, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    environment = commands_of(Path(sys.executable), tmp_path / "bin", packages)
    assert follow(PAGE.read_text("utf-8"), repository, environment, free_port()) >= 10
