"""Structured logging: JSON lines in production, readable lines in development, the correlation id on each."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from contextvars import Context
from functools import lru_cache
from threading import Lock
from time import perf_counter
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from src.contexts.shared_kernel.correlation import correlation_id
from src.contexts.shared_kernel.log_lines import log_line, secret_keys

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


def configure_logging(*, json_lines: bool, level: int = logging.INFO, gather: bool = False) -> Callable[[], None]:
    """Set the format for the whole process; call it once at start-up.

    With `gather` the lines of one turn of the event loop are written together. What is returned writes those that
    still wait: call it before the process ends.
    """
    _bound_logger.cache_clear()
    logger = GatheringLogger(sys.stdout) if gather else LossyLogger(sys.stdout)
    structlog.configure(
        processors=[log_line] if json_lines else _console(),
        wrapper_class=_bound_logger_class(level),
        logger_factory=lambda *_: logger,
        cache_logger_on_first_use=True,
    )
    return logger.flush


def get_logger(name: str) -> FilteringBoundLogger:
    """A logger whose lines carry `logger_name`; it takes the configuration of its first line."""
    logger: FilteringBoundLogger = structlog.get_logger(logger_name=name)
    return logger


def current_logger(name: str) -> FilteringBoundLogger:
    """The same for code that asks anew for every line: made once for each configuration."""
    return _bound_logger(name)


@lru_cache(maxsize=1024)
def _bound_logger(name: str) -> FilteringBoundLogger:
    return get_logger(name).bind()


def _bound_logger_class(level: int) -> type[FilteringBoundLogger]:
    class Bound(structlog.make_filtering_bound_logger(level)):  # type: ignore[misc]
        """structlog's own, without the copies that its general way makes of every event."""

        def info(self, event: str | None = None, *arguments: Any, **fields: Any) -> Any:
            if level > logging.INFO:
                return None
            if arguments:
                return super().info(event, *arguments, **fields)
            return self._proxy_to_logger("info", event, **fields)

        def _proxy_to_logger(self, method_name: str, event: str | None = None, **fields: Any) -> Any:
            line: Any = {**self._context, **fields}
            if event is not None:
                line["event"] = event
            try:
                for process in self._processors:
                    line = process(self._logger, method_name, line)
            except structlog.DropEvent:
                return None
            return self._logger.msg(line)

    return Bound


def redact_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blank the values of keys that by their name hold a secret."""
    for key in secret_keys(tuple(event)):
        event[key] = "[redacted]"
    return event


def _add_correlation_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event.setdefault("correlation_id", correlation_id())
    return event


def _console() -> list[Processor]:
    # Plain tracebacks: the pretty ones print local variables, and those hold tokens.
    return [
        _add_correlation_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact_secrets,
        structlog.processors.UnicodeDecoder(),
        structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback),
    ]
