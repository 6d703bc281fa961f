"""`python -m src.migrations.run` when it cannot: one sentence, exit code 1, and a database as it was."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from tests.support.postgres import ROOT

_FAILING = '''"""A migration that begins well."""

from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    """Apply."""
    op.execute("CREATE TABLE iam.half (id text)")
    op.execute("SELECT nonsense")
'''


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def migrate(url: str, folder: Path = ROOT) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "src.migrations.run"],
        cwd=folder,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def add(folder: Path, before: str | None = None) -> None:
    versions = folder / "src/migrations/versions"
    before = before or max(path.stem for path in versions.glob("[0-9]*.py"))
    (versions / "9999_new.py").write_text(_FAILING.format(before=before), encoding="utf-8")


def test_a_database_that_is_not_there_is_named_without_its_password() -> None:
    code, said = migrate("postgresql://somebody:swordfish@127.0.0.1:1/nothing")
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("The database that DATABASE_URL names cannot be reached")
    assert "swordfish" not in said


def test_a_broken_chain_is_named(database_url: str, sources: Path) -> None:
    add(sources, before="nowhere")
    code, said = migrate(database_url, sources)
    assert code == 1
    assert "no chain" in said
    assert "nowhere" in said


def test_a_failing_migration_leaves_nothing_behind(database_url: str, sources: Path) -> None:
    add(sources)
    code, said = migrate(database_url, sources)
    assert code == 1
    assert "nothing has changed" in said
    assert "nonsense" in said

    async def half() -> object:
        connection = await asyncpg.connect(database_url)
        try:
            return await connection.fetchval("SELECT to_regclass('iam.half')")
        finally:
            await connection.close()

    assert asyncio.run(half()) is None
    assert migrate(database_url) == (0, "")
