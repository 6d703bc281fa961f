"""One server process on a socket that is open already."""

import json
import os
import select
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass

from .offspring import Nursery, Offspring

SERVE, EXPORT = "serve", "export"
_START_SECONDS = 60.0
_STOP_SECONDS = 1.2


@dataclass(frozen=True, slots=True)
class Child:
    """The process, the pipe of its orders, and the pipe on which it says that it serves."""

    process: Offspring
    orders: int
    ready: int

    @classmethod
    def start(cls, nursery: Nursery, listener: socket.socket) -> "Child":
        """A server that imports its sources and waits. It has our terminal, for whoever sets a breakpoint."""
        taken, orders = os.pipe()
        ready, given = os.pipe()
        process = nursery.fork([f"{__package__}.standby"], (listener.fileno(), taken, given))
        os.close(taken)
        os.close(given)
        return cls(process, orders, ready)

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
        """End it: softly, or else for good, since it may sit in a debugger."""
        self.process.stop(_STOP_SECONDS)
        os.close(self.orders)
        os.close(self.ready)

    def _order(self, order: str) -> None:
        try:
            os.write(self.orders, f"{order}\n".encode())
        except BrokenPipeError:
            return  # it has ended: whoever waits for it sees that
