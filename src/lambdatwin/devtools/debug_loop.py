"""The event loop of development: its clock stops while the process is stopped in a debugger.

A breakpoint stops the whole loop, so every time limit would have passed when the handler continues.
"""

import asyncio
import selectors
import time
from typing import Any

_STANDSTILL = 1.0  # seconds: longer stretches between two polls of the loop do not count for any timer


class DebugLoop(asyncio.SelectorEventLoop):
    """`time()` is the monotonic clock without the stretches in which the process was stopped."""

    def __init__(self) -> None:
        self._watched = _Watched()
        super().__init__(self._watched)

    def time(self) -> float:
        return super().time() - self._watched.stood_still


class _Watched(selectors.DefaultSelector):
    stood_still, _returned = 0.0, float("inf")

    def select(self, timeout: float | None = None) -> Any:
        away = time.monotonic() - self._returned
        self.stood_still += away if away > _STANDSTILL else 0.0
        try:
            return super().select(timeout)
        finally:
            self._returned = time.monotonic()
