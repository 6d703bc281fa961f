"""`python -m src.migrations.run` when it cannot: one sentence, exit code 1, and a database as it was."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg
import pytest

from tests.support import preloaded
from tests.support.postgres import ROOT, database_of, with_database

_MIGRATION = '''"""A migration of a test."""

from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    """Apply."""
    for statement in {statements}:
        op.execute(statement)
'''
# The command with the copy's migrations; the rest of its modules is loaded already.
_OF_THE_COPY = """
import runpy, sys
import src

src.__path__.insert(0, "src")
for name in [name for name in sys.modules if name.startswith("src.migrations")]:
    del sys.modules[name]
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
_FAILING = ("CREATE TABLE iam.half (id text)", "SELECT nonsense")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sources")
    for folder in ("src", "codegen"):
        shutil.copytree(ROOT / folder, root / folder)  # with their byte code
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.fixture
def sources(copied: Path) -> Iterator[Path]:
    """A copy of the code, without the migrations of another test."""
    yield copied
    for file in (copied / "src/migrations").rglob("9999_new*"):
        file.unlink()


_BACKENDS = ("src.migrations.run",)
_LIBRARYS = ("src.lambdatwin", "migrate")


def migrate(url: str, folder: Path = ROOT, command: Sequence[str] = _BACKENDS, seconds: float = 60) -> tuple[int, str]:
    environment = {**os.environ, "DATABASE_URL": url}
    if command == _LIBRARYS:  # it looks for the project, whose class another copy of the library does not know
        program = [sys.executable, "-m", *command]
        done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    elif folder == ROOT:
        done = preloaded.finished(*command, folder=folder, environment=environment)
    else:
        forked = ("tests.support.program", _OF_THE_COPY, *command)
        done = preloaded.finished(*forked, folder=folder, environment=environment, seconds=seconds)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def add(
    folder: Path, before: str | None = None, statements: tuple[str, ...] = _FAILING, revision: str = "9999"
) -> None:
    versions = folder / "src/migrations/versions"
    before = before or max(path.stem for path in versions.glob("[0-9]*.py"))
    text = _MIGRATION.format(revision=revision, before=before, statements=statements)
    (versions / "9999_new.py").write_text(text, encoding="utf-8")


def execute(url: str, *statements: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def test_a_database_that_is_not_there_is_named_without_its_password() -> None:
    code, said = migrate("postgresql://somebody:swordfish@127.0.0.1:1/nothing")
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("The database that DATABASE_URL names cannot be reached")
    assert "swordfish" not in said


@pytest.mark.parametrize(
    "url", ["swordfish", "mysql://me:swordfish@host/name", "postgresql://me:swordfish@host:port/name"]
)
def test_what_is_no_url_of_a_database_is_told_without_quoting_it(url: str) -> None:
    code, said = migrate(url)
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("DATABASE_URL must be like postgresql://")
    assert "swordfish" not in said


def test_a_refused_connection_is_named_as_that(database_url: str) -> None:
    code, said = migrate(with_database(database_url, "nobody_made_it"))
    assert (code, said.count("\n")) == (1, 1)
    assert "refuses the connection (database " in said
    code, said = migrate(f"{database_url}&sslmode=whatever")
    assert (code, said.count("\n")) == (1, 1)
    assert "refuses the connection (`sslmode` parameter must be one of" in said


def test_options_of_libpq_and_of_poolers_are_no_obstacle(database_url: str) -> None:
    options = "sslmode=prefer&channel_binding=prefer&connect_timeout=5&keepalives=1&gssencmode=disable&pgbouncer=true"
    assert migrate(f"{database_url}&{options}") == (0, "")


def test_a_certificate_that_is_not_there_is_no_plain_connection(database_url: str, tmp_path: Path) -> None:
    code, said = migrate(f"{database_url}&sslmode=verify-full&sslrootcert={tmp_path / 'nothing.pem'}")
    assert code == 1
    assert "No such file" in said


@pytest.mark.parametrize("command", [_BACKENDS, pytest.param(_LIBRARYS, marks=pytest.mark.long)])
def test_a_broken_chain_is_named(command: Sequence[str], database_url: str, sources: Path) -> None:
    add(sources, before="nowhere")
    code, said = migrate(database_url, sources, command)
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


@pytest.mark.parametrize(
    "revision",
    ["9999", *(pytest.param(one, marks=pytest.mark.long) for one in ("0006_one_more_column", "5f3c1e77a0b2"))],
)
def test_an_older_source_has_nothing_to_do_on_a_newer_database(database_url: str, sources: Path, revision: str) -> None:
    add(sources, statements=("ALTER TABLE iam.users ADD COLUMN nickname text",), revision=revision)
    assert migrate(database_url, sources) == (0, "")
    code, said = migrate(database_url)
    assert (code, said.count("\n")) == (0, 1)
    assert revision in said
    assert migrate(database_url, sources) == (0, "")


def test_a_migration_takes_the_time_that_it_takes(database_url: str, sources: Path) -> None:
    """Whatever limits the database has for others, and the command for its connections."""
    execute(database_url, f"ALTER DATABASE {database_of(database_url)} SET statement_timeout = '100ms'")
    add(sources, statements=("SELECT pg_sleep(0.5)",))
    assert migrate(database_url, sources) == (0, "")


def test_a_table_that_is_held_is_waited_for_and_then_named_as_that(database_url: str, sources: Path) -> None:
    run = sources / "src/migrations/run.py"
    run.write_text(run.read_text().replace("LOCK_SECONDS = 15", "LOCK_SECONDS = 1"))
    add(sources, statements=("ALTER TABLE iam.users ADD COLUMN nickname text",))

    async def hold() -> tuple[int, str]:
        holder = await asyncpg.connect(database_url)
        try:
            async with holder.transaction():
                await holder.execute("LOCK TABLE iam.users IN ACCESS SHARE MODE")
                return await asyncio.to_thread(migrate, database_url, sources)
        finally:
            await holder.close()

    code, said = asyncio.run(hold())
    assert code == 1
    assert "waited for a lock for 1 s and nothing has changed" in said
    assert migrate(database_url, sources) == (0, "")
