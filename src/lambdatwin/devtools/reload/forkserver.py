"""`python -m ...devtools.reload.forkserver SOCKET`: forks processes that have the libraries imported.

Every server and every run of the generator is forked from it. It imports nothing of this repository, so that each of
them reads the sources as they are at that moment. It has one thread and opens nothing, so that a fork is safe.

A request is JSON, `{"run": [MODULE, ARGUMENT...]}`, with descriptors beside it. Their numbers are appended to the
arguments, but with `collect_output` the first one takes what the module prints. The answer is `{"started": pid}`, and
`{"ended": pid, "code": code}` when it has ended. When the socket is closed the process ends.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .libraries import GENERATOR, SERVER, preload
from .spawning import ignore_interrupts

type Job = Callable[[], None]
_DESCRIPTORS = 8


def main(arguments: list[str]) -> None:
    """Return when the socket is closed, or, in a forked process, when its module has run."""
    ignore_interrupts()
    preload((*SERVER, *GENERATOR))
    gc.collect()
    gc.freeze()
    job = Forks(socket.socket(fileno=int(arguments[0]))).next_job()
    if job is not None:
        job()


class Forks:
    """Forks processes on request, and reports the exit code of each."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker.fileno())

    def next_job(self) -> Job | None:
        """The job of a forked process; None in the parent, once the socket is closed."""
        while True:
            readable, _, _ = select.select([self._control, self._woken], [], [])
            if self._woken in readable:
                self._woken.recv(4096)
                self._report_exits()
            if self._control in readable:
                message, descriptors, _, _ = socket.recv_fds(self._control, 65_536, _DESCRIPTORS)
                if not message:
                    return None
                pid = os.fork()
                if pid == 0:
                    return self._as_child(json.loads(message), descriptors)
                for descriptor in descriptors:
                    os.close(descriptor)
                self._send({"started": pid})

    def _as_child(self, request: dict[str, Any], descriptors: list[int]) -> Job:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for mine in (self._control, self._woken, self._waker):
            mine.close()
        if request.get("collect_output"):
            output = descriptors.pop(0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.close(output)
        module, *arguments = request["run"]
        sys.argv = [module, *arguments, *map(str, descriptors)]
        return lambda: _run(module)

    def _report_exits(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._send({"ended": ended[0], "code": os.waitstatus_to_exitcode(ended[1])})

    def _send(self, message: dict[str, int]) -> None:
        with suppress(OSError):  # the client is gone: `recv_fds` returns nothing next
            self._control.sendall(json.dumps(message).encode() + b"\n")


def _run(module: str) -> None:
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
