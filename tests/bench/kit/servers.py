"""Real server processes on a socket of this machine, and what they cost."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.support.preloaded import Preloaded

ROOT = Path(__file__).resolve().parents[3]


class StartRefusedError(Exception):
    """A server ended before it served."""


@dataclass(frozen=True, slots=True)
class Server:
    """One or several processes that accept on one listening socket."""

    port: int
    processes: tuple[subprocess.Popen[bytes] | Preloaded, ...]
    start_seconds: float

    @property
    def pid(self) -> int:
        return self.processes[0].pid

    def cpu_seconds(self) -> float:
        """CPU time of all threads of all processes since their start, from the scheduler's own account."""
        return sum(_on_cpu(pid) for process in self.processes for pid in (process.pid, *_children(process.pid)))

    def rss_megabytes(self) -> float:
        """Resident memory of the largest process."""
        return max(_status_kilobytes(process.pid, "VmRSS") for process in self.processes) / 1024

    def stop(self, sig: signal.Signals = signal.SIGTERM, seconds: float = 30) -> tuple[int, ...]:
        """Ask all processes to end, and return their exit codes; one that does not end is killed."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(sig)
        return tuple(_ended(process, seconds) for process in self.processes)


@contextlib.contextmanager
def serving(
    app: str, environment: Mapping[str, str], *, workers: int = 1, log: int | IO[bytes] = subprocess.DEVNULL
) -> Iterator[Server]:
    """Serve one of the apps of `tests.bench.kit.apps` while the block runs. `log` takes the log lines."""
    command = [sys.executable, "-m", "tests.bench.kit.serve", app]
    server = start(command, environment, workers=workers, log=log)
    try:
        yield server
    finally:
        server.stop(seconds=10)


@contextlib.contextmanager
def on_granian(app: str, environment: Mapping[str, str], *, workers: int = 1) -> Iterator[Server]:
    """Serve one of the apps on granian, whose workers are processes below its own, while the block runs."""
    began = time.perf_counter()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    options = ("--interface", "asgi", "--http", "1", "--no-ws", "--no-log", "--factory", "--workers", str(workers))
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "tests.bench.kit.serve:named", "--port", str(port), *options],
        cwd=ROOT,
        env={**_clean_environment(), **environment, "BENCH_APP": app},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _await_listener(process, port)
    server = Server(port, (process,), time.perf_counter() - began)
    try:
        yield server
    finally:
        server.stop(seconds=30)


def _await_listener(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
    raise StartRefusedError(f"{process.args!r} does not listen")


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    workers: int = 1,
    log: int | IO[bytes] = subprocess.DEVNULL,
    options: Sequence[str] = ("--child",),
) -> Server:
    """Start `command --child SOCKET READY`; returns when every process accepts connections."""
    began = time.perf_counter()
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    with listener:
        started = [_spawn(command, environment, listener, log, options) for _ in range(workers)]
        for process, ready in started:
            _await_ready(process, ready)
        port: int = listener.getsockname()[1]
    return Server(port, tuple(process for process, _ in started), time.perf_counter() - began)


def _spawn(
    command: Sequence[str],
    environment: Mapping[str, str],
    listener: socket.socket,
    log: int | IO[bytes],
    options: Sequence[str],
) -> tuple[subprocess.Popen[bytes], int]:
    ready, write = os.pipe()
    process = subprocess.Popen(
        [*command, *options, str(listener.fileno()), str(write)],
        cwd=ROOT,
        env={**_clean_environment(), **environment, "PORT": str(listener.getsockname()[1])},
        pass_fds=(listener.fileno(), write),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=None if log == subprocess.DEVNULL else subprocess.STDOUT,
    )
    os.close(write)
    return process, ready


def _await_ready(process: subprocess.Popen[bytes], ready: int) -> None:
    try:
        if os.read(ready, 1) != b"1":
            raise StartRefusedError(f"{process.args!r} ended with {process.wait(10)}")
    finally:
        os.close(ready)


def _clean_environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}


def _ended(process: subprocess.Popen[bytes] | Preloaded, seconds: float) -> int:
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _on_cpu(pid: int) -> float:
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # the thread has ended
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def _status_kilobytes(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])
