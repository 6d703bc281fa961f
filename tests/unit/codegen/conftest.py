"""The generator as a folder of its own: with a cache, and templates, that no other test shares."""

import shutil
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    # With their byte code: each process would compile the generator anew.
    for folder in ("codegen", "templates"):
        shutil.copytree(PROJECT / folder, tmp_path / "program" / folder)
    return tmp_path / "program"
