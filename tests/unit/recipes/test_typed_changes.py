"""The type checker knows the fields of a change."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PLANTED = """
from src.contexts.recipes_catalog.core.domain.meal import Meal, MealChanges
from src.contexts.recipes_catalog.core.domain.recipe import RecipeContent

def rename(meal: Meal) -> None:
    meal.change(MealChanges(name="Lunch", notes=None), {})
    meal.change(MealChanges(nmae="Lunch"), {})
    meal.change(MealChanges(name=None), {})
    meal.change({"name": "Lunch"}, {})
    meal.add_recipe("r", RecipeContent(instructions="Cook."), {})
"""


@pytest.mark.long
def test_a_misspelt_field_of_a_change_is_an_error(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(PLANTED, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", str(planted)]
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    found = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    faults = [line.split(":")[1] for line in found.stdout.splitlines() if line.startswith("planted.py")]
    assert list(dict.fromkeys(faults)) == ["7", "8", "9", "10"], found.stdout + found.stderr
