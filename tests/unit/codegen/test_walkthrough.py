"""docs/another-repository.md holds word for word: its files, its commands, and what they print."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[3]
PAGE = PROJECT / "docs" / "another-repository.md"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """A file of the reader's repository, or a command with the output that the page shows."""

    file: str | None
    text: str
    shown: str = ""


def steps(page: str) -> list[Step]:
    found: list[Step] = []
    for language, file, text in _BLOCK.findall(page):
        if language == "console":
            found += [Step(None, command, shown) for command, shown in _COMMAND.findall(text)]
        elif file:
            found.append(Step(file, text))
    return found


def run(command: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "GENERATOR": str(PROJECT), "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.stdout.rstrip("\n") + "\n" if done.stdout.strip() else ""


def test_the_page_holds_word_for_word(tmp_path: Path) -> None:
    found = steps(PAGE.read_text(encoding="utf-8"))
    assert sum(step.file is None for step in found) >= 8
    for step in found:
        if step.file is None:
            assert run(step.text, tmp_path) == step.shown, step.text
        else:
            target = tmp_path / step.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.text, encoding="utf-8")
