"""The generator's command, as a user runs it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.support import preloaded

REPOSITORY = Path(__file__).parents[3]
# For generated code that runs in this checkout, where the library has another name than once installed.
PORTS = ("--set", 'ports = "src.lambdatwin.ports"')


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    return preloaded.finished("codegen", *arguments, folder=REPOSITORY, environment=environment, seconds=600)


def routes(root: Path) -> list[dict[str, Any]]:
    """What `routes --format json` says of a tree."""
    finished = run("routes", "--format", "json", "--root", str(root))
    assert "Traceback" not in finished.stderr, finished.stderr
    try:
        said: list[dict[str, Any]] = json.loads(finished.stdout)
    except json.JSONDecodeError as error:
        raise AssertionError(f"exit {finished.returncode}\n{finished.stdout}\n{finished.stderr}") from error
    return said
