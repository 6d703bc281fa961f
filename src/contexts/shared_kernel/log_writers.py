"""Where log lines go."""

import os
from io import TextIOBase
from typing import TextIO


class LossyLogger:
    """Writes lines; a full disk or a closed pipe loses lines, never a request. `lost` counts them.

    Nothing is buffered: what could not be written would fail again when the process ends, and spoil its exit code.
    """

    def __init__(self, stream: TextIO | TextIOBase) -> None:
        self._stream = stream
        self._descriptor = _descriptor(stream)
        self.lost = 0

    def msg(self, line: str) -> None:
        """Write a line at once, or count that it could not be written."""
        text = f"{line}\n"
        try:
            if self._descriptor is None:
                self._stream.write(text)
            else:
                _write_all(self._descriptor, text.encode(errors="backslashreplace"))
        except (OSError, ValueError):
            self.lost += 1

    def _at_level(self, line: str) -> None:
        self.msg(line)

    # structlog calls the method that is named like the event's level.
    notset = debug = info = warning = error = critical = _at_level


def _write_all(descriptor: int, data: bytes) -> None:
    while (written := os.write(descriptor, data)) < len(data):
        data = data[written:]


def _descriptor(stream: TextIO | TextIOBase) -> int | None:
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None
