"""An embedded PostgreSQL that ends under `make dev` is told and started again."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.development import copy_of_the_repository, development

_TOLD = "The embedded PostgreSQL had ended, and was started again."


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not pytest's own: the embedded PostgreSQL of root runs as another user, who may not enter that. The second
    start finds the database of the first."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield copy_of_the_repository(Path(name))


def kill_database(folder: Path, number: int) -> None:
    pid = (folder / ".local/postgres/postmaster.pid").read_text().partition("\n")[0]
    os.kill(int(pid), number)


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "signals"), [((), (signal.SIGKILL, signal.SIGINT)), (("--no-reload",), (signal.SIGKILL,))]
)
def test_a_lost_database_is_told_in_a_line_and_requests_are_answered_again(
    folder: Path, options: tuple[str, ...], signals: tuple[int, ...]
) -> None:
    with development(folder, command=("src.runtimes.fastapi.app", *options)) as server:
        server.authorize(300)  # it makes a database first
        assert server.get("/products").status_code == 200
        for number in signals:
            kill_database(folder, number)
            server.await_line(_TOLD)
            assert server.get("/products").status_code == 200
        assert server.get("/health/ready").status_code == 200
        assert server.printed.count("The embedded PostgreSQL") == len(signals)
        assert "Traceback" not in server.printed
        server.interrupt(30)
        assert server.process.returncode == 0
    assert not (folder / ".local/postgres/postmaster.pid").exists(), "it ends with its last user"
