"""Structured logging: JSON lines in production, readable lines in development, the correlation id on each."""

import logging
import sys
from contextlib import suppress
from functools import lru_cache
from typing import TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from src.contexts.shared_kernel.correlation import correlation_id
from src.contexts.shared_kernel.log_lines import holds_a_secret, log_line


class LossyStream:
    """A stream for logs: a full disk or a closed pipe loses lines, never a request. `lost` counts them."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lost = 0

    def write(self, text: str) -> None:
        """Write, or count what could not be written."""
        try:
            self._stream.write(text)
        except (OSError, ValueError):
            self.lost += 1

    def flush(self) -> None:
        """Flush, or let it be."""
        with suppress(OSError, ValueError):
            self._stream.flush()


def configure_logging(*, json_lines: bool, level: int = logging.INFO) -> None:
    """Set the format for the whole process; call it once at start-up."""
    _bound_logger.cache_clear()
    structlog.configure(
        processors=[log_line] if json_lines else _console(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=LossyStream(sys.stdout)),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )


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


def redact_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blank the values of keys that by their name hold a secret."""
    for key in event:
        if holds_a_secret(key):
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
