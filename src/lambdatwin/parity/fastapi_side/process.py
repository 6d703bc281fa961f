"""The FastAPI runtime in a process of its own, listening on a loopback port that the parent has opened."""

import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from .client import Client

_SERVER = f"{__package__}.server"
_START_SECONDS = 60
_STOP_SECONDS = 30
_SHOWN_LINES = 30


class StartFailed(Exception):
    """The process ended, or said nothing, before it served; the message has the end of what it printed."""


@dataclass(frozen=True, slots=True)
class FastAPISide:
    """A running server."""

    host: str
    port: int

    def client(self) -> Client:
        """A new connection."""
        return Client(self.host, self.port)


@contextmanager
def fastapi_process(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[FastAPISide]:
    """A process of `server` with these arguments and environment, until the block ends. Raises StartFailed."""
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryFile() as output:
        ready, write_end = os.pipe()
        try:
            process = _started(listener, write_end, arguments, environment, output)
        finally:
            os.close(write_end)
        try:
            if not _is_ready(ready):
                raise StartFailed(_end_of(output) or "the server said nothing")
            yield FastAPISide(*listener.getsockname())
        finally:
            os.close(ready)
            _stop(process)


def _started(
    listener: socket.socket, ready: int, arguments: Sequence[str], environment: Mapping[str, str], output: IO[bytes]
) -> subprocess.Popen[bytes]:
    # Where this process finds modules; PYTHONPATH would come before Python's own, of which the server needs some.
    path = f"--path={os.pathsep.join(sys.path)}"
    command = [sys.executable, "-m", _SERVER, str(listener.fileno()), str(ready), path, *arguments]
    return subprocess.Popen(
        command,
        env=dict(environment),
        pass_fds=(listener.fileno(), ready),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )


def _end_of(output: IO[bytes]) -> str:
    """The last lines of what was printed."""
    output.seek(0)
    return "\n".join(output.read().decode("utf-8", "replace").strip().splitlines()[-_SHOWN_LINES:])


def _is_ready(ready: int) -> bool:
    """One byte is written when the server serves; the pipe closes when it dies before."""
    readable, _, _ = select.select([ready], [], [], _START_SECONDS)
    return bool(readable) and os.read(ready, 1) == b"1"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
