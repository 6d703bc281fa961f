"""One server process on a socket that is open already."""

import json
import os
import select
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

from .forked_process import ForkedProcess, ForkServer

SERVE, EXPORT = "serve", "export"
_START_SECONDS = 60.0
_STOP_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class Child:
    """The process, the pipe for commands to it, and the pipe on which it reports that it serves."""

    process: ForkedProcess
    orders: int
    ready: int

    @classmethod
    def start(cls, forkserver: ForkServer, listener: socket.socket) -> "Child":
        """A server that imports its sources and waits. It shares the terminal, so that breakpoints work."""
        taken, orders = os.pipe()
        ready, given = os.pipe()
        process = forkserver.fork([f"{__package__}.server_process"], (listener.fileno(), taken, given))
        os.close(taken)
        os.close(given)
        return cls(process, orders, ready)

    def serve(self, environment: Mapping[str, str]) -> bool:
        """Tell it to serve. True once it does; False when it ended, or has not started within a minute."""
        self._order(f"{SERVE} {json.dumps(dict(environment))}")
        end = time.monotonic() + _START_SECONDS
        while self.process.poll() is None and time.monotonic() < end:
            if select.select([self.ready], [], [], 0.2)[0]:
                return os.read(self.ready, 1) == b"1"
        return False

    def export(self) -> None:
        """Tell it to write the OpenAPI document."""
        self._order(EXPORT)

    def stop(self) -> None:
        """Send SIGTERM, then SIGKILL, since it may be stopped in a debugger."""
        self.process.stop(_STOP_SECONDS)
        os.close(self.orders)
        os.close(self.ready)

    def _order(self, order: str) -> None:
        try:
            os.write(self.orders, f"{order}\n".encode())
        except BrokenPipeError:
            return  # it has ended: `poll` and `wait` tell
