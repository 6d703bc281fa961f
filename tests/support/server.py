"""The real server in a process of its own, on a port of its own."""

import os
import select
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import httpx

from tests.support.postgres import ROOT
from tests.support.preloaded import Inherited, Preloaded

_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    process: Preloaded
    output: IO[bytes]

    def client(self, **options: object) -> httpx.Client:
        """A client of this server. It reads no certificates, which would take longer than most tests."""
        return httpx.Client(base_url=self.url, timeout=20, verify=False, **options)  # type: ignore[arg-type]

    def stop(self, number: int = signal.SIGTERM, seconds: float = 30) -> int:
        """Send a signal, wait, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def printed(self) -> str:
        """All that the process has written so far."""
        self.output.seek(0)
        return self.output.read().decode("utf-8", "replace")


def clean_environment(**given: str) -> dict[str, str]:
    """The environment without any setting of the product, and with these."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "HOME", "LANG") or name.startswith("COVERAGE_")
    }
    return {**kept, "PYTHONUNBUFFERED": "1", **given}


@contextmanager
def running_server(database_url: str, **settings: str) -> Iterator[Server]:
    """The app's own command on a database, until the block ends. Settings are environment variables."""
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryFile() as output:
        port = listener.getsockname()[1]
        environment = clean_environment(
            **{"ENVIRONMENT": "test", "DATABASE_URL": database_url, "PORT": str(port)} | settings
        )
        ready, write = os.pipe()
        process = Preloaded(
            "src.runtimes.fastapi.app",
            ["--child", Inherited(listener.fileno()), Inherited(write)],
            folder=ROOT,
            environment=environment,
            output=output.fileno(),
        )
        os.close(write)
        listener.close()
        server = Server(f"http://127.0.0.1:{port}", process, output)
        try:
            _await_readiness(server, ready)
            yield server
        finally:
            os.close(ready)
            if process.poll() is None:
                server.stop()


def _await_readiness(server: Server, ready: int) -> None:
    readable, _, _ = select.select([ready], [], [], _START_SECONDS)
    if not readable or os.read(ready, 1) != b"1":
        raise AssertionError(f"the server did not start:\n{server.printed()[-3000:]}")
