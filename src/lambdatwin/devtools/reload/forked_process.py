"""The client of the forkserver, and the processes that it forks."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from .spawning import spawn

_STOP_SECONDS = 1.0


class ForkServerLostError(Exception):
    """The forkserver has ended by itself."""


class ForkServer:
    """Starts the forkserver; requests wait until it has imported its libraries."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        number = theirs.fileno()
        command = [sys.executable, "-m", f"{__package__}.forkserver", str(number)]
        self._process: subprocess.Popen[bytes] = spawn(command, pass_fds=(number,))
        theirs.close()
        self._unread = b""
        self._started: list[int] = []
        self._codes: dict[int, int] = {}

    def fork(
        self, command: Sequence[str], descriptors: Sequence[int], *, collect_output: bool = False
    ) -> "ForkedProcess":
        """Start a module: its name and arguments, to which the numbers of the descriptors are appended."""
        request = json.dumps({"run": list(command), "collect_output": collect_output}).encode()
        socket.send_fds(self._control, [request], list(descriptors))
        while not self._started:
            self._listen(None)
        return ForkedProcess(self, self._started.pop())

    def code_of(self, pid: int, seconds: float) -> int | None:
        """The exit code of a process, or None if it still runs after that time."""
        end = time.monotonic() + seconds
        while pid not in self._codes:
            if not self._listen(max(0.0, end - time.monotonic())):
                return None
        return self._codes[pid]

    def end(self) -> None:
        """End the forkserver. Processes that it forked are stopped before."""
        self._control.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:  # still importing
            self._process.kill()
            self._process.wait()

    def _listen(self, seconds: float | None) -> bool:
        if not select.select([self._control], [], [], seconds)[0]:
            return False
        chunk = self._control.recv(65_536)
        if not chunk:
            raise ForkServerLostError
        *lines, self._unread = (self._unread + chunk).split(b"\n")
        for message in map(json.loads, lines):
            if "started" in message:
                self._started.append(message["started"])
            else:
                self._codes[message["ended"]] = message["code"]
        return True


@dataclass(frozen=True, slots=True)
class ForkedProcess:
    """A process that the forkserver has forked."""

    forkserver: ForkServer
    pid: int

    def poll(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self.forkserver.code_of(self.pid, 0.0)

    def wait(self, seconds: float) -> int | None:
        """Its exit code, or None if it still runs after that time."""
        return self.forkserver.code_of(self.pid, seconds)

    def stop(self, seconds: float) -> None:
        """Send SIGTERM, and SIGKILL after `seconds`."""
        for number, limit in ((signal.SIGTERM, seconds), (signal.SIGKILL, _STOP_SECONDS)):
            if self.poll() is None:
                # It may have ended already, before the forkserver has reported it.
                with suppress(ProcessLookupError):
                    os.kill(self.pid, number)
                self.wait(limit)
