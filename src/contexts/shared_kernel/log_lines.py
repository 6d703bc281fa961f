"""A log event as one line of JSON, in one pass.

Every request writes a line, so this is what structlog's own chain would give (correlation id, level, time in UTC,
blanked secrets, exception, text for bytes, then orjson) at a fraction of its cost. A test compares the two.
"""

import json
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from structlog.processors import format_exc_info
from structlog.typing import EventDict, WrappedLogger

from src.contexts.shared_kernel.correlation import correlation_id

# Whatever ends up under one of these keys is not written: a log is read by more people than a secret may be.
_SECRET_WORDS = ("authorization", "cookie", "password", "secret", "token", "signature", "api_key")
_HARMLESS = frozenset({"token_use"})
_LEVELS = {"warn": "warning", "exception": "error"}


def log_line(logger: WrappedLogger, method: str, event: EventDict) -> str:
    """The last, and only, processor of the chain."""
    event.setdefault("correlation_id", correlation_id())
    event["level"] = _LEVELS.get(method, method)
    event["timestamp"] = _timestamp(time.time_ns() // 1000)
    for key in secret_keys(tuple(event)):
        event[key] = "[redacted]"
    if "exc_info" in event:
        format_exc_info(logger, method, event)
    try:
        return orjson.dumps(event, default=_fallback).decode()
    except TypeError:
        # Lone surrogates, keys that are no text, integers of more than 64 bits: orjson is strict, a log must not be.
        return json.dumps(event, default=_fallback)


@lru_cache(maxsize=1024)
def secret_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Those that by their name stand before a secret. Few sets of keys come back on every line."""
    return tuple(key for key in keys if key not in _HARMLESS and any(word in key.lower() for word in _SECRET_WORDS))


def _timestamp(microseconds: int) -> str:
    seconds, rest = divmod(microseconds, 1_000_000)
    return f"{_second(seconds)}.{rest:06}Z"


@lru_cache(maxsize=4)
def _second(epoch_seconds: int) -> str:
    return datetime.fromtimestamp(epoch_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _fallback(value: Any) -> Any:
    # structlog's own way with what JSON does not know, and text for bytes.
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    custom = getattr(value, "__structlog__", None)
    return custom() if custom is not None else repr(value)
