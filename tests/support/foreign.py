"""Backends of others (`tests/foreign`), copied out of this checkout as their owners have them."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from typer.testing import CliRunner

from codegen.cli import app
from tests.support import postgres, preloaded

PROJECT = Path(__file__).resolve().parents[2]
BACKENDS = PROJECT / "tests" / "foreign"
_HANDLER = re.compile(r'(async def \w+\(event, context\):\n    """.*?"""\n)', re.DOTALL)
# What this machine may have set, and a backend must not see.
_LEFT_OUT = ("DATABASE_URL", "ENVIRONMENT", "PYTHONPATH")


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that ended. `lines` are those of its output."""

    code: int
    lines: list[str]
    errors: str


def copied(name: str, folder: Path) -> Path:
    """A copy of a backend below `folder`, with its routers generated."""
    root = folder / name
    shutil.copytree(BACKENDS / name, root, ignore=shutil.ignore_patterns("__pycache__", "generated", ".local"))
    return generated(root)


def generated(root: Path) -> Path:
    """The root, after its routers were generated."""
    ran = CliRunner().invoke(app, ["generate", "--root", str(root)])
    assert ran.exit_code == 0, ran.output
    return root


def clinic_template(server_url: str) -> str:
    """The URL of a database with the schema and the sample rows of the clinic."""
    scripts = [(BACKENDS / "clinic" / name).read_text("utf-8") for name in ("schema.sql", "sample.sql")]

    async def fill(url: str) -> None:
        connection = await asyncpg.connect(url)
        for script in scripts:
            await connection.execute(script)
        await connection.close()

    digest = hashlib.sha256("".join(scripts).encode()).hexdigest()[:8]
    return postgres.ensure_template(server_url, f"clinic_{digest}", fill)


def parity(root: Path, *arguments: str, **environment: str) -> Ran:
    """The command of this checkout on the root."""
    kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    command = ("src.lambdatwin", "parity", *arguments, "--root", str(root))
    done = preloaded.finished(*command, folder=PROJECT, environment={**kept, **environment}, seconds=300)
    return Ran(done.returncode, done.stdout.splitlines(), done.stderr)


def make_raising(root: Path) -> None:
    """Let every handler raise as soon as it is called."""
    for file in root.glob("**/aws_lambda/*.py"):
        file.write_text(_HANDLER.sub(r'\1    raise RuntimeError("out of order")\n', file.read_text("utf-8")), "utf-8")


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    """A command in a folder, to its end."""
    path = shutil.which(command[0], path=environment.get("PATH")) or command[0]
    done = subprocess.run(
        [path, *command[1:]],
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Ran(done.returncode, done.stdout.splitlines(), done.stderr)
