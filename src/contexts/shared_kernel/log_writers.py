"""Where log lines go: written at once, or gathered for a turn of the event loop; never in the way of a request."""

import asyncio
import os
from contextvars import Context
from threading import Lock
from time import perf_counter
from typing import TextIO

_LONGEST_DELAY = 0.001  # seconds


class LossyLogger:
    """Writes lines; a full disk or a closed pipe loses lines, never a request. `lost` counts them.

    Nothing is buffered: what could not be written would fail again when the process ends, and spoil its exit code.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._descriptor = _descriptor(stream)
        self.lost = 0

    def msg(self, line: str) -> None:
        """Write a line at once, or count that it could not be written."""
        self._write([line])

    def _write(self, lines: list[str]) -> None:
        text = "\n".join([*lines, ""])
        try:
            if self._descriptor is None:
                self._stream.write(text)
            else:
                _write_all(self._descriptor, text.encode(errors="backslashreplace"))
        except (OSError, ValueError):
            self.lost += len(lines)

    def flush(self) -> None:
        """Nothing waits."""


class GatheringLogger(LossyLogger):
    """For a server: the lines of one turn of its event loop are written together, at most a millisecond late.

    A write for each line costs as much as the rest of the line, and wakes whoever reads them each time. Outside a loop
    a line is written at once. `flush` before the process ends: what was gathered last may have no loop any more.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lock = Lock()
        self._lines: list[str] = []
        self._since = 0.0

    def msg(self, line: str) -> None:
        """Gather a line."""
        with self._lock:
            self._lines.append(line)
            first = len(self._lines) == 1
        now = perf_counter()
        if not first:
            if now - self._since > _LONGEST_DELAY:
                self.flush()
            return
        self._since = now
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.flush()
        else:
            loop.call_soon(self.flush, context=Context())

    def flush(self) -> None:
        """Write what was gathered."""
        with self._lock:
            lines, self._lines = self._lines, []
        if lines:
            self._write(lines)


def _write_all(descriptor: int, data: bytes) -> None:
    while (written := os.write(descriptor, data)) < len(data):
        data = data[written:]


def _descriptor(stream: TextIO) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None
