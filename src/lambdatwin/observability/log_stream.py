"""A stream for log lines on which no write waits, whether what it leads to is read or not."""

import errno
import io
import json
import os
import select
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

type Send = Callable[[bytes], int]


class LogStream(io.TextIOBase):
    """Passes whole lines on, one for each `write`, without a buffer.

    What cannot be written at once is dropped: the disk is full, the pipe is closed or not read. The first line after
    that says how many were. A stream of None, standard output that was closed before the start, takes nothing.
    """

    def __init__(self, stream: TextIO | None, *, json_lines: bool = False) -> None:
        self._send = _sender(stream)
        self._json_lines = json_lines
        self._terminal = stream is not None and stream.isatty()
        self._lock = threading.Lock()
        self._rest = b""  # the end of a line whose beginning is written
        self.lost = 0

    def isatty(self) -> bool:
        return self._terminal

    def write(self, line: str) -> int:
        """Write a line with its line feed, or drop it."""
        with self._lock:
            if self.lost and self._begun(_notice(self.lost, json_lines=self._json_lines)):
                self.lost = 0
            if self.lost or not self._begun(line):
                self.lost += 1
        return len(line)

    def _begun(self, line: str) -> bool:
        """Whether at least the beginning is written; what is left of it precedes the next line."""
        if self._rest:
            self._rest = self._unsent(self._rest)
        if self._rest:
            return False
        data = line.encode(errors="backslashreplace")
        unsent = self._unsent(data)
        if len(unsent) == len(data):
            return False
        self._rest = unsent
        return True

    def _unsent(self, data: bytes) -> bytes:
        try:
            while data:
                data = data[self._send(data) :]
        except (OSError, ValueError):
            pass  # dropped, or tried again before the next line
        return data


def _notice(lost: int, *, json_lines: bool) -> str:
    if not json_lines:
        return f"{lost} log lines were dropped\n"
    fields = {
        "message": f"{lost} log lines were dropped",
        "event": "log_lines_dropped",
        "lines": lost,
        "level": "warn",
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return json.dumps(fields) + "\n"


def _sender(stream: TextIO | None) -> Send:
    """Sends a part of some bytes at once and says how many; raises `OSError`."""
    if stream is None:
        return len
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return lambda data: _write_text(stream, data)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return lambda data: os.write(descriptor, data)
    try:
        # Opened anew: the flag would otherwise count for every process that has the descriptor.
        own = os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return lambda data: _write_if_ready(descriptor, data)
    return lambda data: os.write(own, data)


def _write_text(stream: TextIO, data: bytes) -> int:
    stream.write(data.decode())
    return len(data)


def _write_if_ready(descriptor: int, data: bytes) -> int:
    """For sockets, and for systems without /proc: what is ready takes at least this many bytes."""
    if not select.select([], [descriptor], [], 0)[1]:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return os.write(descriptor, data[: select.PIPE_BUF])
