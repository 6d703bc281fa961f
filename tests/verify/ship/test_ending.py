"""The development server ends quietly whenever it is told to, and leaves no process."""

import os
import signal
from pathlib import Path

import httpx
import pytest

from tests.support.development import copy_of_the_repository, development

pytestmark = pytest.mark.alone


def test_a_closed_terminal_and_an_early_ctrl_c_end_everything_quietly(database_url: str, tmp_path: Path) -> None:
    folder = copy_of_the_repository(tmp_path)
    with development(folder, DATABASE_URL=database_url, PORT="0") as server:
        port = server.await_line(r"API +http://127.0.0.1:(\d+)").group(1)
        assert httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
        os.kill(server.process.pid, signal.SIGHUP)
        server.await_end()
        assert server.process.returncode == 0
        assert "Traceback" not in server.printed
    with development(folder, DATABASE_URL=database_url) as server:
        server.log_in()
        waits = "import threading\nprint('migrating', flush=True)\nthreading.Event().wait()\nimport asyncio\n"
        undo = server.edit("src/migrations/run.py", "import asyncio\n", waits)
        server.await_line("migrating")
        server.interrupt()
        assert "Traceback" not in server.printed
        undo()
    # An import of the app's that waits until it is interrupted.
    (folder / "fastapi.py").write_text("import sys\nprint('importing', flush=True)\nsys.stdin.read()\n")
    with development(folder, DATABASE_URL=database_url) as server:
        server.await_line("importing")
        seconds = server.interrupt()
        assert "Traceback" not in server.printed
    print(f"\ndevelopment server: a closed terminal and Ctrl-C in two early moments; the last took {seconds:.2f} s")
