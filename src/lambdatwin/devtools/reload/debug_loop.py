"""The event loop of development: its clock stops while the process is stopped in a debugger.

A breakpoint stops the whole loop, so every time limit would have passed when the handler continues. Stretches longer
than `STANDSTILL` between two polls of the loop do not count for any timer. Production runs uvloop, which counts them.
"""

import asyncio
import selectors
import time
from typing import Any

STANDSTILL = 1.0  # seconds


class _Watched(selectors.DefaultSelector):
    """Sums up the time spent in callbacks between one `select` and the next, where it exceeds `STANDSTILL`."""

    stood_still = 0.0

    def __init__(self) -> None:
        super().__init__()
        self._returned = time.monotonic()

    def select(self, timeout: float | None = None) -> Any:
        away = time.monotonic() - self._returned
        if away > STANDSTILL:
            self.stood_still += away
        try:
            return super().select(timeout)
        finally:
            self._returned = time.monotonic()


class DebugLoop(asyncio.SelectorEventLoop):
    """`time()` is the monotonic clock without the stretches in which the process was stopped."""

    def __init__(self) -> None:
        self._watched = _Watched()
        super().__init__(self._watched)

    def time(self) -> float:
        """Seconds."""
        return super().time() - self._watched.stood_still
