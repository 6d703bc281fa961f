"""Logs what blocks the event loop, while it blocks: the handler, the request, the function and the line.

A thread schedules a callback on the loop; when it does not run in time, the loop thread's stack is read. What blocks
the thread too, such as a regular expression that backtracks for ever, leaves faulthandler's traceback on stderr.
"""

import asyncio
import faulthandler
import re
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from types import FrameType

from .logging import EventLog
from .requests import SERVED, Served

# Seconds. A developer wants to know of every delay that is felt; production, of what stops others.
DEVELOPMENT_BLOCK, PRODUCTION_BLOCK = 0.1, 1.0
# After so long without any thread's turn all stacks are written to stderr.
_FROZEN = 10.0
_DEBUGGERS = ("bdb", "pdb", "pydevd", "_pydevd")
_LIBRARY = re.compile(rf"<|{re.escape(sysconfig.get_path('stdlib'))}/|.*/(site|dist)-packages/")
_LOG = EventLog("watchdog")


@contextmanager
def watched_loop(seconds: float) -> Iterator[None]:
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
        try:
            self._watch()
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _watch(self) -> None:
        while not self._wait(self.stopped, self._seconds / 2):
            alive = threading.Event()
            asked = time.monotonic()
            try:
                self._loop.call_soon_threadsafe(alive.set)
            except RuntimeError:
                return  # the loop is closed
            if not self._wait(alive, self._seconds) and self._tell(asked):
                while not (self._wait(alive, self._seconds) or self.stopped.is_set()):
                    pass
                _LOG.info("event_loop_runs_again", seconds=round(time.monotonic() - asked, 3))

    def _wait(self, event: threading.Event, seconds: float) -> bool:
        with suppress(AttributeError, OSError, ValueError):  # standard error is closed, or no file
            faulthandler.dump_traceback_later(_FROZEN + seconds)
        return event.wait(seconds)

    def _tell(self, asked: float) -> bool:
        """Log what runs; False where that is a debugger, which waits for its user, and for a loop that has stopped."""
        frame = sys._current_frames().get(self._loop_thread)
        task = asyncio.current_task(self._loop)
        if self.stopped.is_set() or _is_debugged(frame):
            return False
        # In the task's context, where the backend's log finds the request.
        context = task.get_context().copy() if task is not None else copy_context()
        served = context.get(SERVED) or Served(None)
        function, place = _own_code(frame)
        seconds = round(time.monotonic() - asked, 3)
        fields = {"handler": served.handler, "function": function, "at": place, "request_id": served.request_id}
        context.run(_LOG.warning, "event_loop_blocked", **fields, seconds=seconds)
        return True


def _is_debugged(frame: FrameType | None) -> bool:
    while frame is not None:
        if str(frame.f_globals.get("__name__")).startswith(_DEBUGGERS):
            return True
        frame = frame.f_back
    return False


def _own_code(innermost: FrameType | None) -> tuple[str | None, str | None]:
    """The innermost function that is no library's, else (SQLAlchemy's greenlets cut the stack) the innermost of all."""
    frame = innermost
    while frame is not None and _LIBRARY.match(frame.f_code.co_filename):
        frame = frame.f_back
    frame = frame or innermost
    return (None, None) if frame is None else (frame.f_code.co_qualname, f"{frame.f_code.co_filename}:{frame.f_lineno}")
