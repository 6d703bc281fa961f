"""From the save of a file of this repository to the written route, with the real command watching."""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.alone

PROJECT = Path(__file__).parents[3]
ROUNDS = 7
CONTEXT = "src/contexts/products_catalog"
# What is edited, the words that stand there, and what stands there in a round of the test.
EDITS = {
    "handler": (f"{CONTEXT}/aws_lambda/get_product_by_id.py", "timeout=30.0", "timeout=30.{round}"),
    "schema": (
        f"{CONTEXT}/core/adapters/api_schemas/product_filter.py",
        "    id_ne:",
        "    probe_{round}: str | None = None\n    id_ne:",
    ),
    "template": ("templates/module.py.j2", "router = ", "# round {round}\nrouter = "),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("src", "codegen", "templates"):
        shutil.copytree(PROJECT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.fixture
def said(copy: Path) -> Iterator[Iterator[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "codegen", "watch"],
        cwd=copy,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield iter(process.stdout)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


def _until_watching(said: Iterator[str]) -> None:
    assert any("; watching" in line for line in said), "the command ended"


def test_a_save_is_a_written_route(copy: Path, said: Iterator[str]) -> None:
    output = copy / "generated/products_catalog/products.py"
    _until_watching(said)
    figures: list[str] = []
    for name, (path, old, new) in EDITS.items():
        text, seconds = (copy / path).read_text(), []
        assert old in text
        for number in range(1, ROUNDS + 1):
            edited, before = text.replace(old, new.format(round=number)), output.read_bytes()
            start = time.time()
            (copy / path).write_text(edited)
            _until_watching(said)
            # The router derives its query from the schema: there the document alone changes.
            assert (output.read_bytes() != before) is (name != "schema")
            seconds.append((time.time() if name == "schema" else output.stat().st_mtime) - start)
        figures.append(f"{name} {statistics.median(seconds):.2f} s (worst {max(seconds):.2f})")
    told = f"median of {ROUNDS}: {', '.join(figures)}; 0.5 are wanted on an idle machine"
    print(f"\nwatch, from save to written route, {told}")
