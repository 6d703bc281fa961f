"""What stands in the way of `make dev` is a sentence, and the way out is in it."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest

from src.lambdatwin.devtools.local_postgres import start
from src.lambdatwin.project import DatabaseError
from tests.support.development import copy_of_the_repository, free_port
from tests.support.postgres import ROOT, with_database
from tests.support.preloaded import Preloaded
from tests.support.server import clean_environment


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_the_repository(tmp_path_factory.mktemp("refused"))


COMMAND = "src.runtimes.fastapi.app"


def refused(folder: Path, *options: str, **settings: str) -> str:
    """What a start says that ends with exit code 1, and leaves no process behind."""
    settings.setdefault("PORT", str(free_port()))
    with tempfile.TemporaryFile() as output:
        environment = clean_environment(**settings)
        process = Preloaded(
            COMMAND, options, folder=folder, environment=environment, output=output.fileno(), session=True
        )
        code = process.wait(60)
        output.seek(0)
        said = output.read().decode()
    assert code == 1, said
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    return said


def refused_command(folder: Path, *command: str, **settings: str) -> str:
    """The same of an interpreter of its own."""
    environment = clean_environment(PORT=str(free_port()), **settings)
    ran = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (1, ""), ran
    assert "Traceback" not in ran.stderr
    return ran.stderr


async def rows(url: str) -> int:
    """How many rows the tables of a database have that a seed fills."""
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM iam.users"))
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "command", [("-m", COMMAND), ("-m", COMMAND, "--port", "0"), ("-c", "import src.runtimes.fastapi.asgi")]
)
def test_a_server_on_railway_that_does_not_say_so_touches_no_database(
    folder: Path, database_url: str, command: tuple[str, ...]
) -> None:
    said = refused_command(folder, *command, DATABASE_URL=database_url, RAILWAY_PROJECT_ID="p")
    assert "ENVIRONMENT is not set, and this is Railway: set ENVIRONMENT=production" in said
    assert asyncio.run(rows(database_url)) == 0


def test_a_taken_port(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(folder, PORT=str(port))
    assert f"Port {port} of 127.0.0.1 cannot be used" in said
    assert f"PORT={port + 1}" in said


def test_a_database_that_does_not_answer(folder: Path) -> None:
    said = refused(folder, DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    assert "The database of DATABASE_URL does not answer" in said


def test_a_host_that_is_none_of_this_machine(folder: Path) -> None:
    said = refused(folder, HOST="nobody.invalid")
    assert "HOST=nobody.invalid is no address of this machine" in said


def test_a_database_that_refuses(folder: Path, database_url: str) -> None:
    said = refused(folder, DATABASE_URL=with_database(database_url, "nobody_made_it"))
    assert 'The database of DATABASE_URL refuses the connection: database "nobody_made_it" does not exist' in said


def test_a_database_url_that_is_none(folder: Path) -> None:
    said = refused(folder, DATABASE_URL="postgresql://me:swordfish@host:port/name")
    assert "DATABASE_URL: must be like postgresql://" in said
    assert "swordfish" not in said


def test_origins_and_proxies_that_are_none(folder: Path) -> None:
    said = refused(
        folder,
        CORS_ALLOW_ORIGINS="https://app.example.com, https://App.example.com/",
        FORWARDED_ALLOW_IPS="10.0.0.0/8, 127.0.0.1, the-proxy",
    )
    assert "CORS_ALLOW_ORIGINS: 'https://App.example.com/' is no origin" in said
    assert "FORWARDED_ALLOW_IPS: 'the-proxy' is no address and no network" in said


def test_an_env_file_in_another_encoding(folder: Path) -> None:
    env = folder / ".env"
    env.write_text("PORT=8000\n", encoding="utf-16")
    said = refused(folder)
    env.unlink()
    assert ".env: is no text in UTF-8" in said


def test_a_file_in_the_place_of_the_local_folder(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / ".local").touch()
    said = refused(tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert "the folder .local, where keys and data are kept, cannot be made (File exists)" in said


def test_an_embedded_database_of_another_postgresql(folder: Path) -> None:
    data = folder / ".local" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12\n")
    said = refused(folder)
    assert "was made by PostgreSQL 12" in said
    assert "remove the folder .local/postgres" in said
    (data / "PG_VERSION").unlink()
    data.rmdir()


def test_half_of_the_settings_of_cognito(folder: Path) -> None:
    said = refused(folder, COGNITO_USER_POOL_ID="eu-west-1_Ab12Cd34E")
    assert "COGNITO_CLIENT_ID is missing" in said


def test_a_folder_that_roots_postgresql_may_not_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    tmp_path.chmod(0o700)
    with pytest.raises(DatabaseError) as refusal:
        start(tmp_path / "postgres")
    said = str(refusal.value)
    assert "who may not enter" in said
    assert "chmod o+x" in said


def test_what_the_settings_lack_is_told_though_the_port_is_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        said = refused(folder, ENVIRONMENT="production", PORT=port, HOST="127.0.0.1")
    assert "COGNITO_CLIENT_ID is missing" in said
    assert port not in said
