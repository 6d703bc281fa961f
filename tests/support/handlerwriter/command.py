"""The generator's command, as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[3]
# For generated code that runs in this checkout, where the library has another name than once installed.
PORTS = ("--set", 'ports = "src.lambdatwin.ports"')


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-W", "error", "-m", "codegen", *arguments]
    return subprocess.run(program, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def routes(root: Path) -> list[dict[str, Any]]:
    """What `routes --format json` says of a tree."""
    finished = run("routes", "--format", "json", "--root", str(root))
    assert "Traceback" not in finished.stderr, finished.stderr
    try:
        said: list[dict[str, Any]] = json.loads(finished.stdout)
    except json.JSONDecodeError as error:
        raise AssertionError(f"exit {finished.returncode}\n{finished.stdout}\n{finished.stderr}") from error
    return said
