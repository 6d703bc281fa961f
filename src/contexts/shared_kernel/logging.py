"""Structured logging: JSON lines in production, readable lines in development, the correlation id on each."""

import logging
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from src.contexts.shared_kernel.correlation import correlation_id
from src.contexts.shared_kernel.log_lines import log_line, secret_keys
from src.contexts.shared_kernel.log_writers import GatheringLogger, LossyLogger


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
