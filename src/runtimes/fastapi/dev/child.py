"""One server process, started on a socket that is open already."""

import os
import select
import socket
import subprocess
import sys
from dataclasses import dataclass

_START_SECONDS = 30.0
_STOP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Child:
    """The process, and the pipe on which it says that it serves."""

    process: subprocess.Popen[bytes]
    ready: int

    @classmethod
    def start(cls, listener: socket.socket) -> "Child":
        """Start a server that accepts on `listener`. It shares our terminal, so that a breakpoint can be talked to."""
        read, write = os.pipe()
        os.set_inheritable(write, True)
        command = [sys.executable, "-m", "src.runtimes.fastapi.app", "--child", str(listener.fileno()), str(write)]
        process = subprocess.Popen(command, pass_fds=(listener.fileno(), write))
        os.close(write)
        return cls(process, read)

    def wait_until_ready(self) -> bool:
        """True once it serves; False when it ended, or says nothing for half a minute."""
        readable, _, _ = select.select([self.ready], [], [], _START_SECONDS)
        return bool(readable) and os.read(self.ready, 1) == b"1"

    def stop(self) -> None:
        """Ask it to finish, and end it if it does not."""
        os.close(self.ready)
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
