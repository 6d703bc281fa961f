"""In development: logs which handler blocks the event loop, while it blocks.

A thread schedules a callback on the loop; when it does not run in time, the loop thread's stack is logged.
Production runs without it, because reading another thread's stack costs time.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ..endpoint import LambdaEndpoint
from .logging import EventLog

LONGEST_BLOCK = 0.1
_LOG = EventLog("watchdog")


@contextmanager
def watched_loop(seconds: float = LONGEST_BLOCK) -> Iterator[None]:
    """Watch the running loop inside the block; every stay of more than `seconds` is logged once."""
    watchdog = _Watchdog(asyncio.get_running_loop(), threading.get_ident(), seconds)
    watchdog.start()
    try:
        yield
    finally:
        watchdog.stopped.set()


class _Watchdog(threading.Thread):
    def __init__(self, loop: asyncio.AbstractEventLoop, loop_thread: int, seconds: float) -> None:
        super().__init__(name="loop-watchdog", daemon=True)
        self._loop, self._loop_thread, self._seconds = loop, loop_thread, seconds
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(self._seconds / 2):
            alive = threading.Event()
            asked = time.perf_counter()
            try:
                self._loop.call_soon_threadsafe(alive.set)
            except RuntimeError:
                return  # the loop is closed
            if alive.wait(self._seconds):
                continue
            frame = sys._current_frames().get(self._loop_thread)
            handler, place = who_blocks(frame)
            del frame
            alive.wait()
            seconds = round(time.perf_counter() - asked, 3)
            _LOG.warning("event_loop_blocked", handler=handler, at=place, seconds=seconds)


def who_blocks(frame: FrameType | None) -> tuple[str | None, str | None]:
    """The handler on a stack, and the innermost line that is no library's."""
    place = None
    while frame is not None:
        file = frame.f_code.co_filename
        if place is None and "site-packages" not in file and not file.startswith((sys.base_prefix, "<")):
            place = f"{file}:{frame.f_lineno}"
        endpoint = frame.f_locals.get("self")
        if isinstance(endpoint, LambdaEndpoint):
            return endpoint.name, place
        frame = frame.f_back
    return None, place
