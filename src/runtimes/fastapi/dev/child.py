"""One server process, warmed up ahead on a socket that is open already."""

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from src.runtimes.fastapi.dev.spawning import spawn
from src.runtimes.fastapi.dev.standby import EXPORT, IMPORT, SERVE

_START_SECONDS = 60.0
_STOP_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Child:
    """The process, the pipe of its orders, and the pipe on which it says that it serves."""

    process: subprocess.Popen[bytes]
    orders: int
    ready: int

    @classmethod
    def start(cls, listener: socket.socket) -> "Child":
        """Warm up a server that will accept on `listener`. It has our terminal, for whoever sets a breakpoint."""
        taken, orders = os.pipe()
        ready, given = os.pipe()
        numbers = (listener.fileno(), taken, given)
        command = [sys.executable, "-m", "src.runtimes.fastapi.dev.standby", *map(str, numbers)]
        process = spawn(command, pass_fds=numbers)
        os.close(taken)
        os.close(given)
        return cls(process, orders, ready)

    def import_sources(self) -> None:
        """Let it import what does not depend on generated/."""
        self._order(IMPORT)

    def serve(self, environment: Mapping[str, str]) -> bool:
        """Let it serve. True once it does; False when it ended, or says nothing for a minute."""
        self._order(f"{SERVE} {json.dumps(dict(environment))}")
        end = time.monotonic() + _START_SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.ready], [], [], 0.2)[0]:
                return os.read(self.ready, 1) == b"1"
        return False

    def export(self) -> None:
        """Let it write the OpenAPI document of what it serves."""
        self._order(EXPORT)

    def stop(self) -> None:
        """Ask it to finish, and end it if it does not: it may sit in a debugger."""
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.orders)
        os.close(self.ready)

    def _order(self, order: str) -> None:
        try:
            os.write(self.orders, f"{order}\n".encode())
        except BrokenPipeError:
            return  # it has ended: whoever waits for it sees that
