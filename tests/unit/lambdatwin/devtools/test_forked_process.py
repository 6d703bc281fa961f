"""Stopping a process that ends at that very moment."""

import subprocess
import sys
from dataclasses import dataclass, field

from src.lambdatwin.devtools.reload.forked_process import ForkedProcess


@dataclass
class LateForkServer:
    """Reports the end of a process only to a call that waits for it."""

    codes: list[float] = field(default_factory=list)

    def code_of(self, pid: int, seconds: float) -> int | None:
        self.codes.append(seconds)
        return 3 if seconds else None


def test_a_process_that_has_ended_unheard_is_stopped() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    forkserver = LateForkServer()
    ForkedProcess(forkserver, ended.pid).stop(1.0)  # type: ignore[arg-type] - the one method that is used
    assert forkserver.codes[:2] == [0.0, 1.0]
