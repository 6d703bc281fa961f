"""Structured logging: JSON lines in production, readable lines in development, the correlation id on each."""

import logging
import os
import sys
from functools import lru_cache
from io import TextIOBase
from typing import TextIO

import structlog
from structlog.typing import FilteringBoundLogger

from src.contexts.shared_kernel.log_lines import Sentence, console_renderer, json_renderer, processors
from src.contexts.shared_kernel.log_writers import LossyLogger


def configure_logging(
    *,
    json_lines: bool,
    level: int = logging.INFO,
    stream: TextIO | TextIOBase | None = None,
    sentence: Sentence | None = None,
) -> None:
    """Set the format for the whole process, and where its lines go (standard output); call it once at start-up.

    `sentence` is what a reader is told of an event, where that is not its name.
    """
    _bound_logger.cache_clear()
    stream = stream or sys.stdout
    logger = LossyLogger(stream)
    colors = stream.isatty() and not os.environ.get("NO_COLOR")  # https://no-color.org
    renderer = json_renderer(sentence) if json_lines else [console_renderer(sentence, colors=colors)]
    structlog.configure(
        processors=processors(renderer),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: logger,
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
